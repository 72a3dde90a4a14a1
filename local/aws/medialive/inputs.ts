import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP, isIPv6 } from "node:net";
import { AwsError } from "../errors.ts";
import type { Networks } from "../vpc.ts";
import type { StreamName } from "./stream-name.ts";

/** An RTMP_PUSH or SRT_LISTENER input. */
export interface Input {
  id: string;
  arn: string;
  name: string;
  /** Of RTMP_PUSH: `APP/KEY`, one for each pipeline. */
  streamNames: string[];
  /** Of SRT_LISTENER. */
  srt?: SrtSettings;
  /** Input security groups; empty for an input in a private network. */
  securityGroupIds: string[];
  /** The input's private network, if any. */
  vpc?: { subnetIds: string[]; securityGroupIds: string[] };
  tags: Record<string, string>;
}

/** How an SRT listener takes callers. */
export interface SrtSettings {
  passphraseSecretArn: string;
  keyBits: 128 | 192 | 256;
  latencyMs: number;
  streamId?: string;
}

/** The port that inputs listen on at AWS, and that security groups of private networks must allow. */
const rtmpPort = 1935;

/** Inputs and the address ranges that may publish to them. */
export class Inputs {
  readonly #inputs = new Map<string, Input>();
  readonly #groups = new Map<string, BlockList>();
  readonly #networks: Pick<Networks, "admits">;

  constructor(networks: Pick<Networks, "admits">) {
    this.#networks = networks;
  }

  put(input: Input): void {
    for (const streamName of input.streamNames)
      if (!/^[^/?\s]+\/[^/?\s]+$/.test(streamName))
        throw new AwsError("UnprocessableEntityException", "An RTMP stream name must be APP/KEY.", 422);
    for (const id of input.securityGroupIds)
      if (!this.#groups.has(id))
        throw new AwsError("UnprocessableEntityException", `The input security group ${id} does not exist.`, 422);
    this.#inputs.set(input.id, input);
  }

  remove(id: string): void {
    this.#inputs.delete(id);
  }

  /** Throws UnprocessableEntityException unless all are IPv4 ranges. */
  putGroup(id: string, cidrs: readonly string[]): void {
    const list = new BlockList();
    for (const cidr of cidrs) {
      const [address = "", bits = "32"] = cidr.split("/");
      if (isIP(address) !== 4 || !/^\d+$/.test(bits) || Number(bits) > 32)
        throw new AwsError(
          "UnprocessableEntityException",
          `"${cidr}" is not an IPv4 range such as 203.0.113.7/32.`,
          422,
        );
      list.addSubnet(address, Number(bits), "ipv4");
    }
    this.#groups.set(id, list);
  }

  removeGroup(id: string): void {
    this.#groups.delete(id);
  }

  get(id: string): Input | undefined {
    return this.#inputs.get(id);
  }

  list(): Input[] {
    return [...this.#inputs.values()];
  }

  /** Whether any RTMP input may be used from an address, or the SRT input with this id. */
  admits(address: string, srtInput?: string): boolean {
    return this.list().some(
      (input) =>
        (srtInput === undefined ? input.srt === undefined : input.id === srtInput) && this.#admitsTo(input, address),
    );
  }

  /**
   * The input that a publisher from this address means and the number of the pipeline that it feeds, or what is wrong
   * with the name of its stream. The key decides;
   * the application may be left out or said twice, but must not be another. A wrong key takes as long as a right one.
   */
  find({ app, key }: StreamName, address: string): { input: Input; pipeline: number } | { problem: string } {
    const wanted = digest(key);
    const found: { input: Input; pipeline: number; inputApp: string }[] = [];
    for (const input of this.#inputs.values())
      for (const [pipeline, name] of input.streamNames.entries()) {
        const [inputApp = "", inputKey = ""] = name.split("/");
        if (timingSafeEqual(digest(inputKey), wanted) && this.#admitsTo(input, address))
          found.push({ input, pipeline, inputApp });
      }
    const [first] = found;
    if (first === undefined) return { problem: this.#problemOf(key) };
    const right = found.find(({ inputApp }) => app.every((segment) => segment === inputApp));
    if (right !== undefined) return { input: right.input, pipeline: right.pipeline };
    return {
      problem:
        `the stream key is right, but the server address must end in "/${first.inputApp}", ` +
        `not in "/${app.join("/")}"`,
    };
  }

  #problemOf(key: string): string {
    const apps = new Set(this.list().flatMap(({ streamNames }) => streamNames.map((name) => name.split("/")[0])));
    if (key === "" || apps.has(key)) return "the stream key is missing: copy it from the page";
    if (/\s/.test(key)) return "the stream key contains a space: copy it from the page again";
    return "the server address or the stream key is wrong: copy both from the page";
  }

  #admitsTo(input: Input, address: string): boolean {
    const plain = address.replace(/^::ffff:/, "");
    // Ranges can name the loopback address in IPv4 only.
    const known = isIPv6(plain) && plain === "::1" ? "127.0.0.1" : plain;
    if (input.vpc !== undefined) return this.#networks.admits(input.vpc.securityGroupIds, known, rtmpPort);
    return (
      isIP(known) === 4 && input.securityGroupIds.some((id) => this.#groups.get(id)?.check(known, "ipv4") === true)
    );
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
