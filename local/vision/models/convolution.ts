import type { OnnxGraph } from "./onnx-graph.ts";

/** TensorFlow's "same" for one axis: as much padding as makes `ceil(size / stride)` outputs, the odd one at the end. */
export function samePadding(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Output size of one axis without padding ("valid"). */
export function validSize(size: number, kernel: number, stride: number): number {
  return Math.floor((size - kernel) / stride) + 1;
}

/** Filters from TensorFlow's height, width, in, out to ONNX's out, in, height, width. */
export function filtersToOnnx(
  values: Float32Array,
  height: number,
  width: number,
  inputs: number,
  outputs: number,
): Float32Array {
  const result = new Float32Array(values.length);
  let from = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) result[((o * inputs + i) * height + y) * width + x] = values[from++]!;
      }
    }
  }
  return result;
}

/** One convolution of square kernels and maps. */
export interface Convolution {
  /** In ONNX's order: out, in per group, height, width. */
  filters: Float32Array;
  bias?: Float32Array;
  kernel: number;
  inputs: number;
  outputs: number;
  stride: number;
  /** Equal to `inputs` for a depthwise convolution. */
  groups?: number;
  /** Padding before and after, on both axes. */
  padding: readonly [number, number];
}

export function addConvolution(graph: OnnxGraph, input: string, layer: Convolution): string {
  const groups = layer.groups ?? 1;
  const inputs = [
    input,
    graph.constant(layer.filters, [layer.outputs, layer.inputs / groups, layer.kernel, layer.kernel]),
  ];
  if (layer.bias !== undefined) inputs.push(graph.constant(layer.bias, [layer.outputs]));
  const [before, after] = layer.padding;
  return graph.node("Conv", inputs, {
    kernel_shape: [layer.kernel, layer.kernel],
    strides: [layer.stride, layer.stride],
    pads: [before, before, after, after],
    group: groups,
  });
}

/**
 * Colours 0–255 (red, green, blue planes) less face-api's mean, as fractions of 255: the input of both of its networks
 * here.
 */
export function addNormalization(graph: OnnxGraph, input: string): string {
  const mean = graph.constant(Float32Array.of(122.782, 117.001, 104.298), [1, 3, 1, 1]);
  return graph.node("Div", [graph.node("Sub", [input, mean]), graph.constant(Float32Array.of(255), [])]);
}
