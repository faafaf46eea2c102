import { assertEquals, assertStringIncludes, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeNetwork, encodeNetwork, type NetworkInfo } from "../weights/network_file.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../weights/safetensors.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { randomNetwork, testInfo, untrainedNetwork } from "./support/networks.ts";

const STEPS = ["quincunx", "grid", "rows"] as const;

/** The bytes of a small network after somebody meddled with them. */
function tampered(
  change: (content: {
    tensors: Map<string, { shape: readonly number[]; values: Float32Array }>;
    metadata: Map<string, string>;
  }) => void,
): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(
    encodeNetwork(randomNetwork("rows", { channels: 4 }), testInfo("rows")),
  );
  const content = { tensors: new Map(tensors), metadata: new Map(metadata) };
  change(content);
  return encodeSafetensors(content as Safetensors);
}

function assertRefused(bytes: Uint8Array, ...reasons: string[]): void {
  const error = assertThrows(() => decodeNetwork(bytes), WeightsError);
  for (const reason of reasons) assertStringIncludes(error.message, reason);
}

Deno.test("a network of any step and size survives its file", () => {
  for (const step of STEPS) {
    for (const [channels, blocks] of [[4, 0], [8, 1], [12, 3]] as const) {
      const network = randomNetwork(step, { channels, blocks });
      const read = decodeNetwork(encodeNetwork(network, testInfo(step)));
      assertEquals(read.network, network);
      assertEquals(read.info, testInfo(step));
    }
  }
});

Deno.test("everything a file can say about its network comes back", () => {
  const info: NetworkInfo = {
    ...testInfo("grid"),
    spacings: [1, 2],
    recipe: '{"steps": 10}',
    data: "some photos",
    licence: "CC BY-SA 4.0",
    scores: { "psnr.test": 28.5, "ssim.test": 0.9 },
  };
  assertEquals(decodeNetwork(encodeNetwork(untrainedNetwork("grid"), info)).info, info);
});

Deno.test("the same network gives the same bytes, and storing what was read gives them again", () => {
  for (const dtype of ["F32", "F16"] as const) {
    const network = randomNetwork("quincunx");
    const bytes = encodeNetwork(network, testInfo("quincunx"), { dtype });
    assertEquals(encodeNetwork(randomNetwork("quincunx"), testInfo("quincunx"), { dtype }), bytes);
    const read = decodeNetwork(bytes);
    assertEquals(encodeNetwork(read.network, read.info, { dtype }), bytes);
  }
});

Deno.test("tensors are named and shaped as PyTorch's, layer after layer", () => {
  const bytes = encodeNetwork(randomNetwork("grid", { channels: 4 }), testInfo("grid"));
  const shapes = [...decodeSafetensors(bytes).tensors].map(([name, { shape }]) =>
    `${name} ${shape.join("x")}`
  );
  assertEquals(shapes, [
    "head.weight 4x3x3x3",
    "head.bias 4",
    "head.slopes 4",
    "blocks.0.first.weight 4x4x3x3",
    "blocks.0.first.bias 4",
    "blocks.0.first.slopes 4",
    "blocks.0.second.weight 4x4x3x3",
    "blocks.0.second.bias 4",
    "tail.weight 9x4x3x3",
    "tail.bias 9",
  ]);
});

Deno.test("a safetensors file that is not a network of ours is refused", () => {
  assertRefused(
    encodeSafetensors({ tensors: new Map(), metadata: new Map() }),
    '"nnc network 1"',
    "found nothing",
  );
  assertRefused(tampered(({ metadata }) => metadata.set("format", "nnc network 2")), "network 2");
});

Deno.test("an architecture that cannot be built is refused", () => {
  for (const text of ["", "[]", "null", "{", '{"inputs":"3"}', '{"inputs":1e999}']) {
    assertRefused(tampered(({ metadata }) => metadata.set("architecture", text)), "architecture");
  }
  assertRefused(tampered(({ metadata }) => metadata.set("architecture", "{}")), '"inputs"');
  for (const counts of [{ channels: 6 }, { channels: 1e9 }, { blocks: -1 }, { blocks: 1e6 }]) {
    const text = JSON.stringify({ inputs: 3, outputs: 3, channels: 4, blocks: 1, ...counts });
    assertRefused(
      tampered(({ metadata }) => metadata.set("architecture", text)),
      Object.keys(counts)[0]!,
    );
  }
});

Deno.test("a network whose channels do not fit its step is refused, read or written", () => {
  assertRefused(
    tampered(({ metadata }) => metadata.set("step", "quincunx")),
    'step "quincunx" must have 6 inputs and 6 outputs, found 3 and 3',
  );
  assertThrows(
    () => encodeNetwork(randomNetwork("grid"), testInfo("rows")),
    WeightsError,
    'step "rows" must have 3 inputs and 3 outputs, found 3 and 9',
  );
});

Deno.test("a step, tier, base or score that is not known is refused", () => {
  assertRefused(tampered(({ metadata }) => metadata.set("step", "toString")), 'found "toString"');
  assertRefused(tampered(({ metadata }) => metadata.delete("step")), "found nothing");
  assertRefused(tampered(({ metadata }) => metadata.set("base", "cubic")), 'found "cubic"');
  assertRefused(tampered(({ metadata }) => metadata.set("scores", '{"a":"b"}')), '"scores"');
  for (const tier of ["", "../x", "a b", "\u001b[31m", "x".repeat(33)]) {
    assertRefused(tampered(({ metadata }) => metadata.set("tier", tier)), "tier");
  }
});

Deno.test("spacings that are no whole numbers from 1 up are refused, read or written", () => {
  for (const text of ["", "2", "[]", "[0]", "[1.5]", '["2"]', "[1e9]", "{}", "null"]) {
    assertRefused(tampered(({ metadata }) => metadata.set("spacings", text)), '"spacings"');
  }
  const info = { ...testInfo("rows"), spacings: [0] };
  assertThrows(() => encodeNetwork(randomNetwork("rows"), info), WeightsError, 'found "[0]"');
});

Deno.test("a tensor that is missing, misshapen or uncalled for is refused by name", () => {
  assertRefused(tampered(({ tensors }) => tensors.delete("tail.bias")), 'no tensor "tail.bias"');
  assertRefused(
    tampered(({ tensors }) =>
      tensors.set("head.slopes", { shape: [2, 2], values: new Float32Array(4) })
    ),
    'Tensor "head.slopes" must have the shape [4], found [2,2]',
  );
  assertRefused(
    tampered(({ tensors }) => tensors.set("extra", { shape: [1], values: new Float32Array(1) })),
    'no tensor "extra"',
  );
});

Deno.test("a network that does not match its own architecture is not written", () => {
  const network = randomNetwork("rows");
  assertThrows(
    () => encodeNetwork({ ...network, layers: network.layers.slice(1) }, testInfo("rows")),
    WeightsError,
    "must have 4 layers, found 3",
  );
  network.layers[1]!.bias[2] = NaN;
  assertThrows(
    () => encodeNetwork(network, testInfo("rows")),
    WeightsError,
    '"blocks.0.first" has a value that is not finite',
  );
});
