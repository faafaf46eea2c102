import "../platform/deno.ts";
import { assert, assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { openCoded } from "../codec/coded_file.ts";
import { ExactDevice } from "../gpu/exact_device.ts";
import { runExactNetwork } from "../gpu/exact_reference.ts";
import { GpuError } from "../gpu/errors.ts";
import { codedFiles } from "./support/coded_device.ts";
import { AllocationCount } from "./support/counted_device.ts";
import { networkInputs } from "./support/exact_layers.ts";
import { byReference, randomExactNetwork } from "./support/exact_networks.ts";
import { AdapterWatch } from "./support/gone_devices.ts";

const NETWORK = randomExactNetwork({ inputs: 4, outputs: 5, channels: 4, blocks: 1 }, 1);
const SHAPE = { width: 41, height: 23 };
const INPUT = networkInputs(NETWORK, { shape: SHAPE, seed: 1 });
const EXPECTED = runExactNetwork(NETWORK, { input: INPUT, shape: SHAPE });
const PLANE = { shape: SHAPE, input: () => INPUT };

/** More to do than a device is looked for, and whoever wants to do it fails. */
const MUCH = {
  shape: { width: 10_000, height: 10_000 },
  input: () => {
    throw new Error("The input was asked for");
  },
};

/** Says of every adapter that it is a graphics processor, while in scope. */
function disguise(): Disposable {
  const own = Object.getOwnPropertyDescriptor(GPUAdapterInfo.prototype, "isFallbackAdapter")!;
  const get = () => false;
  Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { ...own, get });
  return {
    [Symbol.dispose]: () =>
      Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", own),
  };
}

/** Remembers one order of kernels, whatever the adapter, and what is worth using. */
class Memory {
  readonly answers: string[] = [];
  #worth: string | undefined;

  constructor(worth?: string) {
    this.#worth = worth;
  }

  get(key: string): string | undefined {
    return key.includes(" against ") ? this.#worth : "naive";
  }

  set(key: string, value: string): void {
    assert(key.includes(" against "), key);
    this.answers.push(value);
    this.#worth = value;
  }
}

Deno.test("where a device is asked for, it gives the numbers of the reference", async () => {
  using device = new ExactDevice({ device: "gpu", memory: new Map() });
  assertEquals([...(await device.run(NETWORK, PLANE))!], [...EXPECTED]);
  assert(/, unrolled kernel$/.test(device.description!), device.description);
});

Deno.test("kernels are taken by name, those that are not exact and those of another device are refused", async () => {
  for (const kernel of ["naive", "reference"]) {
    using device = new ExactDevice({ kernel });
    assertEquals([...(await device.run(NETWORK, PLANE))!], [...EXPECTED]);
    assert(device.description!.includes(kernel));
  }
  for (
    const [options, message] of [
      [
        { kernel: "winograd" },
        'The kernel "winograd" does not run exact networks. Use one of: unrolled',
      ],
      [{ kernel: "naive", device: "cpu" }, 'The kernel "naive" does not run on the device "cpu"'],
      [
        { kernel: "reference", device: "gpu" },
        'The kernel "reference" does not run on the device "gpu"',
      ],
    ] as const
  ) {
    using device = new ExactDevice(options);
    await assertRejects(() => device.run(NETWORK, PLANE), GpuError, message);
  }
});

Deno.test("a software adapter is left alone, whatever there is to do, and so is every adapter with the device cpu", async () => {
  using watch = new AdapterWatch();
  for (const device of ["auto", "cpu"] as const) {
    using exact = new ExactDevice({ device });
    for (let time = 0; time < 3; time++) assertEquals(await exact.run(NETWORK, MUCH), undefined);
    assertEquals(exact.description, undefined);
  }
  assertEquals(watch.devices.length, 0);
});

Deno.test("a graphics processor is not looked for while there is little to do", async () => {
  using _ = disguise();
  using watch = new AdapterWatch();
  using device = new ExactDevice({ memory: new Memory("yes") });
  assertEquals(await device.run(NETWORK, PLANE), undefined);
  assertEquals(watch.devices.length, 0);
});

Deno.test("a graphics processor runs networks if it is remembered as worth it, and is let go if not", async () => {
  using _ = disguise();
  for (const worth of ["yes", "no"]) {
    using watch = new AdapterWatch();
    const told: string[] = [];
    using device = new ExactDevice({
      memory: new Memory(worth),
      leastWork: 0,
      onOpen: (description) => told.push(description),
    });
    const found = await device.run(NETWORK, PLANE);
    assertEquals(found && [...found], worth === "yes" ? [...EXPECTED] : undefined);
    assertEquals(told.length, worth === "yes" ? 1 : 0);
    assertEquals(watch.devices.length, 1);
    if (worth === "no") await watch.devices[0]!.lost;
  }
});

Deno.test("whether a graphics processor is worth it is measured once, against all threads", async () => {
  using _ = disguise();
  const memory = new Memory();
  for (let time = 0; time < 2; time++) {
    // Against a million threads none is.
    using device = new ExactDevice({ memory, threads: 1e6 });
    assertEquals(await device.run(NETWORK, MUCH), undefined);
    assertEquals(memory.answers, ["no"]);
  }
});

Deno.test("a device that is lost is opened again; if it is gone, the processor goes on, unless a device was asked for", async () => {
  using _ = disguise();
  for (const device of ["auto", "gpu"] as const) {
    using watch = new AdapterWatch();
    const notices: string[] = [];
    using exact = new ExactDevice({
      device,
      memory: new Memory("yes"),
      leastWork: 0,
      onNotice: (notice) => notices.push(notice),
    });
    assertEquals([...(await exact.run(NETWORK, PLANE))!], [...EXPECTED]);
    watch.takeDevice();
    assertEquals([...(await exact.run(NETWORK, PLANE))!], [...EXPECTED]);
    assertEquals(watch.devices.length, 2);
    watch.present = false;
    watch.takeDevice();
    if (device === "gpu") {
      await assertRejects(() => exact.run(NETWORK, PLANE), GpuError, "lost");
      continue;
    }
    assertEquals(await exact.run(NETWORK, PLANE), undefined);
    assertEquals(await exact.run(NETWORK, PLANE), undefined);
    assertEquals(notices.length, 1);
    assert(notices[0]!.endsWith("; the processor goes on"), notices[0]);
  }
});

Deno.test("calls that overlap take turns, a signal aborts, and all is freed in the end", async () => {
  using count = new AllocationCount();
  const labels = ["exact inputs", "exact outputs", "exact h", "exact region"];
  {
    using device = new ExactDevice({ device: "gpu", kernel: "naive" });
    const others = randomExactNetwork({ inputs: 4, outputs: 9, channels: 4, blocks: 0 }, 2);
    const input = networkInputs(others, { shape: SHAPE, seed: 2 });
    const expected = runExactNetwork(others, { input, shape: SHAPE });
    const results = await Promise.all([1, 2, 3].flatMap(() => [
      device.run(NETWORK, PLANE),
      device.run(others, { shape: SHAPE, input: () => input }),
    ]));
    results.forEach((found, at) => assertEquals([...found!], [...at % 2 ? expected : EXPECTED]));
    for (const label of labels) {
      assertEquals([count.made(label), count.alive(label)], [2, 2], label);
    }
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => device.run(NETWORK, { ...PLANE, signal }), Error, "enough");
    assertEquals([...(await device.run(NETWORK, PLANE))!], [...EXPECTED]);
  }
  for (const label of labels) assertEquals(count.alive(label), 0, label);
});

Deno.test("inputs beyond their limits are refused on a device, too", async () => {
  using device = new ExactDevice({ device: "gpu", kernel: "naive" });
  const input = INPUT.slice();
  input[5] = 129;
  await assertRejects(
    () => device.run(NETWORK, { shape: SHAPE, input: () => input }),
    RangeError,
    "Input 1 is at most 128, found 129",
  );
});

Deno.test("coded files are the same bytes by the reference, the processor and a device's kernels, and read back", async () => {
  const coder = await Deno.readFile(
    new URL("../weights/coders/swift.safetensors", import.meta.url),
  );
  const files = await codedFiles(coder);
  assertEquals(await codedFiles(coder, byReference), files);
  for (const kernel of ["unrolled", "naive"]) {
    using device = new ExactDevice({ kernel });
    assertEquals(await codedFiles(coder, device.run.bind(device)), files, kernel);
  }
  for (const file of files) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    assert(openCoded(bytes).header.octaves > 0, "nothing was coded");
  }
});
