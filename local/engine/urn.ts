/** A resource's URN: `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`. */
export interface Urn {
  stack: string;
  project: string;
  /** Types from the outermost component to the resource itself, with `$` between. */
  qualifiedType: string;
  name: string;
}

/** The type of every program's root, which children's URNs leave out. */
export const stackType = "pulumi:pulumi:Stack";

export function urnText({ stack, project, qualifiedType, name }: Urn): string {
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** Reads a URN; parts that are missing are empty. A name may hold `::`. */
export function parseUrn(urn: string): Urn {
  const [prefix = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: prefix.replace(/^urn:pulumi:/, ""), project, qualifiedType, name: name.join("::") };
}

/** The resource's own type, without its parents'. */
export function typeOf(urn: string): string {
  return parseUrn(urn).qualifiedType.split("$").at(-1) ?? "";
}

/** `TYPE` under a parent; the stack itself (or no parent) adds nothing. */
export function qualifiedType(parentUrn: string, type: string): string {
  const parent = parseUrn(parentUrn).qualifiedType;
  return parent === "" || parent === stackType ? type : `${parent}$${type}`;
}

/** What a program says of an earlier name of a resource (`aliases`): a URN, or the parts that were different. */
export type Alias =
  | { urn: string }
  | { name?: string; type?: string; stack?: string; project?: string; parentUrn?: string; noParent?: boolean };

/** A resource as far as its URN goes. */
export interface Named {
  stack: string;
  project: string;
  type: string;
  name: string;
  /** URN, or empty. */
  parent: string;
}

/**
 * All URNs that a resource may have had: its own aliases, and those that follow from its parent's. A child whose name
 * begins with its parent's had the parent's old name at its beginning.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
 *
 * @param parentAliases URNs that the parent may have had
 */
export function aliasUrns(resource: Named, aliases: readonly Alias[], parentAliases: readonly string[]): string[] {
  const own = aliases.map((alias) => ("urn" in alias ? alias.urn : aliasUrn(resource, alias)));
  const inherited = parentAliases.flatMap((parentUrn) => {
    const names = [
      resource,
      ...aliases.flatMap((alias) =>
        "urn" in alias || alias.parentUrn !== undefined || alias.noParent === true
          ? []
          : [{ ...resource, ...given(alias) }],
      ),
    ];
    return names.map((named) => {
      const [before, after] = [parseUrn(parentUrn).name, parseUrn(resource.parent).name];
      const name = named.name.startsWith(after) ? before + named.name.slice(after.length) : named.name;
      return urnText({ ...named, name, qualifiedType: qualifiedType(parentUrn, named.type) });
    });
  });
  return [...new Set([...own, ...inherited])];
}

function aliasUrn(resource: Named, alias: Exclude<Alias, { urn: string }>): string {
  const parent = alias.noParent === true ? "" : (alias.parentUrn ?? resource.parent);
  const named = { ...resource, ...given(alias) };
  return urnText({ ...named, qualifiedType: qualifiedType(parent, named.type) });
}

/** The alias's parts that were said; empty text means unsaid on the wire. */
function given({ name, type, stack, project }: Exclude<Alias, { urn: string }>): Partial<Named> {
  return Object.fromEntries(
    Object.entries({ name, type, stack, project }).filter(([, value]) => value !== undefined && value !== ""),
  );
}
