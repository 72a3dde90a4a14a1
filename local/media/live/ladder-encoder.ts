import { FilterComplexAPI } from "node-av/api";
import { EOF } from "node-av/constants";
import type { Frame, Packet } from "node-av/lib";
import { RungEncoder, type RungSettings } from "./rung-encoder.ts";
import type { RenditionSettings } from "./settings.ts";

export interface LadderSettings extends Omit<RungSettings, "rung"> {
  /** Highest first; their sizes are even. */
  rungs: readonly RenditionSettings[];
}

/** Scales pictures to the size of each rung, and encodes them. */
export class LadderEncoder {
  /** Highest first. */
  readonly rungs: readonly RungEncoder[];
  readonly #graph: FilterComplexAPI;

  private constructor(rungs: readonly RungEncoder[], graph: FilterComplexAPI) {
    this.rungs = rungs;
    this.#graph = graph;
  }

  /** @param take Takes each encoded packet of a rung, by its place in the ladder; it is freed afterwards. */
  static async create(
    { rungs, ...common }: LadderSettings,
    take: (rung: number, packet: Packet) => void,
  ): Promise<LadderEncoder> {
    const graph = FilterComplexAPI.create(ladderGraph(rungs), {
      inputs: [{ label: "in" }],
      outputs: rungs.map((_, i) => ({ label: `out${i}` })),
      graph: { nbThreads: 1 },
    });
    const encoders = rungs.map((rung, i) => RungEncoder.create({ ...common, rung }, (packet) => take(i, packet)));
    return new LadderEncoder(await Promise.all(encoders), graph);
  }

  /** The picture in the size of each rung. The caller frees them. */
  scale(picture: Frame): Frame[] {
    this.#graph.processSync("in", picture);
    return this.rungs.map((_, rung) => {
      const scaled = this.#graph.receiveSync(`out${rung}`);
      if (scaled === null || scaled === EOF) throw new Error("the picture could not be scaled.");
      return scaled;
    });
  }

  /** Encodes what {@link scale} returned, or black, as the picture with this number. */
  encode(scaled: readonly Frame[] | undefined, number: number): void {
    for (const [i, rung] of this.rungs.entries()) rung.encode(scaled?.[i], number);
  }

  finish(): void {
    for (const rung of this.rungs) rung.finish();
  }

  close(): void {
    this.#graph.close();
    for (const rung of this.rungs) rung.close();
  }
}

function ladderGraph(rungs: readonly RenditionSettings[]): string {
  return [
    `[in]split=${rungs.length}${rungs.map((_, i) => `[in${i}]`).join("")}`,
    ...rungs.map(
      (rung, i) => `[in${i}]scale=${rung.width}:${rung.height}:flags=bilinear,setsar=1,format=yuv420p[out${i}]`,
    ),
  ].join(";");
}
