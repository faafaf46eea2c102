import { assertEquals, assertLessOrEqual, assertRejects } from "npm:deno-std@1.4.0/assert/mod.js";
import { GpuError } from "../gpu/device.ts";
import { Pacer } from "../gpu/pacer.ts";
import { Readback } from "../gpu/readback.ts";
import { planTiles } from "../gpu/tile_plan.ts";
import { copyTile } from "../gpu/tiled_restoration.ts";
import { openTestDevice } from "./support/device.ts";

const SIZE = { width: 50, height: 30 };
const PHASES = 2;
const { tiles } = planTiles(SIZE, { tile: 12, halo: 3 });

/** The word at a place of the image. */
function wordAt(phase: number, y: number, x: number): number {
  return (phase * SIZE.height + y) * SIZE.width + x;
}

function makeReadback(gpu: GPUDevice, room: number) {
  const words = gpu.createBuffer({
    size: room * 4,
    usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const data = new Uint8Array(PHASES * SIZE.width * SIZE.height * 4);
  const restored = { ...SIZE, phases: PHASES, data };
  const readback = new Readback(gpu, { words, take: (placed) => copyTile(restored, placed) });
  return { words, data, readback };
}

/** Lets the device "compute" tiles: each word says where in the image it belongs. */
async function placeTiles(
  gpu: GPUDevice,
  { words, readback }: ReturnType<typeof makeReadback>,
): Promise<void> {
  for (const tile of tiles) {
    const offset = await readback.place(tile, PHASES * tile.width * tile.height);
    const values = new Uint32Array(PHASES * tile.width * tile.height);
    let at = 0;
    for (let phase = 0; phase < PHASES; phase++) {
      for (let y = 0; y < tile.height; y++) {
        for (let x = 0; x < tile.width; x++) values[at++] = wordAt(phase, tile.y + y, tile.x + x);
      }
    }
    gpu.queue.writeBuffer(words, offset * 4, values);
    gpu.queue.submit([]);
  }
}

Deno.test("tiles come back to their places, however many are read back at once", async () => {
  const { gpu } = await openTestDevice();
  const largest = Math.max(...tiles.map(({ width, height }) => PHASES * width * height));
  for (const room of [largest, 2.5 * largest, PHASES * SIZE.width * SIZE.height]) {
    const made = makeReadback(gpu, Math.floor(room));
    await placeTiles(gpu, made);
    await made.readback.finish();
    assertEquals(
      new Uint32Array(made.data.buffer),
      Uint32Array.from({ length: PHASES * SIZE.width * SIZE.height }, (_, at) => at),
    );
  }
  gpu.destroy();
});

Deno.test("a device that is lost during a readback is told of by whoever waits next", async () => {
  const { gpu } = await openTestDevice();
  const made = makeReadback(gpu, PHASES * SIZE.width * SIZE.height);
  await placeTiles(gpu, made);
  gpu.destroy();
  const error = await assertRejects(() => made.readback.finish(), GpuError);
  assertEquals(error.kind, "lost");
});

/** A device whose work ends when it is told to. */
function controlledDevice() {
  const ends: (() => void)[] = [];
  const queue = { onSubmittedWorkDone: () => new Promise<void>((end) => ends.push(end)) };
  const lost = new Promise(() => {});
  return { gpu: { queue, lost } as unknown as GPUDevice, ends };
}

/** Whether a promise has resolved once everything that is ready has run. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol();
  const later = new Promise((resolve) => setTimeout(resolve, 0, pending));
  return await Promise.race([promise, later]) !== pending;
}

Deno.test("a batch is submitted while the one before is computed, and no third", async () => {
  const { gpu, ends } = controlledDevice();
  const pacer = new Pacer({ gpu, software: true });
  pacer.submitting(1e9);
  await pacer.wait();
  pacer.submitting(1e9);
  const second = pacer.wait();
  assertEquals(await isDone(second), false, "two batches are under way");
  ends[0]!();
  await second;
  pacer.submitting(1e9);
  const third = pacer.wait();
  assertEquals(await isDone(third), false);
  ends[1]!();
  await third;
});

Deno.test("the room of a batch is used up by what is submitted, and grows with the device's speed", async () => {
  const { gpu, ends } = controlledDevice();
  const pacer = new Pacer({ gpu, software: true });
  const { room } = pacer;
  pacer.submitting(room / 4);
  assertEquals(pacer.room, room * 3 / 4);
  pacer.submitting(1e15);
  await pacer.wait();
  assertEquals(pacer.room, room, "a new batch begins; nothing is known of the last");
  ends[0]!();
  await pacer.wait();
  assertEquals(pacer.room > room, true);
});

Deno.test("batches whose ends are noticed at the same moment do not make the device look infinitely fast", async () => {
  const { gpu, ends } = controlledDevice();
  const pacer = new Pacer({ gpu, software: true });
  const { room } = pacer;
  pacer.submitting(room);
  await pacer.wait();
  pacer.submitting(room);
  const second = pacer.wait();
  assertEquals(await isDone(second), false);
  ends[0]!();
  ends[1]!();
  await second;
  await pacer.wait();
  assertLessOrEqual(pacer.room, 4 * room);
});
