import {
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../weights/safetensors.ts";
import { WeightsError } from "../weights/weights_error.ts";

const NO_METADATA = new Map<string, string>();

/** A file of the given header and number of zero bytes, however wrong. */
function craft(header: unknown, dataLength = 0): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function entry(begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32"): unknown {
  return { dtype, shape, data_offsets: [begin, end] };
}

function assertRefused(bytes: Uint8Array, ...reasons: string[]): void {
  const error = assertThrows(() => decodeSafetensors(bytes), WeightsError);
  for (const reason of reasons) assertStringIncludes(error.message, reason);
}

Deno.test("tensors and metadata survive a file, in order and to the bit", () => {
  const tensors = new Map<string, Tensor>([
    ["z", { shape: [2, 3], values: new Float32Array([1, -2.5, 3e-30, 4e30, -0, 0.1]) }],
    ["a", { shape: [], values: new Float32Array([7]) }],
    ["none", { shape: [0, 4], values: new Float32Array(0) }],
    ["__proto__", { shape: [1], values: new Float32Array([9]) }],
  ]);
  const metadata = new Map([["note", 'Grüße "\n'], ["__proto__", "text"]]);
  const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
  assertEquals([...read.metadata], [...metadata]);
  assertEquals([...read.tensors.keys()], ["z", "a", "none", "__proto__"]);
  for (const [name, tensor] of tensors) {
    assertEquals(read.tensors.get(name)!.shape, tensor.shape);
    assertEquals(
      new Uint32Array(read.tensors.get(name)!.values.buffer),
      new Uint32Array(tensor.values.buffer),
    );
  }
});

Deno.test("half floats are the nearest ones and take half the bytes", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3);
  const content = { tensors: new Map([["t", { shape: [1000], values }]]), metadata: NO_METADATA };
  const half = encodeSafetensors(content, { dtype: "F16" });
  assertEquals(encodeSafetensors(content).length - half.length, 2000);
  const read = decodeSafetensors(half).tensors.get("t")!.values;
  values.forEach((value, i) => assertAlmostEquals(read[i]!, value, Math.abs(value) / 2048 + 1e-7));
});

Deno.test("the layout is that of the specification", () => {
  const bytes = encodeSafetensors({
    tensors: new Map([
      ["one", { shape: [1], values: new Float32Array([1]) }],
      ["two", { shape: [1, 2], values: new Float32Array([2, -2]) }],
    ]),
    metadata: new Map([["key", "text"]]),
  });
  const view = new DataView(bytes.buffer);
  const headerLength = Number(view.getBigUint64(0, true));
  assertEquals((8 + headerLength) % 8, 0, "the data is aligned");
  assertEquals(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))), {
    __metadata__: { key: "text" },
    one: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    two: { dtype: "F32", shape: [1, 2], data_offsets: [4, 12] },
  });
  assertEquals(bytes.length, 8 + headerLength + 12);
  assertEquals(view.getFloat32(8 + headerLength + 8, true), -2);
});

Deno.test("equal content gives equal bytes", () => {
  const content = () => ({
    tensors: new Map([["t", { shape: [2], values: new Float32Array([1, 2]) }]]),
    metadata: new Map([["b", "1"], ["a", "2"]]),
  });
  assertEquals(encodeSafetensors(content()), encodeSafetensors(content()));
});

Deno.test("a file is read from the middle of a larger buffer", () => {
  const bytes = encodeSafetensors({
    tensors: new Map([["t", { shape: [1], values: new Float32Array([5]) }]]),
    metadata: NO_METADATA,
  });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assertEquals(decodeSafetensors(shifted.subarray(3)).tensors.get("t")!.values[0], 5);
});

Deno.test("a header padded or spaced by another program is read", () => {
  const spaced = ` { "t" : ${JSON.stringify(entry(0, 4))} , "__metadata__" : { "t" : "t" } }  `;
  assertEquals(decodeSafetensors(craft(spaced, 4)).tensors.get("t")!.values[0], 0);
});

Deno.test("a file that is no safetensors file is refused", () => {
  assertRefused(new Uint8Array(0), "not a safetensors file", "found 0");
  assertRefused(new Uint8Array(9), "not a safetensors file");
  assertRefused(new Uint8Array(64).fill(0xff), "18446744073709551615", "found 56");
  assertRefused(craft("{nonsense"), "not JSON");
  assertRefused(craft("[]"), "must be a JSON object");
  assertRefused(craft("null"), "must be a JSON object, found null");
});

Deno.test("a header beyond the limit is refused before it is parsed", () => {
  assertRefused(craft(" ".repeat(2 ** 20 + 1)), "header is too large", "1048577");
});

Deno.test("a header nested too deeply to print is refused, not a crash", () => {
  const depth = 200_000;
  assertRefused(craft(`{"t":{"dtype":${"[".repeat(depth)}${"]".repeat(depth)}}}`), 'Tensor "t"');
});

Deno.test("a name given twice is refused, even where the spelling differs", () => {
  const first = JSON.stringify(entry(0, 4));
  const second = JSON.stringify(entry(4, 8));
  assertRefused(craft(`{"t":${first},"\\u0074":${second}}`, 8), '"t" twice');
  assertRefused(craft(`{"__metadata__":{"k":"1","k":"2"}}`), '"k" twice');
});

Deno.test("metadata that is not text is refused", () => {
  assertRefused(craft({ __metadata__: { version: 1 } }), 'Metadata "version"', "found 1");
  assertRefused(craft({ __metadata__: [] }), "must be a JSON object");
});

Deno.test("a type other than F32 and F16 is refused by name", () => {
  assertRefused(craft({ t: entry(0, 2, [1], "BF16") }, 2), 'Tensor "t"', 'found "BF16"');
  assertRefused(craft({ t: { shape: [1], data_offsets: [0, 4] } }, 4), "found nothing");
});

Deno.test("a shape that is not made of counts is refused", () => {
  for (const shape of [[-1], [1.5], ["4"], [null], 1, {}, [1e300], Array(9).fill(1)]) {
    const bytes = craft({ t: { dtype: "F32", shape, data_offsets: [0, 4] } }, 4);
    assertRefused(bytes, 'Tensor "t" must have a shape');
  }
});

Deno.test("a shape that does not fill its range is refused", () => {
  assertRefused(craft({ t: entry(0, 8, [3]) }, 8), "must take 12 bytes, found 8");
  assertRefused(craft({ t: entry(0, 8, [2 ** 40, 2 ** 40]) }, 8), "must take");
});

Deno.test("offsets out of order, out of bounds, overlapping or apart are refused", () => {
  assertRefused(craft({ t: entry(8, 4, [1]) }, 8), "two ascending data offsets");
  assertRefused(craft({ t: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4), "data offsets");
  assertRefused(craft({ t: entry(0, 2 ** 40) }, 8), "cut short", "found 8");
  assertRefused(craft({ a: entry(0, 8), b: entry(4, 12) }, 12), 'Tensor "b" overlaps');
  assertRefused(craft({ a: entry(0, 8), b: entry(12, 16) }, 16), 'Tensor "b" leaves a hole');
  assertRefused(craft({ a: entry(4, 8) }, 8), 'Tensor "a" leaves a hole', "expected it at byte 0");
});

Deno.test("bytes that belong to no tensor are refused", () => {
  assertRefused(craft({ a: entry(0, 8) }, 9), "longer than its tensors", "found 9");
});

Deno.test("every truncation of a good file is refused", () => {
  const bytes = encodeSafetensors({
    tensors: new Map([["t", { shape: [3], values: new Float32Array([1, 2, 3]) }]]),
    metadata: NO_METADATA,
  });
  for (let length = 0; length < bytes.length; length++) assertRefused(bytes.subarray(0, length));
});

Deno.test("values that are not finite are refused with their tensor, read or written", () => {
  for (const [value, text] of [[NaN, "NaN"], [Infinity, "Infinity"], [-Infinity, "-Infinity"]]) {
    const bytes = craft({ good: entry(0, 4), bad: entry(4, 12) }, 12);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, value as number, true);
    assertRefused(bytes, 'Tensor "bad"', `[1] is ${text}`);
    const tensors = new Map([["bad", { shape: [1], values: new Float32Array([value as number]) }]]);
    assertThrows(() => encodeSafetensors({ tensors, metadata: NO_METADATA }), WeightsError, "bad");
  }
});

Deno.test("a value that overflows a half float is refused, not stored as infinity", () => {
  const tensors = new Map([["big", { shape: [1], values: new Float32Array([1e6]) }]]);
  assertThrows(
    () => encodeSafetensors({ tensors, metadata: NO_METADATA }, { dtype: "F16" }),
    WeightsError,
    'Tensor "big" has a value that is not finite',
  );
});

Deno.test("a tensor that does not fill its shape is not written", () => {
  const tensors = new Map([["t", { shape: [2, 2], values: new Float32Array(3) }]]);
  assertThrows(
    () => encodeSafetensors({ tensors, metadata: NO_METADATA }),
    WeightsError,
    "must have 4 values, found 3",
  );
});

Deno.test("a header that could not be read back is not written", () => {
  const metadata = new Map([["long", "x".repeat(2 ** 20)]]);
  assertThrows(
    () => encodeSafetensors({ tensors: new Map(), metadata }),
    WeightsError,
    "header is too large",
  );
});
