/**
 * Chains as ONNX files, field by field as in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 *
 * @module
 */

import { type Chain, type ChainStage, channelsOf, type Padding } from "./chain.ts";

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPSET = 17;

/** Kinds of attributes. */
const ATTRIBUTE = { string: 3, ints: 7 } as const;

/**
 * Writes a chain as a model that maps `x`, `[1, inputs, height, width]`, to `y`, `[1, outputs, height, width]`.
 */
export function onnxModel(
  chain: Chain,
  { padding, plane }: { padding: Padding; plane: { width: number; height: number } },
): Uint8Array<ArrayBuffer> {
  const parts = chain.stages.map((stage, index) => stageParts(stage, { index, chain, padding }));
  const edges = Float64Array.of(0, 0, 1, 1, 0, 0, 1, 1);
  const shape = (channels: number) => [1, channels, plane.height, plane.width];
  const { inputs, outputs } = channelsOf(chain);
  const graph = [
    ...parts.flatMap(({ nodes }) => nodes).map((node) => bytesField(1, node)),
    textField(2, "chain"),
    ...parts.flatMap(({ tensors }) => tensors).map((tensor) => bytesField(5, tensor)),
    ...(padding === "edge" ? [bytesField(5, integerTensor("edges", edges))] : []),
    bytesField(11, valueInfo("x", shape(inputs))),
    bytesField(12, valueInfo("y", shape(outputs))),
  ];
  return join([
    numberField(1, IR_VERSION),
    bytesField(7, join(graph)),
    bytesField(8, join([textField(1, ""), numberField(2, OPSET)])),
  ]);
}

function stageParts(
  { layer, adds }: ChainStage,
  { index, chain, padding }: { index: number; chain: Chain; padding: Padding },
): { nodes: Uint8Array[]; tensors: Uint8Array[] } {
  const { inputs, outputs, weights, bias, slopes } = layer;
  const nodes: Uint8Array[] = [];
  const outputOf = (stage: number) => stage === chain.stages.length - 1 ? "y" : `stage${stage}`;
  let value = index === 0 ? "x" : outputOf(index - 1);
  const then = (operator: string, others: string[], options: {
    isLast?: boolean | undefined;
    attributes?: Uint8Array[] | undefined;
  } = {}) => {
    const result = options.isLast ? outputOf(index) : `${operator}${index}`;
    nodes.push(node(operator, { inputs: [value, ...others], result, ...options }));
    value = result;
  };
  const tensors = [
    floatTensor(`weights${index}`, { shape: [outputs, inputs, 3, 3], values: weights }),
    floatTensor(`bias${index}`, { shape: [outputs], values: bias }),
  ];
  if (padding === "edge") then("Pad", ["edges"], { attributes: [textAttribute("mode", "edge")] });
  const border = padding === "edge" ? 0 : 1;
  then("Conv", [`weights${index}`, `bias${index}`], {
    isLast: slopes === undefined && adds === undefined,
    attributes: [
      integersAttribute("kernel_shape", [3, 3]),
      integersAttribute("pads", Array(4).fill(border)),
    ],
  });
  if (slopes) {
    tensors.push(floatTensor(`slopes${index}`, { shape: [outputs, 1, 1], values: slopes }));
    then("PRelu", [`slopes${index}`], { isLast: adds === undefined });
  }
  if (adds !== undefined) then("Add", [outputOf(adds)], { isLast: true });
  return { nodes, tensors };
}

function node(
  operator: string,
  { inputs, result, attributes = [] }: {
    inputs: string[];
    result: string;
    attributes?: Uint8Array[] | undefined;
  },
): Uint8Array {
  return join([
    ...inputs.map((input) => textField(1, input)),
    textField(2, result),
    textField(3, result),
    textField(4, operator),
    ...attributes.map((attribute) => bytesField(5, attribute)),
  ]);
}

function textAttribute(name: string, value: string): Uint8Array {
  return join([textField(1, name), textField(4, value), numberField(20, ATTRIBUTE.string)]);
}

function integersAttribute(name: string, values: number[]): Uint8Array {
  return join([
    textField(1, name),
    ...values.map((value) => numberField(8, value)),
    numberField(20, ATTRIBUTE.ints),
  ]);
}

function floatTensor(
  name: string,
  { shape, values }: { shape: number[]; values: Float32Array },
): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return tensor(name, { shape, type: FLOAT, raw });
}

function integerTensor(name: string, values: ArrayLike<number>): Uint8Array {
  const integers = BigInt64Array.from(Array.from(values, BigInt));
  return tensor(name, {
    shape: [integers.length],
    type: INT64,
    raw: new Uint8Array(integers.buffer),
  });
}

function tensor(
  name: string,
  { shape, type, raw }: { shape: number[]; type: number; raw: Uint8Array },
): Uint8Array {
  return join([
    ...shape.map((size) => numberField(1, size)),
    numberField(2, type),
    textField(8, name),
    bytesField(9, raw),
  ]);
}

function valueInfo(name: string, shape: number[]): Uint8Array {
  const sizes = shape.map((size) => bytesField(1, numberField(1, size)));
  const tensorType = join([numberField(1, FLOAT), bytesField(2, join(sizes))]);
  return join([textField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return join([variableLength(field << 3 | 2), variableLength(bytes.length), bytes]);
}

function numberField(field: number, value: number): Uint8Array {
  return join([variableLength(field << 3), variableLength(value)]);
}

function variableLength(value: number): Uint8Array {
  const bytes: number[] = [];
  while (value >= 128) {
    bytes.push(value % 128 + 128);
    value = Math.floor(value / 128);
  }
  return Uint8Array.from([...bytes, value]);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
