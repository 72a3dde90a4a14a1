/**
 * What makes a random secret anew when its version changes. Version 1 has no keepers, as secrets had none before they
 * had versions: https://www.pulumi.com/registry/packages/random/#resource-keepers
 */
export function keepersOf(version: number): { keepers?: { version: string } } {
  return version === 1 ? {} : { keepers: { version: String(version) } };
}
