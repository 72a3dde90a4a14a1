import protobuf from "google-protobuf";
import { message, onnxField, valueInfo } from "./onnx-graph.ts";

/**
 * The published model's names for the two tensors needed here: face probabilities, and box offsets before decoding.
 */
const scoresTensor = "scores";
const offsetsTensor = "462";

/**
 * UltraFace RFB-320 as published has its 320×240 anchor boxes built in. This cuts the graph before they are applied, so
 * that it takes any input size and the boxes are decoded by `decodeBoxes`. Nodes and weights are kept byte by byte.
 *
 * Input `input`: 1×3×height×width, red, green and blue planes, (colour − 127) / 128. Outputs: `scores` 1×n×2 (no face,
 * face), `462` 1×n×4 (offsets of centre and logarithms of size, against the anchors).
 */
export function detectorNet(published: Uint8Array): Uint8Array {
  const model = fieldsOf(published);
  const graph = fieldsOf(only(model, onnxField.model.graph));

  const needed = new Set([scoresTensor, offsetsTensor]);
  const kept: Uint8Array[] = [];
  for (const node of all(graph, onnxField.graph.node).reverse()) {
    const fields = fieldsOf(node);
    if (!strings(fields, onnxField.node.output).some((name) => needed.has(name))) continue;
    kept.unshift(node);
    for (const name of strings(fields, onnxField.node.input)) needed.add(name);
  }
  const initializers = all(graph, onnxField.graph.initializer).filter((tensor) =>
    strings(fieldsOf(tensor), onnxField.tensor.name).some((name) => needed.has(name)),
  );

  const cut = message((writer) => {
    for (const node of kept) writer.writeBytes(onnxField.graph.node, node);
    writer.writeString(onnxField.graph.name, "detector");
    for (const tensor of initializers) writer.writeBytes(onnxField.graph.initializer, tensor);
    writer.writeBytes(onnxField.graph.input, valueInfo("input", [1, 3, "height", "width"]));
    writer.writeBytes(onnxField.graph.output, valueInfo(scoresTensor, [1, "n", 2]));
    writer.writeBytes(onnxField.graph.output, valueInfo(offsetsTensor, [1, "n", 4]));
  });
  return message((writer) => {
    writer.writeInt64(onnxField.model.irVersion, 6);
    writer.writeBytes(onnxField.model.graph, cut);
    for (const opset of all(model, onnxField.model.opsetImport)) writer.writeBytes(onnxField.model.opsetImport, opset);
  });
}

type Fields = Map<number, Uint8Array[]>;

/** The length-delimited fields of a protobuf message, by number; other fields are omitted. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  const reader = new protobuf.BinaryReader(bytes);
  while (reader.nextField()) {
    if (!reader.isDelimited()) {
      reader.skipField();
      continue;
    }
    const number = reader.getFieldNumber();
    const entries = fields.get(number) ?? [];
    entries.push(reader.readBytes());
    fields.set(number, entries);
  }
  return fields;
}

function all(fields: Fields, number: number): Uint8Array[] {
  return [...(fields.get(number) ?? [])];
}

function only(fields: Fields, number: number): Uint8Array {
  const [first] = all(fields, number);
  if (first === undefined)
    throw new Error(`The detector model has no field ${number}: it is not the expected ONNX file.`);
  return first;
}

function strings(fields: Fields, number: number): string[] {
  return all(fields, number).map((bytes) => Buffer.from(bytes).toString("utf8"));
}
