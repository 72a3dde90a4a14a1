import { readFileSync } from "node:fs";
import ts from "typescript";

/** A named declaration of a `.d.ts` file. */
export type Declaration =
  | { kind: "interface"; node: ts.InterfaceDeclaration }
  | { kind: "alias"; node: ts.TypeAliasDeclaration }
  /** The values of `export declare const X: { readonly A: "a" }`, as SDKs write enumerations. */
  | { kind: "constant"; values: readonly (string | number | boolean)[] }
  /** A name of another module. */
  | { kind: "imported" };

/**
 * Declarations by name, with namespaces before it: `CreateJobRequest`,
 * `inputs.mediapackagev2.OriginEndpointSegmentArgs`.
 */
export interface Declarations {
  get(name: string): readonly Declaration[];
}

const read = new Map<string, ReadonlyMap<string, readonly Declaration[]>>();

/**
 * Reads the declarations of files; a file's names get its prefix (`inputs.`), as the importing file spells them. Each
 * file is parsed once.
 */
export function readDeclarations(files: readonly { file: string; prefix?: string }[]): Declarations {
  const all = files.map(({ file, prefix = "" }) => readFile(file, prefix));
  return { get: (name) => all.flatMap((declarations) => declarations.get(name) ?? []) };
}

function readFile(file: string, prefix: string): ReadonlyMap<string, readonly Declaration[]> {
  const key = `${prefix} ${file}`;
  let found = read.get(key);
  if (found === undefined) {
    const declarations = new Map<string, Declaration[]>();
    collect(
      ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest).statements,
      prefix,
      declarations,
    );
    found = declarations;
    read.set(key, found);
  }
  return found;
}

function collect(statements: readonly ts.Statement[], prefix: string, into: Map<string, Declaration[]>): void {
  const add = (name: string, declaration: Declaration): void => {
    into.set(prefix + name, [...(into.get(prefix + name) ?? []), declaration]);
  };
  for (const statement of statements) {
    if (ts.isInterfaceDeclaration(statement)) add(statement.name.text, { kind: "interface", node: statement });
    else if (ts.isTypeAliasDeclaration(statement)) add(statement.name.text, { kind: "alias", node: statement });
    else if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body))
      collect(statement.body.statements, `${prefix}${statement.name.text}.`, into);
    else if (ts.isImportDeclaration(statement)) {
      const imported = statement.importClause?.namedBindings;
      if (imported !== undefined && ts.isNamedImports(imported))
        for (const { name } of imported.elements) add(name.text, { kind: "imported" });
    } else if (ts.isVariableStatement(statement)) {
      for (const { name, type } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name) && type !== undefined && ts.isTypeLiteralNode(type))
          add(name.text, { kind: "constant", values: type.members.flatMap(valueOf) });
      }
    }
  }
}

function valueOf(member: ts.TypeElement): (string | number | boolean)[] {
  return ts.isPropertySignature(member) && member.type !== undefined ? literalOf(member.type) : [];
}

/** The value of a literal type; none for other types. */
export function literalOf(type: ts.TypeNode): (string | number | boolean)[] {
  if (!ts.isLiteralTypeNode(type)) return [];
  if (ts.isStringLiteral(type.literal)) return [type.literal.text];
  if (ts.isNumericLiteral(type.literal)) return [Number(type.literal.text)];
  if (type.literal.kind === ts.SyntaxKind.TrueKeyword) return [true];
  return type.literal.kind === ts.SyntaxKind.FalseKeyword ? [false] : [];
}
