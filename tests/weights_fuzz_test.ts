import { assert, assertInstanceOf } from "npm:deno-std@1.4.0/assert/mod.js";
import { initialiseCoder } from "../train/initialise_coder.ts";
import { decodeCoderWeights, encodeCoderWeights } from "../weights/coder_weights.ts";
import { decodeNetwork, encodeNetwork } from "../weights/network_file.ts";
import { WeightsError } from "../weights/weights_error.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";

/** Equal seeds give equal damage: mulberry32, uniform in [0, 1). */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function damage(good: Uint8Array, next: () => number): Uint8Array {
  const bytes = good.slice();
  const header = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));
  for (let change = Math.floor(next() * 4); change >= 0; change--) {
    const kind = next();
    const at = Math.floor(next() * (next() < 0.8 ? header : bytes.length));
    if (kind < 0.4) bytes[at] = Math.floor(next() * 256);
    else if (kind < 0.6) bytes[at]! ^= 1 << Math.floor(next() * 8);
    else if (kind < 0.8) bytes[at] = '0123456789{}[]",:eE-.'.charCodeAt(Math.floor(next() * 21));
    else bytes.copyWithin(at, Math.floor(next() * header), Math.floor(next() * header));
  }
  return next() < 0.3 ? bytes.subarray(0, Math.floor(next() * bytes.length)) : bytes;
}

const READERS = {
  "a network that draws": {
    good: encodeNetwork(randomNetwork("rows", { channels: 4 }), testInfo("rows")),
    decode: decodeNetwork,
  },
  "a coder network": {
    good: encodeCoderWeights(
      initialiseCoder({ inputs: 4, outputs: 9, channels: 4, blocks: 1 }, { seed: 1 }),
      { step: "diagonal", tier: "mine", spacings: [2, 4], scores: { bits: 3 } },
    ),
    decode: decodeCoderWeights,
  },
};

for (const [what, { good, decode }] of Object.entries(READERS)) {
  Deno.test(`whatever is wrong with a weights file, it is a WeightsError or ${what} that is whole`, () => {
    const next = randomNumbers(20);
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      try {
        const { network } = decode(damage(good, next));
        assert(network.layers.every(({ weights }) => weights.every(Number.isFinite)));
      } catch (error) {
        assertInstanceOf(error, WeightsError, `round ${round}: ${error}`);
        refused++;
      }
    }
    assert(refused > 2500, `only ${refused} of 5000 damaged files were refused`);
  });
}
