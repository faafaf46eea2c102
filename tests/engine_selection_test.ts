import { assert, assertEquals, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { GEOMETRIES } from "../codec/lattice/geometries.ts";
import { GpuError, readBuffer, withErrorScopes } from "../gpu/device.ts";
import { convTrial } from "../gpu/conv_trial.ts";
import {
  type Engine,
  type EngineOptions,
  kernelNames,
  openEngine,
  openEngineOn,
} from "../gpu/engine.ts";
import { examine } from "../gpu/kernel_choice.ts";
import { KERNEL_NAMES } from "../gpu/kernels/conv_catalogue.ts";
import type { ConvKernel } from "../gpu/kernels/conv_kernel.ts";
import { naive } from "../gpu/kernels/naive.ts";
import { strip } from "../gpu/kernels/strip.ts";
import { restoreCellsByReference } from "../gpu/reference_restoration.ts";
import { selectKernels } from "../gpu/selection.ts";
import { openTestDevice, withStandardLimits } from "./support/device.ts";
import { wrongKernel } from "./support/kernels.ts";
import { randomNetwork } from "./support/networks.ts";
import { makeCells } from "../bench/engine/problems.ts";

const geometry = GEOMETRIES.quincunx;
const network = randomNetwork("quincunx", { channels: 4, blocks: 1 });
const kept = makeCells({ width: 21, height: 13, phases: 2 });

const OTHER: ConvKernel = { ...strip, name: "other" };

const UNTRIED: ConvKernel = { ...strip, name: "untried" };

/** Opens an engine on a machine that has no adapter. */
async function openWithoutAdapter(options: EngineOptions): Promise<Engine> {
  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = () => Promise.resolve(null);
  try {
    return await openEngine(options);
  } finally {
    GPU.prototype.requestAdapter = requestAdapter;
  }
}

/** Opens an engine, and gives the devices that it opens as they come. */
async function openAndWatch(options: EngineOptions): Promise<
  { engine: Engine; devices: GPUDevice[]; [Symbol.dispose]: () => void }
> {
  const { requestDevice } = GPUAdapter.prototype;
  const devices: GPUDevice[] = [];
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
    const device = await requestDevice.call(this, descriptor);
    devices.push(device);
    return device;
  };
  const engine = await openEngine(options);
  const dispose = () => {
    GPUAdapter.prototype.requestDevice = requestDevice;
    engine.close();
  };
  return { engine, devices, [Symbol.dispose]: dispose };
}

Deno.test("a kernel nobody has heard of is refused with the names of those there are", async () => {
  const error = await assertRejects(() => openEngine({ kernel: "turbo" }), GpuError, '"turbo"');
  for (const name of kernelNames()) assert(error.message.includes(name), error.message);
});

Deno.test("a software adapter gets the first kernel of the catalogue that is right, and is asked for no more", async () => {
  const device = { ...await openTestDevice(), software: true };
  const memory = new Map<string, string>();
  const catalogue = [wrongKernel, strip, UNTRIED, naive];
  const { kernels, checked, verdicts } = await selectKernels(device, { memory, catalogue });
  assertEquals(verdicts.map(({ kernel, speed }) => [kernel, speed]), [
    ["wrong", undefined],
    ["strip", undefined],
  ]);
  assertEquals(kernels, [strip, UNTRIED, naive]);
  assertEquals([...checked], [strip]);
  assertEquals([...memory.values()], ["strip,untried,naive"]);
  device.gpu.destroy();
});

Deno.test("a graphics processor is asked for the speed of every kernel, and the order is remembered", async () => {
  const device = { ...await openTestDevice(), software: false };
  const memory = new Map<string, string>();
  const catalogue = [wrongKernel, strip, OTHER, naive];
  const { kernels, verdicts } = await selectKernels(device, { memory, catalogue });
  assertEquals(verdicts.map(({ kernel }) => kernel), ["wrong", "strip", "other"]);
  const timed = verdicts.filter(({ failure }) => failure === undefined);
  const ranked = timed.toSorted((a, b) => b.speed! - a.speed!).map(({ kernel }) => kernel);
  assertEquals(kernels.map(({ name }) => name), ranked);
  assertEquals([...memory.values()], [ranked.join(",")]);
  const again = await selectKernels(device, { memory, catalogue });
  assertEquals(again.verdicts, [{ kernel: ranked[0]! }]);
  assertEquals(again.kernels, kernels);
  device.gpu.destroy();
});

Deno.test("where nothing may be timed, as on web pages, a graphics processor compiles the first right kernel, and no other", async () => {
  const device = { ...await openTestDevice(), software: false };
  const memory = new Map<string, string>();
  const catalogue = [wrongKernel, strip, UNTRIED, naive];
  const { kernels, verdicts } = await selectKernels(device, { memory, catalogue, mayTime: false });
  assertEquals(kernels, [strip, UNTRIED, naive]);
  assertEquals(verdicts.map(({ kernel, speed }) => [kernel, speed]), [
    [wrongKernel.name, undefined],
    ["strip", undefined],
  ]);
  assertEquals([...memory.values()], ["strip,untried,naive"]);
  device.gpu.destroy();
});

Deno.test("every kernel is timed where that is asked for, whatever is remembered", async () => {
  const device = await openTestDevice();
  const memory = new Map<string, string>();
  const catalogue = [naive, strip];
  await selectKernels(device, { memory, catalogue });
  const { verdicts } = await selectKernels(device, { memory, catalogue, every: true });
  const speeds = new Map(verdicts.map(({ kernel, speed }) => [kernel, speed ?? 0]));
  assertEquals([...speeds.keys()], ["naive", "strip"]);
  assert([...speeds.values()].every((speed) => speed > 0), "one was not timed");
  const ranked = [...speeds].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  assertEquals([...memory.values()], [ranked.join(",")]);
  device.gpu.destroy();
});

Deno.test("the engine says which kernel it took", async () => {
  const engine = await openEngine({ memory: new Map() });
  assert(engine.description.endsWith(`${engine.kernel} kernel`), engine.description);
  assertEquals(engine.notice, undefined);
  engine.close();
});

Deno.test("a remembered kernel is checked and taken without timing, an unknown one forgotten", async () => {
  const memory = new Map<string, string>();
  (await openEngine({ memory })).close();
  const [key] = [...memory.keys()];
  memory.set(key!, "naive,strip");
  const engine = await openEngine({ memory });
  assertEquals([engine.kernel, engine.verdicts], ["naive", [{ kernel: "naive" }]]);
  engine.close();
  memory.set(key!, "turbo");
  const again = await openEngine({ memory });
  assert(memory.get(key!)!.startsWith(again.kernel));
  again.close();
});

Deno.test("a kernel that nobody has checked is checked before a network is run with it", async () => {
  const narrow: ConvKernel = { ...strip, name: "narrow", fits: () => false };
  const memory = new Map<string, string>();
  const catalogue = [narrow, wrongKernel, strip];
  const engine = await openEngineOn(await openTestDevice(), { memory, catalogue });
  const found = await engine.restoreCells(network, { geometry, kept });
  const expected = await restoreCellsByReference(network, { geometry, kept });
  assert(found.data.every((value, index) => Math.abs(value - expected.data[index]!) <= 1));
  engine.close();
});

Deno.test("a kernel that computes wrongly may not be used, however fast", async () => {
  const device = await openTestDevice();
  const { failure, speed } = await examine(wrongKernel, convTrial(device));
  assert(failure?.includes("off by"), failure);
  assertEquals(speed, undefined);
  device.gpu.destroy();
});

Deno.test("a kernel that does not compile may not be used", async () => {
  const device = await openTestDevice();
  const broken = { ...strip, name: "broken", shader: () => "fn main( {" };
  const { failure } = await examine(broken, convTrial(device));
  assert(failure?.includes("Preparing") || failure?.includes('kernel "broken"'), failure);
  const good = await examine(strip, convTrial(device));
  assertEquals(good.failure, undefined);
  device.gpu.destroy();
});

Deno.test("without an adapter the processor computes, and the notice says what to install", async () => {
  const engine = await openWithoutAdapter({});
  assertEquals([engine.kernel, engine.software], ["reference", true]);
  assert(engine.notice?.includes("mesa-vulkan-drivers"), engine.notice);
  assertEquals(
    await engine.restoreCells(network, { geometry, kept }),
    await restoreCellsByReference(network, { geometry, kept }),
  );
  engine.close();
});

Deno.test("without an adapter, asking for one or for its kernels is an error", async () => {
  for (const options of [{ device: "gpu" as const }, { kernel: "strip" }]) {
    await assertRejects(() => openWithoutAdapter(options), GpuError, "mesa-vulkan-drivers");
  }
});

Deno.test("the CPU can be asked for, without a notice", async () => {
  const engine = await openEngine({ device: "cpu" });
  assertEquals([engine.kernel, engine.notice], ["reference", undefined]);
  await assertRejects(() => openEngine({ device: "cpu", kernel: "strip" }), GpuError, '"strip"');
  await assertRejects(() => openEngine({ device: "gpu", kernel: "reference" }), GpuError, '"cpu"');
});

Deno.test("a device that is lost between images or within one is opened again", async () => {
  using watched = await openAndWatch({ kernel: "strip" });
  const { engine, devices } = watched;
  const first = await engine.restoreCells(network, { geometry, kept });
  devices[0]!.destroy();
  assertEquals(await engine.restoreCells(network, { geometry, kept }), first);
  assertEquals(devices.length, 2);
  const onProgress = (done: number) => {
    if (done === 2 && devices.length === 2) devices[1]!.destroy();
  };
  assertEquals(await engine.restoreCells(network, { geometry, kept, tile: 8, onProgress }), first);
  assertEquals(devices.length, 3);
});

Deno.test("a device that keeps getting lost is an error that says what to do", async () => {
  using watched = await openAndWatch({ kernel: "strip" });
  const { engine, devices } = watched;
  const onProgress = () => devices.at(-1)!.destroy();
  const error = await assertRejects(
    () => engine.restoreCells(network, { geometry, kept, tile: 8, onProgress }),
    GpuError,
    "lost",
  );
  assertEquals(error.kind, "lost");
});

Deno.test("a failed allocation is tried again with smaller tiles", async () => {
  using watched = await openAndWatch({ kernel: "strip" });
  const { engine, devices } = watched;
  const expected = await engine.restoreCells(network, { geometry, kept });
  const totals = new Set<number>();
  const device = devices[0]!;
  const createTexture = device.createTexture.bind(device);
  // A device with room for textures of 60 cells, tiles and their halos.
  device.createTexture = (descriptor) => {
    const { width, height = 1 } = descriptor.size as GPUExtent3DDict;
    if (width * height <= 60 * 60) return createTexture(descriptor);
    throw new GpuError("out-of-memory", "The test's device is full");
  };
  const large = makeCells({ width: 150, height: 90, phases: 2 });
  const onProgress = (_: number, total: number) => totals.add(total);
  const options = { geometry, kept: large, tile: 100, onProgress };
  const found = await engine.restoreCells(network, options);
  assertEquals(totals, new Set([6]));
  assertEquals(found, await engine.restoreCells(network, { geometry, kept: large, tile: 20 }));
  assertEquals(await engine.restoreCells(network, { geometry, kept }), expected);
});

Deno.test("a device of WebGPU's default limits restores by Winograd's convolution, too", async () => {
  await withStandardLimits(async () => {
    const engine = await openEngine({ memory: new Map() });
    assertEquals(engine.kernel, KERNEL_NAMES[0]);
    assertEquals(engine.verdicts, [{ kernel: engine.kernel }]);
    for (const channels of [16, 64]) {
      const network = randomNetwork("quincunx", { channels, blocks: 1 });
      const found = await engine.restoreCells(network, { geometry, kept });
      const expected = await restoreCellsByReference(network, { geometry, kept });
      assert(found.data.every((value, at) => Math.abs(value - expected.data[at]!) <= 1));
      assertEquals(
        await engine.restoreCells(network, { geometry, kept, tile: 8 }),
        found,
        "tiles change no bit",
      );
    }
    engine.close();
  });
});

Deno.test("a closed engine says so", async () => {
  const engine = await openEngine({ kernel: "naive" });
  engine.close();
  await assertRejects(() => engine.restoreCells(network, { geometry, kept }), GpuError, "closed");
});

Deno.test("what a device refuses is thrown where it was asked for", async () => {
  const device = await openTestDevice();
  const { gpu } = device;
  const error = await assertRejects(
    () =>
      withErrorScopes(
        { gpu, what: "Making a mess" },
        () => gpu.createBuffer({ size: 3, usage: 3 }),
      ),
    GpuError,
    "Making a mess was refused",
  );
  assertEquals(error.kind, "validation");
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = await withErrorScopes(
    { gpu, what: "Allocating" },
    () => gpu.createBuffer({ size: 16, usage }),
  );
  gpu.queue.writeBuffer(buffer, 0, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  assertEquals([...await readBuffer(gpu, { buffer, offset: 4, size: 4 })], [5, 6, 7, 8]);
  gpu.destroy();
});

Deno.test("networks too wide for the fastest kernel are run by another, or refused by name", async () => {
  const wide = randomNetwork("quincunx", { channels: 256, blocks: 0 });
  const small = makeCells({ width: 5, height: 4, phases: 2 });
  const expected = await restoreCellsByReference(wide, { geometry, kept: small });
  const engine = await openEngine();
  const found = await engine.restoreCells(wide, { geometry, kept: small });
  assert(found.data.every((value, index) => Math.abs(value - expected.data[index]!) <= 1));
  engine.close();
  const forced = await openEngine({ kernel: "unrolled" });
  await assertRejects(
    () => forced.restoreCells(wide, { geometry, kept: small }),
    GpuError,
    '256 channels are too many for the kernel "unrolled"',
  );
  forced.close();
});
