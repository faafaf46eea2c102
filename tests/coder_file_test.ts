import { deepEqual, equal, notDeepEqual, rejects, throws } from "node:assert/strict";
import { decodeCoderFile, encodeCoderFile } from "../weights/coder_file.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../weights/safetensors.ts";
import { randomExactNetwork } from "./support/exact_networks.ts";

const diagonal = (seed: number) =>
  randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, seed);
const quincunx = (seed: number) =>
  randomExactNetwork({ inputs: 7, outputs: 18, channels: 8, blocks: 2 }, seed);
const CODER = {
  fine: { diagonal: diagonal(1), quincunx: quincunx(2) },
  coarse: { diagonal: diagonal(3), quincunx: quincunx(4) },
};
const INFO = { tier: "mine", data: "two photos", licence: "CC0" };

Deno.test("a coder comes back from its file, with a digest that every number decides", async () => {
  const bytes = encodeCoderFile(CODER, INFO);
  const { coder, info, digest } = await decodeCoderFile(bytes);
  deepEqual(coder, CODER);
  deepEqual(info, INFO);
  equal(digest.length, 8);
  deepEqual((await decodeCoderFile(encodeCoderFile(CODER, { tier: "other" }))).digest, digest);
  const { diagonal: network } = CODER.coarse;
  const tail = network.layers.at(-1)!;
  const other = { ...tail, bias: tail.bias.with(3, tail.bias[3]! + 1) };
  const changed = { ...network, layers: [...network.layers.slice(0, -1), other] };
  const file = encodeCoderFile({ ...CODER, coarse: { ...CODER.coarse, diagonal: changed } }, INFO);
  notDeepEqual((await decodeCoderFile(file)).digest, digest);
});

Deno.test("a coder whose networks are not exact, not whole, or not for their steps is refused by name", async () => {
  const { tensors, metadata } = decodeSafetensors(encodeCoderFile(CODER, INFO));
  const withTensor = (name: string, change: (values: Float32Array) => Float32Array) => {
    const tensor: Tensor = tensors.get(name)!;
    const changed = new Map(tensors).set(name, {
      ...tensor,
      values: change(tensor.values.slice()),
    });
    return decodeCoderFile(encodeSafetensors({ tensors: changed, metadata }));
  };
  const weight = "fine.quincunx.blocks.1.first.weight";
  await rejects(
    withTensor(weight, (values) => values.with(0, 0.5)),
    /"fine.quincunx.blocks.1.first.weight" must hold whole numbers from -32767 to 32767, found 0.5/,
  );
  await rejects(
    withTensor(weight, (values) => values.fill(32767)),
    /Output 0 of layer "blocks.1.first" can reach/,
  );
  await rejects(
    withTensor("coarse.diagonal.head.shifts", (values) => values.with(2, 24)),
    /Output 2 of layer "head"/,
  );
  const architectures = JSON.parse(metadata.get("architectures")!);
  architectures["fine.diagonal"].channels = { 8: 8 };
  const shapeless = new Map(metadata).set("architectures", JSON.stringify(architectures));
  await rejects(
    decodeCoderFile(encodeSafetensors({ tensors, metadata: shapeless })),
    /"architectures" must have numbers for "fine.diagonal", found "\{"inputs":4,"outputs":9,"channels":\{/,
  );
  const fewer = new Map(tensors);
  fewer.delete(weight);
  await rejects(
    decodeCoderFile(encodeSafetensors({ tensors: fewer, metadata })),
    /no tensor "fine.quincunx.blocks.1.first.weight"/,
  );
  const more = new Map(tensors).set("extra", { shape: [1], values: Float32Array.of(1) });
  await rejects(
    decodeCoderFile(encodeSafetensors({ tensors: more, metadata })),
    /no tensor "extra", but the file does/,
  );
  const swapped = { diagonal: CODER.fine.quincunx, quincunx: CODER.fine.diagonal };
  throws(
    () => encodeCoderFile({ ...CODER, fine: swapped }, INFO),
    /step "diagonal" must have 4 inputs and 9 outputs, found 7 and 18/,
  );
  await rejects(
    decodeCoderFile(encodeSafetensors({ tensors, metadata: new Map([["format", "x"]]) })),
    /"format": "nnc coder 1", found "x"/,
  );
});

Deno.test("a coder says whether it is for lossy files, and one of another kind is refused", async () => {
  const bytes = encodeCoderFile(CODER, { ...INFO, isLossy: true });
  const { coder, info } = await decodeCoderFile(bytes);
  deepEqual(info, { ...INFO, isLossy: true });
  equal(coder.fine.diagonal.inputLimits.at(-1), 96);
  const { tensors, metadata } = decodeSafetensors(bytes);
  const other = encodeSafetensors({ tensors, metadata: new Map(metadata).set("kind", "new") });
  await rejects(decodeCoderFile(other), /"kind" is "lossy", or there is none; found "new"/);
});
