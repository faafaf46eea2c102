import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { EngineSession } from "../cli/engine_session.ts";
import type { Terminal } from "../cli/terminal.ts";
import { compress } from "../codec/compress.ts";
import type { StepName } from "../codec/lattice/steps.ts";
import { restore } from "../codec/restore.ts";
import { GpuError } from "../gpu/device.ts";
import { type Engine, openEngine, openEngineOn } from "../gpu/engine.ts";
import { strip } from "../gpu/kernels/strip.ts";
import { decodeCheckpoint } from "../train/checkpoint.ts";
import { flattenNetwork } from "../train/parameters.ts";
import { train } from "../train/train.ts";
import type { TrainProgress } from "../train/train_options.ts";
import { openTestDevice } from "./support/device.ts";
import { AdapterWatch } from "./support/gone_devices.ts";
import { wrongKernel } from "./support/kernels.ts";
import { randomNetwork } from "./support/networks.ts";
import { sceneImage } from "./support/run_nnc.ts";

const networks = new Map(
  (["quincunx", "grid", "rows"] as const).map((step) => [step, randomNetwork(step)]),
);
const network = (step: StepName) => Promise.resolve(networks.get(step)!);
const file = await compress(sceneImage({ width: 90, height: 70 }), { ratio: 8, effort: "fast" });
const KERNEL = "strip";

/** A session as the commands have it, and what it says to the user. */
function openSession(): { session: EngineSession; notes: string[] } {
  const notes: string[] = [];
  const terminal = { note: (text: string) => notes.push(text), detail() {} };
  return { session: new EngineSession({}, terminal as unknown as Terminal), notes };
}

function drawWith(engine: Engine, onTile?: (done: number) => void): Promise<Uint8Array> {
  const onProgress = onTile && ((done: number) => onTile(done));
  const options = { engine, network, tile: 16, ...onProgress && { onProgress } };
  return restore(file, options).then(({ data }) => data);
}

Deno.test("an image whose device is lost between two tiles comes out as if it had not been", async () => {
  using watch = new AdapterWatch();
  const engine = await openEngine({ kernel: KERNEL });
  const whole = await drawWith(engine);
  let tiles = 0;
  const again = await drawWith(engine, () => {
    if (++tiles === 3) watch.takeDevice();
  });
  assertEquals(again, whole);
  assertEquals(watch.devices.length, 2);
  engine.close();
});

Deno.test("an adapter that goes away between two files leaves the second to the processor", async () => {
  using watch = new AdapterWatch();
  const { session, notes } = openSession();
  const kernels: string[] = [];
  const draw = () =>
    session.use((engine) => {
      kernels.push(engine.kernel);
      return drawWith(engine);
    });
  const first = await draw();
  watch.takeDevice();
  watch.present = false;
  const second = await draw();
  assert(kernels[0] !== "reference", "the processor computed from the start");
  assertEquals(kernels, [kernels[0], kernels[0], "reference"]);
  const largest = first.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - second[at]!)),
    0,
  );
  assert(largest <= 1, `they differ by ${largest} levels`);
  assertStringIncludes(notes.join(" "), "The graphics device went away");
  assertStringIncludes(notes.join(" "), "the processor computes");
  session.close();
});

Deno.test("a device that is lost again and again fails one file, and the next is drawn", async () => {
  using watch = new AdapterWatch();
  const { session } = openSession();
  const error = await assertRejects(
    () => session.use((engine) => drawWith(engine, () => watch.takeDevice())),
    GpuError,
    "Try again",
  );
  assertEquals(error.kind, "lost");
  assertEquals((await session.use((engine) => drawWith(engine))).length, 90 * 70 * 3);
  session.close();
});

Deno.test("an allocation that fails even for the smallest tile is an error that says what to do", async () => {
  using watch = new AdapterWatch();
  const engine = await openEngine({ kernel: KERNEL });
  const device = watch.devices[0]!;
  const { createBuffer } = device;
  device.createTexture = () => {
    throw new GpuError("out-of-memory", "Allocating ran out of device memory. Use smaller tiles");
  };
  device.createBuffer = (descriptor) => {
    if (descriptor.size < 2 ** 10) return createBuffer.call(device, descriptor);
    throw new GpuError("out-of-memory", "Allocating ran out of device memory. Use smaller tiles");
  };
  const error = await assertRejects(() => drawWith(engine), GpuError, "smaller tiles");
  assertEquals(error.kind, "out-of-memory");
  engine.close();
});

Deno.test("a kernel that computes wrongly is examined and not chosen", async () => {
  const catalogue = [wrongKernel, strip];
  const engine = await openEngineOn(await openTestDevice(), { memory: new Map(), catalogue });
  assertEquals(engine.kernel, KERNEL);
  const [verdict] = engine.verdicts;
  assertEquals([verdict?.kernel, verdict?.speed], ["wrong", undefined]);
  assertStringIncludes(verdict?.failure ?? "", "its results are off by");
  engine.close();
});

Deno.test("a kernel that was right once is checked again before it is used", async () => {
  const memory = new Map<string, string>();
  const get = () => "wrong,strip";
  const engine = await openEngineOn(await openTestDevice(), {
    memory: { get, set: (key, value) => memory.set(key, value) },
    catalogue: [wrongKernel, strip],
  });
  assertEquals(engine.kernel, KERNEL);
  assertEquals([...memory.values()], [KERNEL]);
  engine.close();
});

Deno.test("where every kernel computes wrongly the processor computes, and says so", async () => {
  const open = async (options = {}) => {
    const choice = { memory: new Map(), catalogue: [wrongKernel] };
    return await openEngineOn(await openTestDevice(), { ...choice, ...options });
  };
  const engine = await open();
  assertEquals(engine.kernel, "reference");
  assertStringIncludes(engine.notice ?? "", "wrong: its results are off by");
  await assertRejects(() => open({ device: "gpu" }), GpuError, "No kernel works");
});

Deno.test("training whose device is lost says so, and goes on from its checkpoint on another", async () => {
  const image = sceneImage({ width: 64, height: 64 });
  const photos = { images: [image], validation: [image], interval: 5 };
  const shape = { channels: 8, blocks: 1, batch: 1, patch: 12, warmup: 2 };
  const recipe = { ...shape, steps: 15 };
  const whole = await openTestDevice();
  const expected = await train({ ...photos, device: whole, recipe });
  whole.gpu.destroy();
  const kept: Uint8Array[] = [];
  const checkpoint = (bytes: Uint8Array) => void kept.push(bytes);
  const lost = await openTestDevice();
  const onProgress = ({ step }: TrainProgress) => {
    if (step === 10) lost.gpu.destroy();
  };
  const run = train({ ...photos, device: lost, recipe, checkpoint, onProgress });
  const error = await assertRejects(() => run, GpuError, "lost");
  assertEquals(error.kind, "lost");
  const resume = decodeCheckpoint(kept.at(-1)!);
  assertEquals(resume.state.step, 10);
  const other = await openTestDevice();
  const { network, steps } = await train({ ...photos, device: other, resume });
  other.gpu.destroy();
  assertEquals(steps, 15);
  assertEquals(flattenNetwork(network), flattenNetwork(expected.network));
});
