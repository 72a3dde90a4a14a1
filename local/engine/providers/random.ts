import { randomBytes, randomInt } from "node:crypto";
import type { Properties, ResourceProvider, ResourceRequest, ResourceState } from "../provider.ts";

/** Changing any of these creates a new secret. */
const inputsThatRemake = [
  "keepers",
  "length",
  "byteLength",
  "upper",
  "lower",
  "number",
  "numeric",
  "special",
  "overrideSpecial",
  "prefix",
];

/**
 * Pulumi's `random` provider: secrets that are created once and kept in the state.
 * https://www.pulumi.com/registry/packages/random/
 */
export const randomProviders: readonly ResourceProvider[] = [
  provider("random:index/randomPassword:RandomPassword", (inputs) => ({ result: characters(inputs) })),
  provider("random:index/randomString:RandomString", (inputs) => ({ result: characters(inputs) })),
  provider("random:index/randomId:RandomId", (inputs) => {
    const bytes = randomBytes(Number(inputs["byteLength"]));
    return {
      hex: bytes.toString("hex"),
      b64Std: bytes.toString("base64"),
      b64Url: bytes.toString("base64url"),
      dec: BigInt(`0x${bytes.toString("hex")}`).toString(),
    };
  }),
  provider("random:index/randomBytes:RandomBytes", (inputs) => {
    const bytes = randomBytes(Number(inputs["length"]));
    return { hex: bytes.toString("hex"), base64: bytes.toString("base64") };
  }),
];

function provider(type: string, make: (inputs: Properties) => Properties): ResourceProvider {
  return {
    type,
    honoured: inputsThatRemake,
    replaceOnChanges: inputsThatRemake,
    async apply({ inputs, prior }: ResourceRequest): Promise<ResourceState> {
      return prior ?? { id: "none", outputs: make(inputs) };
    },
  };
}

function characters(inputs: Properties): string {
  const groups = [
    [inputs["upper"], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
    [inputs["lower"], "abcdefghijklmnopqrstuvwxyz"],
    [inputs["numeric"] ?? inputs["number"], "0123456789"],
    [
      inputs["special"],
      typeof inputs["overrideSpecial"] === "string" ? inputs["overrideSpecial"] : "!@#$%&*()-_=+[]{}<>:?",
    ],
  ] as const;
  const alphabet = groups.flatMap(([wanted, group]) => (wanted === false ? [] : [group])).join("");
  return Array.from({ length: Number(inputs["length"]) }, () => alphabet[randomInt(alphabet.length)]).join("");
}
