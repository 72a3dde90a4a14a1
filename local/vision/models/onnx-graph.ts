import protobuf from "google-protobuf";

/**
 * Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), those that this project writes
 * or reads.
 */
export const onnxField = {
  model: { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8 },
  opset: { version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5 },
  attribute: { name: 1, integer: 3, integers: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9 },
  valueInfo: { name: 1, type: 2 },
} as const;

const floatType = 1;
const int64Type = 7;
/** Operator set: the newest in which every operator here kept its plain form (axes as attributes). */
const opsetVersion = 13;
const irVersion = 8;

/** A dimension: its size, or a name for one that is known at run time only. */
export type Dimension = number | string;

/** Writes an ONNX model node by node. Tensors are named; a node's method answers with the name of its output. */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, shape: readonly Dimension[]): string {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  output(name: string, tensor: string, shape: readonly Dimension[]): void {
    this.#nodes.push(node("Identity", [tensor], name, {}));
    this.#outputs.push(valueInfo(name, shape));
  }

  /** A constant of 32-bit floats, or of integers where an operator wants them (shapes, pads). */
  constant(values: Float32Array | readonly bigint[], shape: readonly number[]): string {
    const name = this.#newName("constant");
    const isFloat = values instanceof Float32Array;
    const data = isFloat ? values : BigInt64Array.from(values);
    this.#initializers.push(
      message((tensor) => {
        for (const size of shape) tensor.writeInt64(onnxField.tensor.dims, size);
        tensor.writeInt32(onnxField.tensor.dataType, isFloat ? floatType : int64Type);
        tensor.writeString(onnxField.tensor.name, name);
        tensor.writeBytes(onnxField.tensor.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }),
    );
    return name;
  }

  /** Adds a node; `attributes` are integers or lists of integers. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, number | readonly number[]> = {},
  ): string {
    const output = this.#newName(operator);
    this.#nodes.push(node(operator, inputs, output, attributes));
    return output;
  }

  /** The model as the bytes of an `.onnx` file. */
  toBytes(): Uint8Array {
    const graph = message((writer) => {
      for (const bytes of this.#nodes) writer.writeBytes(onnxField.graph.node, bytes);
      writer.writeString(onnxField.graph.name, this.#name);
      for (const bytes of this.#initializers) writer.writeBytes(onnxField.graph.initializer, bytes);
      for (const bytes of this.#inputs) writer.writeBytes(onnxField.graph.input, bytes);
      for (const bytes of this.#outputs) writer.writeBytes(onnxField.graph.output, bytes);
    });
    return message((writer) => {
      writer.writeInt64(onnxField.model.irVersion, irVersion);
      writer.writeString(onnxField.model.producerName, "spotlight");
      writer.writeBytes(onnxField.model.graph, graph);
      writer.writeBytes(
        onnxField.model.opsetImport,
        message((opset) => opset.writeInt64(onnxField.opset.version, opsetVersion)),
      );
    });
  }

  #newName(of: string): string {
    return `${of}_${this.#count++}`;
  }
}

/** A `ValueInfoProto`: the name and shape of a graph's input or output, of 32-bit floats. */
export function valueInfo(name: string, shape: readonly Dimension[]): Uint8Array {
  const dimensions = message((writer) => {
    for (const size of shape) {
      writer.writeBytes(
        1,
        message((dimension) =>
          typeof size === "number" ? dimension.writeInt64(1, size) : dimension.writeString(2, size),
        ),
      );
    }
  });
  const tensorType = message((writer) => {
    writer.writeInt32(1, floatType);
    writer.writeBytes(2, dimensions);
  });
  return message((writer) => {
    writer.writeString(onnxField.valueInfo.name, name);
    writer.writeBytes(
      onnxField.valueInfo.type,
      message((type) => type.writeBytes(1, tensorType)),
    );
  });
}

/** The bytes of one protobuf message. */
export function message(write: (writer: protobuf.BinaryWriter) => void): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  write(writer);
  return writer.getResultBuffer();
}

/** `AttributeProto.AttributeType` INT and INTS. */
const attributeType = { integer: 2, integers: 7 } as const;

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, number | readonly number[]>,
): Uint8Array {
  return message((writer) => {
    for (const input of inputs) writer.writeString(onnxField.node.input, input);
    writer.writeString(onnxField.node.output, output);
    writer.writeString(onnxField.node.name, output);
    writer.writeString(onnxField.node.opType, operator);
    for (const [name, value] of Object.entries(attributes))
      writer.writeBytes(onnxField.node.attribute, attribute(name, value));
  });
}

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  return message((writer) => {
    writer.writeString(onnxField.attribute.name, name);
    if (typeof value === "number") writer.writeInt64(onnxField.attribute.integer, value);
    else for (const entry of value) writer.writeInt64(onnxField.attribute.integers, entry);
    writer.writeInt32(
      onnxField.attribute.type,
      typeof value === "number" ? attributeType.integer : attributeType.integers,
    );
  });
}
