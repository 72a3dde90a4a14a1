import { addConvolution, addNormalization, filtersToOnnx, samePadding, validSize } from "./convolution.ts";
import { OnnxGraph } from "./onnx-graph.ts";
import type { Weights } from "./tfjs-weights.ts";

/** Side of the aligned face chip that the network expects, in pixels. */
export const embeddingInputSize = 150;
/** Numbers in an embedding. */
export const embeddingLength = 128;

/** The residual layers in order; those with `_down` halve the map. */
const residualLayers = [
  ["conv32_1", "conv32_2", "conv32_3"],
  ["conv64_down", "conv64_1", "conv64_2", "conv64_3"],
  ["conv128_down", "conv128_1", "conv128_2"],
  ["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"],
].flat();

/**
 * dlib's face recognition ResNet (http://blog.dlib.net/2017/02/high-quality-face-recognition-with-deep.html, weights in
 * the public domain), from face-api's copy, as ONNX.
 *
 * Input `chips`: n×3×150×150, red, green and blue planes, 0–255, aligned as dlib does. Output `embeddings`: n×128;
 * faces of one person are less than about 0.6 apart (Euclidean).
 */
export function embeddingNet(weights: Weights): Uint8Array {
  const graph = new OnnxGraph("embedding");
  let size = embeddingInputSize;
  let map = addNormalization(graph, graph.input("chips", ["n", 3, size, size]));

  /** A convolution and the scaling that follows it (dlib's affine layer), as one. */
  const scaled = (
    input: string,
    name: string,
    inputs: number,
    outputs: number,
    kernel: number,
    stride: number,
    padding: readonly [number, number],
  ): string => {
    const scale = weights.get(`${name}/scale/weights`, outputs);
    const shift = weights.get(`${name}/scale/biases`, outputs);
    const filters = filtersToOnnx(
      weights.get(`${name}/conv/filters`, kernel, kernel, inputs, outputs),
      kernel,
      kernel,
      inputs,
      outputs,
    );
    const perOutput = filters.length / outputs;
    const bias = weights
      .get(`${name}/conv/bias`, outputs)
      .map((value, output) => value * scale[output]! + shift[output]!);
    return addConvolution(graph, input, {
      filters: filters.map((value, i) => value * scale[Math.floor(i / perOutput)]!),
      bias,
      kernel,
      inputs,
      outputs,
      stride,
      padding,
    });
  };
  const relu = (input: string): string => graph.node("Relu", [input]);
  /** Zeros at the end of the channel, height and width axes. */
  const padEnd = (input: string, moreChannels: number, more: number): string =>
    graph.node("Pad", [input, graph.constant([0, 0, 0, 0, 0, moreChannels, more, more].map(BigInt), [8])]);

  let channels = weights.length("conv32_down/conv/bias");
  map = relu(scaled(map, "conv32_down", 3, channels, 7, 2, [0, 0]));
  size = validSize(size, 7, 2);
  map = graph.node("MaxPool", [map], { kernel_shape: [3, 3], strides: [2, 2] });
  size = validSize(size, 3, 2);

  for (const layer of residualLayers) {
    const outputs = weights.length(`${layer}/conv1/conv/bias`);
    const down = layer.includes("_down");
    const convolvedSize = down ? validSize(size, 3, 2) : size;
    const first = relu(
      scaled(map, `${layer}/conv1`, channels, outputs, 3, down ? 2 : 1, down ? [0, 0] : samePadding(size, 3, 1)),
    );
    let second = scaled(first, `${layer}/conv2`, outputs, outputs, 3, 1, samePadding(convolvedSize, 3, 1));
    let shortcut = map;
    if (down) {
      shortcut = graph.node("AveragePool", [map], { kernel_shape: [2, 2], strides: [2, 2] });
      size = validSize(size, 2, 2);
      // Without padding the convolution loses one more row than the pool on even sizes, and the pool never adds
      // channels.
      if (size > convolvedSize) second = padEnd(second, 0, size - convolvedSize);
      if (outputs > channels) shortcut = padEnd(shortcut, outputs - channels, 0);
    }
    map = relu(graph.node("Add", [shortcut, second]));
    channels = outputs;
  }

  const features = graph.node("ReduceMean", [map], { axes: [2, 3], keepdims: 0 });
  const embedding = graph.node("MatMul", [
    features,
    graph.constant(weights.get("fc", channels, embeddingLength), [channels, embeddingLength]),
  ]);
  graph.output("embeddings", embedding, ["n", embeddingLength]);
  return graph.toBytes();
}
