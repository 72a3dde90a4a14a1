import { html, prose, type Html } from "./html.ts";

/** A JSON object of the OpenAPI document. */
export type Json = Record<string, unknown>;

/** An object, or an empty one for anything else. */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A list, or an empty one for anything else. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or an empty one for anything else. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A schema for people: its type, and for objects a list of their members. */
export function schemaView(schema: unknown): Html {
  const { properties, required, items } = object(schema);
  const members = Object.entries(object(properties));
  if (members.length > 0)
    return html`<ul class="fields">
      ${members.map(([name, member]) => fieldView(name, member, list(required).includes(name)))}
    </ul>`;
  return items !== undefined && object(items)["properties"] !== undefined ? schemaView(items) : html``;
}

/** A member or parameter: name, type, what it means, and its own members. */
export function fieldView(name: string, schema: unknown, isRequired: boolean, description?: string): Html {
  const about = description ?? text(object(schema)["description"]);
  return html`<li>
    <code>${name}</code> <span class="type">${typeView(schema)}${isRequired ? "" : ", optional"}</span>
    ${about === "" ? html`` : html`<br />${prose(about)}`} ${schemaView(schema)}
  </li>`;
}

/** A schema's type in a few words, with a link to a named one. */
export function typeView(schema: unknown): Html {
  const { $ref: reference, type, items, anyOf, enum: values, format, minimum, maximum } = object(schema);
  if (typeof reference === "string") {
    const name = reference.slice(reference.lastIndexOf("/") + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(values)) return html`${values.map((value) => JSON.stringify(value)).join(" or ")}`;
  if (Array.isArray(anyOf)) return html`${anyOf.map((one, at) => html`${at === 0 ? "" : " or "}${typeView(one)}`)}`;
  if (type === "array") return html`list of ${typeView(items)}`;
  const bounds = minimum === undefined && maximum === undefined ? "" : `, ${bound(minimum)} to ${bound(maximum)}`;
  return html`${[text(type) || "any value", text(format)].filter((word) => word !== "").join(", ")}${bounds}`;
}

function bound(value: unknown): string {
  return typeof value === "number" ? String(value) : "…";
}
