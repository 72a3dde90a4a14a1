import { AwsError } from "../errors.ts";
import { properties } from "../support/inputs.ts";

/** Gives the values that references stand for; throws for what doesn't exist. */
export interface Scope {
  /** Of a resource, or of a pseudo parameter such as `AWS::Region`. */
  ref(name: string): string;
  attribute(resource: string, name: string): string;
  /** The secret that a dynamic reference names. */
  secret(reference: SecretReference): string;
}

/** `{{resolve:secretsmanager:ID:SecretString:JSON-KEY:VERSION-STAGE:VERSION-ID}}`. */
export interface SecretReference {
  id: string;
  versionId?: string;
}

/** The names that a value refers to, of resources and of pseudo parameters. */
export function referencesIn(value: unknown): string[] {
  const names: string[] = [];
  const note = (name: string): string => {
    names.push(name);
    return "";
  };
  resolve(value, { ref: note, attribute: note, secret: () => "" });
  return names;
}

/**
 * Replaces the intrinsic functions Ref, Fn::GetAtt, Fn::Sub and Fn::Join, and dynamic references to Secrets Manager.
 * Any other function is an error that names it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === "string") return withSecrets(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  const members = properties(value);
  if (members === undefined) return value;
  const [name, ...others] = Object.keys(members);
  if (others.length === 0 && name !== undefined && (name === "Ref" || name.startsWith("Fn::") || name === "Condition"))
    return call(name, members[name], scope);
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, resolve(member, scope)]));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case "Ref":
      return scope.ref(text(argument, name));
    case "Fn::GetAtt": {
      const path = Array.isArray(argument) ? argument.map((part) => text(part, name)) : text(argument, name).split(".");
      const [resource = "", ...attribute] = path;
      return scope.attribute(resource, attribute.join("."));
    }
    case "Fn::Join": {
      const [separator, parts] = listOf(argument);
      const resolved = resolve(parts, scope);
      if (!Array.isArray(resolved)) throw wrong(name);
      return resolved.map((part) => text(part, name)).join(text(separator, name));
    }
    case "Fn::Sub": {
      const [template, given] = Array.isArray(argument) ? listOf(argument) : [argument];
      const values = properties(given) ?? {};
      return text(template, name).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, variable: string) => {
        if (literal !== "") return `\${${variable}}`;
        if (variable in values) return text(resolve(values[variable], scope), name);
        const [resource = "", ...attribute] = variable.split(".");
        return attribute.length === 0 ? scope.ref(variable) : scope.attribute(resource, attribute.join("."));
      });
    }
    default:
      throw new AwsError(
        "ValidationError",
        `Template error: the local engine does not support ${name}; use Ref, Fn::GetAtt, Fn::Sub or Fn::Join.`,
      );
  }
}

function withSecrets(value: string, scope: Scope): string {
  return value.replace(/\{\{resolve:([^}]*)\}\}/g, (_, reference: string) => {
    // A secret's ARN has colons of its own.
    const [, id, versionId] = /^secretsmanager:(arn:(?:[^:]*:){5}[^:]*|[^:]+)(?::SecretString::(?::([^:]*))?)?$/.exec(
      reference,
    ) ?? [undefined, undefined, undefined];
    if (id === undefined)
      throw new AwsError(
        "ValidationError",
        `Template error: the local engine resolves {{resolve:secretsmanager:ID:SecretString:::VERSION}} only.`,
      );
    return scope.secret({ id, ...(versionId === undefined || versionId === "" ? {} : { versionId }) });
  });
}

function listOf(argument: unknown): unknown[] {
  return Array.isArray(argument) ? argument : [];
}

function text(value: unknown, of: string): string {
  if (typeof value !== "string") throw wrong(of);
  return value;
}

function wrong(name: string): AwsError {
  return new AwsError("ValidationError", `Template error: the arguments of ${name} are not those that it takes.`);
}
