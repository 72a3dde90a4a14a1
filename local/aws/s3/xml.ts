import { XMLParser } from "fast-xml-parser";
import { malformedXml } from "./errors.ts";

/**
 * The value of an element: text, children by name, several elements of the same name, or undefined if it is omitted.
 */
export type XmlValue = string | number | boolean | Date | undefined | XmlElements | readonly XmlValue[];
export interface XmlElements {
  [name: string]: XmlValue;
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A response document; `root` gets S3's namespace, which its errors don't have. */
export function xmlDocument(
  root: string,
  content: XmlElements,
  options: { namespace: boolean } = { namespace: true },
): string {
  const attribute = options.namespace ? ` xmlns="${namespace}"` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${elements(content)}</${root}>`;
}

/** An entity tag as S3 shows it, in quotes. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}

function elements(content: XmlElements): string {
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join("");
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((one) => element(name, one)).join("");
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  return `<${name}>${typeof value === "object" ? elements(value) : escape(String(value))}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters become character references, as S3 writes them in keys. */
function escape(text: string): string {
  return text.replace(
    /[&<>"\p{Cc}]/gu,
    (character) => entities[character] ?? `&#x${character.codePointAt(0)!.toString(16)};`,
  );
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  // Otherwise numeric references (keys with line breaks) are not decoded.
  htmlEntities: true,
});

/** A request document as nested objects of strings; `root` is its root element. Throws MalformedXML. */
export function parseXml(text: string, root: string): XmlNode {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw malformedXml();
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch {
    throw malformedXml();
  }
  const found = isObject(parsed) ? parsed[root] : undefined;
  if (found === "") return new XmlNode({});
  if (!isObject(found)) throw malformedXml();
  return new XmlNode(found);
}

/** One element of a request. */
export class XmlNode {
  readonly #content: Record<string, unknown>;

  constructor(content: Record<string, unknown>) {
    this.#content = content;
  }

  /** The text of a child; undefined if it is missing. */
  text(name: string): string | undefined {
    const value = this.#content[name];
    if (value !== undefined && typeof value !== "string") throw malformedXml();
    return value;
  }

  /** The text of a required child. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw malformedXml();
    return value;
  }

  /** The child elements with one name, in order. */
  children(name: string): XmlNode[] {
    const value = this.#content[name];
    if (value === undefined) return [];
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => {
      if (one === "") return new XmlNode({});
      if (!isObject(one)) throw malformedXml();
      return new XmlNode(one);
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
