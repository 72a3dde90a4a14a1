import ts from "typescript";
import { literalOf, type Declaration, type Declarations } from "./declarations.ts";
import type { Member, Shape } from "./shape.ts";

/** Types of other packages, by how the declarations spell them. */
const foreign: Readonly<Record<string, Shape>> = {
  Date: { kind: "time" },
  Uint8Array: { kind: "bytes" },
  __DocumentType: { kind: "anything" },
  ARN: { kind: "text" },
  "pulumi.asset.Asset": { kind: "anything" },
  "pulumi.asset.Archive": { kind: "anything" },
};

/**
 * The shape of the declared type `name`; throws when neither the declarations nor this file know a type that it is made
 * of.
 */
export function readShape(declarations: Declarations, name: string): Shape {
  return new Reader(declarations).named(name);
}

class Reader {
  readonly #declarations: Declarations;

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  named(name: string): Shape {
    const known = foreign[name];
    if (known !== undefined) return known;
    const declared = this.#declarations.get(name);
    const constant = declared.find((declaration) => declaration.kind === "constant");
    if (constant !== undefined) return { kind: "enum", name, values: constant.values };
    const alias = declared.find((declaration) => declaration.kind === "alias");
    if (alias !== undefined) return this.#type(alias.node.type);
    const interfaces = declared.filter((declaration) => declaration.kind === "interface");
    // A resource given in the place of its name or id is registered as that.
    if (interfaces.length === 0 && declared.some(({ kind }) => kind === "imported")) return { kind: "text" };
    if (interfaces.length === 0) throw new Error(`The declarations have no type ${name}.`);
    let members: Map<string, Member> | undefined;
    return { kind: "structure", name, members: () => (members ??= this.#members(interfaces)) };
  }

  #members(interfaces: readonly (Declaration & { kind: "interface" })[]): Map<string, Member> {
    const inherited = interfaces.flatMap(({ node }) => node.heritageClauses ?? []).flatMap(({ types }) => types);
    const members = inherited.flatMap(({ expression }) => {
      const base = ts.isIdentifier(expression) ? this.named(expression.text) : undefined;
      return base?.kind === "structure" ? [...base.members()] : [];
    });
    return new Map([...members, ...interfaces.flatMap(({ node }) => this.#signatures(node.members))]);
  }

  #signatures(elements: Iterable<ts.TypeElement>): [string, Member][] {
    return [...elements].flatMap((element): [string, Member][] => {
      if (
        !ts.isPropertySignature(element) ||
        element.type === undefined ||
        !(ts.isIdentifier(element.name) || ts.isStringLiteral(element.name))
      )
        return [];
      // Unions spell out that a member of another alternative is never there.
      if (element.type.kind === ts.SyntaxKind.NeverKeyword) return [];
      return [[element.name.text, { required: element.questionToken === undefined, shape: this.#type(element.type) }]];
    });
  }

  #type(type: ts.TypeNode): Shape {
    switch (type.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { kind: "text" };
      case ts.SyntaxKind.NumberKeyword:
        return { kind: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { kind: "boolean" };
      case ts.SyntaxKind.AnyKeyword:
      case ts.SyntaxKind.UnknownKeyword:
        return { kind: "anything" };
      default:
    }
    const [literal] = literalOf(type);
    if (literal !== undefined) return { kind: "enum", name: String(literal), values: [literal] };
    if (ts.isParenthesizedTypeNode(type)) return this.#type(type.type);
    if (ts.isArrayTypeNode(type)) return { kind: "list", item: this.#type(type.elementType) };
    if (ts.isTupleTypeNode(type)) return { kind: "list", item: { kind: "anything" } };
    if (ts.isTypeLiteralNode(type)) return this.#literal(type);
    if (ts.isUnionTypeNode(type)) return this.#union(type);
    if (ts.isIndexedAccessTypeNode(type)) return this.#enumeration(type);
    if (ts.isTypeReferenceNode(type)) return this.#reference(type);
    throw new Error(`A type of kind ${ts.SyntaxKind[type.kind]} is not one that is understood here.`);
  }

  #literal(type: ts.TypeLiteralNode): Shape {
    const index = type.members.find((member) => ts.isIndexSignatureDeclaration(member));
    if (index !== undefined) return { kind: "map", value: this.#type(index.type) };
    const members = new Map(this.#signatures(type.members));
    return { kind: "structure", name: "{…}", members: () => members };
  }

  #union(type: ts.UnionTypeNode): Shape {
    const shapes = type.types
      .filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword && part.kind !== ts.SyntaxKind.NeverKeyword)
      .map((part) => this.#type(part));
    return shapes.length === 1 ? shapes[0]! : { kind: "any-of", shapes };
  }

  /** `(typeof X)[keyof typeof X]`: the values of the constant X. */
  #enumeration({ objectType }: ts.IndexedAccessTypeNode): Shape {
    const inner = ts.isParenthesizedTypeNode(objectType) ? objectType.type : objectType;
    if (!ts.isTypeQueryNode(inner))
      throw new Error("An indexed type other than an enumeration's is not understood here.");
    const name = nameOf(inner.exprName);
    const constant = this.#declarations.get(name).find((declaration) => declaration.kind === "constant");
    if (constant === undefined) throw new Error(`The declarations have no values for ${name}.`);
    return { kind: "enum", name, values: constant.values };
  }

  #reference({ typeName, typeArguments = [] as unknown as ts.NodeArray<ts.TypeNode> }: ts.TypeReferenceNode): Shape {
    const name = nameOf(typeName);
    const last = typeArguments.at(-1);
    if (last !== undefined && ["pulumi.Input", "Promise", "Partial"].includes(name)) return this.#type(last);
    if (last !== undefined && name === "Record") return { kind: "map", value: this.#type(last) };
    return this.named(name);
  }
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}
