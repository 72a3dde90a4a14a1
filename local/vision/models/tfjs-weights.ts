import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** One weight tensor, as TensorFlow.js lays it out (row major; convolution filters are height, width, in, out). */
export interface Weight {
  shape: readonly number[];
  values: Float32Array;
}

/** The part of a TensorFlow.js weights manifest that these models use. */
interface ManifestGroup {
  paths: string[];
  weights: {
    name: string;
    shape: number[];
    dtype: string;
    quantization?: { dtype: string; scale: number; min: number };
  }[];
}

/**
 * A network's weights by name. Asking for a name or shape that isn't there is an error, so a changed model can't pass
 * silently.
 */
export class Weights {
  readonly #byName: ReadonlyMap<string, Weight>;

  constructor(byName: ReadonlyMap<string, Weight>) {
    this.#byName = byName;
  }

  get(name: string, ...shape: number[]): Float32Array {
    const weight = this.#byName.get(name);
    if (weight === undefined) throw new Error(`The model has no weights "${name}".`);
    if (weight.shape.join() !== shape.join())
      throw new Error(`Weights "${name}" are ${weight.shape.join("x")}, expected ${shape.join("x")}.`);
    return weight.values;
  }

  /** Length of a bias, which is the number of channels that its layer puts out. */
  length(name: string): number {
    return this.#byName.get(name)?.values.length ?? 0;
  }
}

/**
 * Reads a TensorFlow.js weights manifest and its shards; values stored in 8 bits become `byte * scale + min`
 * (https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/io_utils.ts, `decodeWeights`).
 */
export async function readTfjsWeights(manifestFile: string): Promise<Weights> {
  const groups = JSON.parse(await readFile(manifestFile, "utf8")) as ManifestGroup[];
  const byName = new Map<string, Weight>();
  for (const group of groups) {
    const shards = await Promise.all(group.paths.map((path) => readFile(join(dirname(manifestFile), path))));
    const bytes = Buffer.concat(shards);
    let offset = 0;
    for (const { name, shape, quantization } of group.weights) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (quantization === undefined) {
        for (let i = 0; i < values.length; i++, offset += 4) values[i] = bytes.readFloatLE(offset);
      } else {
        if (quantization.dtype !== "uint8")
          throw new Error(`Weights "${name}" are quantized as ${quantization.dtype}, which this reader doesn't know.`);
        for (let i = 0; i < values.length; i++) values[i] = bytes[offset++]! * quantization.scale + quantization.min;
      }
      byName.set(name, { shape, values });
    }
  }
  return new Weights(byName);
}
