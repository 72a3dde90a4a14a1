/** A resource's URN: `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`. */
export interface Urn {
  stack: string;
  project: string;
  /** Types from the outermost component to the resource itself, separated by `$`. */
  qualifiedType: string;
  name: string;
}

/** The type of every program's root, which its children's URNs omit. */
export const stackType = "pulumi:pulumi:Stack";

export function urnText({ stack, project, qualifiedType, name }: Urn): string {
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** Parses a URN; missing parts are empty. A name may contain `::`. */
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

/** An earlier name of a resource (`aliases`): a URN, or the parts that differed. */
export type Alias =
  | { urn: string }
  | { name?: string; type?: string; stack?: string; project?: string; parentUrn?: string; noParent?: boolean };

/** The parts that form a resource's URN. */
export interface Named {
  stack: string;
  project: string;
  type: string;
  name: string;
  /** URN, or empty. */
  parent: string;
}

/**
 * All URNs that a resource may have had: its own aliases, and those that follow from its parent's. If a child's name
 * starts with its parent's name, its old name started with the parent's old name.
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

/** The parts that the alias sets; on the wire, empty text means unset. */
function given({ name, type, stack, project }: Exclude<Alias, { urn: string }>): Partial<Named> {
  return Object.fromEntries(
    Object.entries({ name, type, stack, project }).filter(([, value]) => value !== undefined && value !== ""),
  );
}
