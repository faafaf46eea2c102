import { deepEqual, equal, rejects } from "node:assert/strict";
import { ExactProcessor } from "../gpu/exact_processor.ts";
import { runExactNetwork } from "../gpu/exact_reference.ts";
import type { Architecture } from "../gpu/network.ts";
import { Random } from "../train/random.ts";
import { assemble, KERNEL_SOURCES } from "./assemble.ts";
import { randomExactNetwork } from "./support/exact_networks.ts";

const ARCHITECTURES: Architecture[] = [
  { inputs: 4, outputs: 9, channels: 8, blocks: 0 },
  { inputs: 4, outputs: 9, channels: 24, blocks: 1 },
  { inputs: 7, outputs: 18, channels: 20, blocks: 2 },
  { inputs: 7, outputs: 18, channels: 32, blocks: 3 },
];

Deno.test("kernels are what AssemblyScript makes of their sources", async () => {
  for (const kernel of KERNEL_SOURCES) {
    const found = await Deno.readTextFile(new URL(`../${kernel.target}`, import.meta.url));
    equal(found, await assemble(kernel), `${kernel.source}: run \`deno task assemble\``);
  }
});

Deno.test("the processor gives the numbers of the reference, for every shape and at the limits of its inputs", async () => {
  const processor = (await ExactProcessor.open())!;
  const random = new Random(1);
  for (const [index, architecture] of ARCHITECTURES.entries()) {
    const network = randomExactNetwork(architecture, index + 1);
    for (const [width, height] of [[1, 1], [1, 9], [6, 1], [13, 7]] as const) {
      for (const fill of ["any", "extreme"] as const) {
        const input = Int32Array.from({ length: width * height * architecture.inputs }, (_, at) => {
          const limit = network.inputLimits[at % architecture.inputs]!;
          return fill === "any"
            ? random.below(2 * limit + 1) - limit
            : random.below(2) === 0
            ? limit
            : -limit;
        });
        const options = { input, shape: { width, height } };
        deepEqual([...await processor.run(network, options)], [
          ...runExactNetwork(network, options),
        ]);
      }
    }
  }
});

Deno.test("a plane of several tiles is what it is in one piece", async () => {
  const processor = (await ExactProcessor.open())!;
  const network = randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, 5);
  const random = new Random(2);
  const shape = { width: 203, height: 101 };
  const input = Int32Array.from(
    { length: 203 * 101 * 4 },
    (_, at) => at % 4 === 3 ? 25 : random.below(257) - 128,
  );
  const outputs = await processor.run(network, { input, shape });
  equal(
    runExactNetwork(network, { input, shape }).findIndex((value, at) => value !== outputs[at]),
    -1,
  );
});

Deno.test("inputs beyond their limits, or of another size, are refused", async () => {
  const processor = (await ExactProcessor.open())!;
  const network = randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 1 }, 5);
  const shape = { width: 1, height: 1 };
  await rejects(
    () => processor.run(network, { input: Int32Array.of(0, 129, 0, 0), shape }),
    /Input 1 is at most 128, found 129/,
  );
  await rejects(
    () => processor.run(network, { input: new Int32Array(3), shape }),
    /are 4 values, found 3/,
  );
});

Deno.test("outputs reach both ends of 16 bits", async () => {
  const processor = (await ExactProcessor.open())!;
  const network = randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 0 }, 6);
  const [head, tail] = [network.layers[0]!, network.layers[1]!];
  const bias = tail.bias.map((_, output) => output % 2 === 0 ? -40_000 : 40_000);
  const weights = new Int16Array(tail.weights.length);
  const bounded = {
    ...network,
    layers: [head, { ...tail, bias, weights, shifts: new Uint8Array(9) }],
  };
  const options = { input: new Int32Array(4), shape: { width: 1, height: 1 } };
  const wanted = [...runExactNetwork(bounded, options)];
  deepEqual(wanted.slice(0, 2), [-32767, 32767]);
  deepEqual([...await processor.run(bounded, options)], wanted);
});

Deno.test("a network whose inputs do not fit into 16 bits is refused", async () => {
  const processor = (await ExactProcessor.open())!;
  const network = randomExactNetwork({ inputs: 4, outputs: 9, channels: 8, blocks: 0 }, 7);
  const [head, tail] = [network.layers[0]!, network.layers[1]!];
  const silent = { ...head, weights: new Int16Array(head.weights.length) };
  const wide = { ...network, layers: [silent, tail], inputLimits: [32768, 1, 1, 1] };
  await rejects(
    processor.run(wide, { input: new Int32Array(4), shape: { width: 1, height: 1 } }),
    /between 0 and 32767, found 32768,1,1,1/,
  );
});
