import { addConvolution, addNormalization, filtersToOnnx, samePadding } from "./convolution.ts";
import { OnnxGraph } from "./onnx-graph.ts";
import type { Weights } from "./tfjs-weights.ts";

/** Side of the square face crop that the network expects, in pixels. */
export const landmarkInputSize = 112;

/**
 * face-api's 68-point face landmark network (https://github.com/vladmandic/face-api, `FaceLandmark68Net`) as ONNX: four
 * dense blocks of four depthwise separable convolutions, each halving the map, an average pool and one dense layer.
 *
 * Input `faces`: n×3×112×112, red, green and blue planes, 0–255. Output `points`: n×136, x and y of each point as
 * fractions.
 */
export function landmarkNet(weights: Weights): Uint8Array {
  const graph = new OnnxGraph("landmarks");
  let size = landmarkInputSize;
  let channels = 3;
  let map = addNormalization(graph, graph.input("faces", ["n", 3, size, size]));

  const separable = (input: string, name: string, inputs: number, outputs: number, stride: number): string => {
    const padding = samePadding(size, 3, stride);
    const depthwise = filtersToOnnx(weights.get(`${name}/depthwise_filter`, 3, 3, inputs, 1), 3, 3, 1, inputs);
    const pointwise = filtersToOnnx(
      weights.get(`${name}/pointwise_filter`, 1, 1, inputs, outputs),
      1,
      1,
      inputs,
      outputs,
    );
    const each = addConvolution(graph, input, {
      filters: depthwise,
      kernel: 3,
      inputs,
      outputs: inputs,
      groups: inputs,
      stride,
      padding,
    });
    return addConvolution(graph, each, {
      filters: pointwise,
      bias: weights.get(`${name}/bias`, outputs),
      kernel: 1,
      inputs,
      outputs,
      stride: 1,
      padding: [0, 0],
    });
  };
  const full = (input: string, name: string, inputs: number, outputs: number): string =>
    addConvolution(graph, input, {
      filters: filtersToOnnx(weights.get(`${name}/filters`, 3, 3, inputs, outputs), 3, 3, inputs, outputs),
      bias: weights.get(`${name}/bias`, outputs),
      kernel: 3,
      inputs,
      outputs,
      stride: 2,
      padding: samePadding(size, 3, 2),
    });
  const relu = (input: string): string => graph.node("Relu", [input]);
  const add = (a: string, b: string): string => graph.node("Add", [a, b]);

  for (const block of ["dense0", "dense1", "dense2", "dense3"]) {
    const outputs = weights.length(`${block}/conv0/bias`);
    const first = relu(
      block === "dense0"
        ? full(map, "dense0/conv0", channels, outputs)
        : separable(map, `${block}/conv0`, channels, outputs, 2),
    );
    size = Math.ceil(size / 2);
    channels = outputs;
    const second = separable(first, `${block}/conv1`, channels, channels, 1);
    const third = separable(relu(add(first, second)), `${block}/conv2`, channels, channels, 1);
    const sum = add(first, add(second, third));
    const fourth = separable(relu(sum), `${block}/conv3`, channels, channels, 1);
    map = relu(add(sum, fourth));
  }

  const pooled = graph.node("AveragePool", [map], { kernel_shape: [size, size], strides: [size, size] });
  const features = graph.node("Flatten", [pooled], { axis: 1 });
  const dense = graph.node("MatMul", [
    features,
    graph.constant(weights.get("fc/weights", channels, 136), [channels, 136]),
  ]);
  graph.output("points", add(dense, graph.constant(weights.get("fc/bias", 136), [136])), ["n", 136]);
  return graph.toBytes();
}
