import type { Shape } from "./shape.ts";

export interface ValidationOptions {
  /** The value's member names begin with a small letter where the shape's begin with a capital: restJson and Pulumi. */
  camelCase?: boolean;
}

export interface Validation {
  /** One sentence a problem, beginning with the place. */
  problems: string[];
  /** How many values were compared with a type. */
  checked: number;
}

/** Compares a JSON value with a shape: required and unknown members, types and enumerations, at every depth. */
export function validate(shape: Shape, value: unknown, at: string, options: ValidationOptions = {}): Validation {
  const walk = new Walk(options);
  walk.compare(shape, value, at);
  return walk;
}

class Walk implements Validation {
  readonly problems: string[] = [];
  checked = 0;
  readonly #options: ValidationOptions;

  constructor(options: ValidationOptions) {
    this.#options = options;
  }

  compare(shape: Shape, value: unknown, at: string): void {
    this.checked += 1;
    const expected = (what: string): void => {
      this.problems.push(`${at}: ${JSON.stringify(value)} is not ${what}`);
    };
    switch (shape.kind) {
      case "anything":
        return;
      case "text":
      case "bytes":
        // On the wire bytes are base64.
        if (typeof value !== "string") expected("a string");
        return;
      case "number":
        if (typeof value !== "number" || !Number.isFinite(value)) expected("a number");
        return;
      case "boolean":
        if (typeof value !== "boolean") expected("a boolean");
        return;
      case "time":
        // Epoch seconds in JSON protocols, text in Pulumi's.
        if (typeof value !== "number" && (typeof value !== "string" || Number.isNaN(Date.parse(value))))
          expected("a time");
        return;
      case "enum":
        if (!shape.values.includes(value as string)) expected(`one of ${shape.name}: ${shape.values.join(", ")}`);
        return;
      case "list":
        if (!Array.isArray(value)) return expected("a list");
        value.forEach((item, index) => this.compare(shape.item, item, `${at}[${index}]`));
        return;
      case "map":
        if (!isObject(value)) return expected("a map");
        for (const [key, item] of Object.entries(value)) this.compare(shape.value, item, `${at}.${key}`);
        return;
      case "any-of":
        return this.#anyOf(shape.shapes, value, at);
      case "structure":
        if (!isObject(value)) return expected(`a ${shape.name}`);
        return this.#members(shape, value, at);
    }
  }

  #members(shape: Shape & { kind: "structure" }, value: Record<string, unknown>, at: string): void {
    const members = shape.members();
    const given = new Set<string>();
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined || item === null) continue;
      const name = this.#nameOf(key, members);
      const member = members.get(name);
      given.add(name);
      if (member === undefined) this.problems.push(`${at}.${key}: ${shape.name} has no such member`);
      else this.compare(member.shape, item, `${at}.${key}`);
    }
    for (const [name, { required }] of members)
      if (required && !given.has(name)) this.problems.push(`${at}.${name}: required by ${shape.name}`);
  }

  #nameOf(key: string, members: ReadonlyMap<string, unknown>): string {
    if (members.has(key)) return key;
    return this.#options.camelCase === true ? key.charAt(0).toUpperCase() + key.slice(1) : key;
  }

  #anyOf(shapes: readonly Shape[], value: unknown, at: string): void {
    const tries = shapes.map((shape) => {
      const walk = new Walk(this.#options);
      walk.compare(shape, value, at);
      return walk;
    });
    // What fits best says best what is wrong.
    const best = tries.reduce((least, walk) => (walk.problems.length < least.problems.length ? walk : least));
    this.problems.push(...best.problems);
    this.checked += best.checked;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
