/**
 * The samples of phases to bytes and back by WebAssembly: the bytes, samples, errors and adaptation of `phase_coder.ts`, some
 * times as fast.
 *
 * What a band of rows needs is copied into the kernel's memory, and what it changes is copied back, so memory does not grow
 * with the image. Sizes are checked before, so that no input makes the kernel read or write outside its buffers.
 *
 * @module
 */

import { openKernel } from "../../platform/wasm_kernel.ts";
import { COLOURS } from "./adaptation.ts";
import { type CodedPhase, type ErrorPlane, PREDICTIONS } from "./coded_phase.ts";
import {
  type Band,
  checkPlane,
  checkSamples,
  checkSizes,
  endsShort,
  type PhaseBand,
} from "./phase_band.ts";
import { PHASE_KERNEL } from "./phase_kernel.ts";
import { TABLE_BYTES, writeTables } from "./phase_tables.ts";
import { nearestOf, type Neighbour, neighboursOf } from "./pixel_inputs.ts";
import type { PixelPlane } from "./pixel_plane.ts";
import { withoutZeros } from "./range_coder.ts";

const PAGE = 65536;
const FIRST_ADDRESS = 1024;

/** Numbers that the kernel has of a colour's inputs: two counts, and an offset for each neighbour. */
const INPUT_ROOM = 40;

/** Numbers that the kernel has of a phase. */
const BLOCK_ROOM = 29;

/** What the kernel exports; see `assembly/phase.ts`. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  setTables(at: number): void;
  setAdaptation(at: number): void;
  startEncoder(at: number): void;
  finishEncoder(): number;
  finishShort(): number;
  startDecoder(at: number, end: number): void;
  encodeRows(block: number, first: number, end: number): void;
  decodeRows(block: number, first: number, end: number): void;
  codeNearRows(block: number, first: number, end: number, isEncoder: 0 | 1): void;
  codeLossyRows(block: number, first: number, end: number, isEncoder: 0 | 1): void;
}

/** A part of a typed array and where it lies in the kernel's memory. */
interface Loaded {
  readonly address: number;
  readonly part: Uint8Array | Int16Array | Int32Array | Float64Array;
}

/** Encodes and decodes bands of phases. */
export class PhaseProcessor {
  readonly #kernel: Kernel;
  readonly #tablesEnd: number;
  #end = FIRST_ADDRESS;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const tables = this.#allocate(TABLE_BYTES);
    writeTables(this.#buffer, tables);
    kernel.setTables(tables);
    this.#tablesEnd = this.#end;
  }

  /** Compiles the kernel; `undefined` where there is no WebAssembly, for which `PhaseCoder` is there. */
  static async open(): Promise<PhaseProcessor | undefined> {
    const kernel = await openKernel<Kernel>(PHASE_KERNEL);
    return kernel && new PhaseProcessor(kernel);
  }

  /**
   * Encodes rows of phases into one stream; what stands for their samples' bins and errors are written.
   *
   * @throws {RangeError} if a phase is not of the sizes that it states, or has a sample that there is not.
   */
  encode(band: PhaseBand): Uint8Array {
    band.phases.forEach((phase) => {
      // Sizes come first: the walk over samples follows them.
      checkSizes(phase, band);
      checkSamples(phase, band);
    });
    return this.#run(band, (code) => {
      const room = band.phases.reduce((sum, phase) => sum + streamRoom(phase, band), 0);
      const address = this.#allocate(room);
      this.#kernel.startEncoder(address);
      code(1);
      const isShort = endsShort(band);
      const end = (isShort ? this.#kernel.finishShort() : this.#kernel.finishEncoder()) >>> 0;
      const bytes = new Uint8Array(this.#buffer, address, end - address);
      return (isShort ? withoutZeros(bytes) : bytes).slice();
    });
  }

  /**
   * Decodes rows of phases from one stream; what stands for their samples' bins and errors are written.
   *
   * @throws {RangeError} if a phase is not of the sizes that it states.
   */
  decode(band: PhaseBand, stream: Uint8Array): void {
    this.#run(band, (code) => {
      const { address } = this.#load(stream);
      this.#kernel.startDecoder(address, address + stream.length);
      code(0);
    });
  }

  /** Copies what is learnt in and out, and lets `use` code the phases in between. */
  #run<Result>(band: PhaseBand, use: (code: (isEncoder: 0 | 1) => void) => Result): Result {
    band.phases.forEach((phase) => checkSizes(phase, band));
    this.#end = this.#tablesEnd;
    checkPlane(band);
    const { weights, ratios, counts, squares } = band.adaptation;
    const changed = [weights, ratios, counts, squares, band.pixels.data].map((part) =>
      this.#load(part)
    );
    const pixels = changed.at(-1)!.address;
    this.#kernel.setAdaptation(changed[0]!.address);
    const result = use((isEncoder) => {
      for (const phase of band.phases) this.#codePhase(phase, { band, pixels, isEncoder });
    });
    changed.forEach((part) => this.#unload(part));
    return result;
  }

  #codePhase(
    phase: CodedPhase,
    { band, pixels, isEncoder }: { band: PhaseBand; pixels: number; isEncoder: 0 | 1 },
  ): void {
    const end = Math.min(band.end, phase.height);
    if (band.first >= end) return;
    const start = this.#end;
    // The row before the band is read of phases before this one.
    const base = Math.max(0, band.first - 1);
    const { stride, planes } = phase;
    const predictions = this.#load(
      rowsOf(phase.predictions, { base, end, row: stride * PREDICTIONS }),
    );
    const { samples, bounds } = this.#loadSamples(phase, { base, end });
    const loaded = planes.slice(0, phase.phase + 1).map((plane) => ({
      ...this.#loadPlane(plane, { base, end }),
      width: plane.width,
      height: Math.max(0, Math.min(end, plane.height) - base),
    }));
    const inputs = this.#load(inputTable(phase, band.pixels));
    const block = this.#allocate(BLOCK_ROOM * 4);
    const fields = new Int32Array(this.#buffer, block, BLOCK_ROOM);
    fields.set([phase.phase, phase.width, end - base, stride, phase.colours, phase.maxError]);
    fields.set([predictions.address, samples.address], 6);
    loaded.forEach(({ width, height, errors, classes }, index) =>
      fields.set([width, height, errors.address, classes.address], 8 + 4 * index)
    );
    const nearest = inputs.address + COLOURS * INPUT_ROOM * 4;
    const firstPixel = pixels + band.pixels.at(0, 0) * 2;
    fields.set([firstPixel, band.pixels.line, inputs.address, nearest], 20);
    const rows = [band.first - base, end - base] as const;
    if (phase.lossy) {
      fields.set([...phase.lossy.steps, bounds!.address, phase.lossy.isEven ? 1 : 0], 24);
      this.#kernel.codeLossyRows(block, ...rows, isEncoder);
      this.#unload(bounds!);
    } else if (phase.maxError > 0) this.#kernel.codeNearRows(block, ...rows, isEncoder);
    else if (isEncoder === 1) this.#kernel.encodeRows(block, ...rows);
    else this.#kernel.decodeRows(block, ...rows);
    this.#unload(samples);
    const own = loaded[phase.phase]!;
    this.#unload(own.errors);
    this.#unload(own.classes);
    this.#end = start;
  }

  /** Samples, and of lossy ones the bounds of their bins. */
  #loadSamples(
    { samples, lossy, stride }: CodedPhase,
    rows: { base: number; end: number },
  ): { samples: Loaded; bounds?: Loaded } {
    const row = stride * 4;
    if (!lossy) return { samples: this.#load(rowsOf(samples, { ...rows, row })) };
    return {
      samples: this.#load(rowsOf(lossy.quanta, { ...rows, row })),
      bounds: this.#load(rowsOf(lossy.bounds, { ...rows, row: 2 * row })),
    };
  }

  #loadPlane({ width, errors, classes }: ErrorPlane, rows: { base: number; end: number }) {
    const row = width * COLOURS;
    return {
      errors: this.#load(rowsOf(errors, { ...rows, row })),
      classes: this.#load(rowsOf(classes, { ...rows, row })),
    };
  }

  #load(part: Loaded["part"]): Loaded {
    const address = this.#allocate(part.byteLength);
    new Uint8Array(this.#buffer, address, part.byteLength).set(bytesOf(part));
    return { address, part };
  }

  #unload({ address, part }: Loaded): void {
    bytesOf(part).set(new Uint8Array(this.#buffer, address, part.byteLength));
  }

  /** Buffers lie one behind the other; each call of a public method begins behind the tables. */
  #allocate(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 8) * 8;
    const missing = this.#end - this.#kernel.memory.buffer.byteLength;
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Growing makes another buffer, so nothing may hold on to it. */
  get #buffer(): ArrayBuffer {
    return this.#kernel.memory.buffer as ArrayBuffer;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Loaded["part"]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function rowsOf<Numbers extends Uint8Array | Int16Array>(
  values: Numbers,
  { base, end, row }: { base: number; end: number; row: number },
): Numbers {
  return values.subarray(base * row, end * row) as Numbers;
}

/** What the kernel has of a phase's inputs: for each colour its neighbours, then the nearest four; offsets in bytes. */
function inputTable({ phase, colours }: CodedPhase, plane: PixelPlane): Int32Array {
  const table = new Int32Array(COLOURS * INPUT_ROOM + 4);
  const offsetOf = ({ dx, dy, colour }: Neighbour) => 2 * (dy * plane.line + dx * COLOURS + colour);
  for (let colour = 0; colour < colours; colour++) {
    const neighbours = neighboursOf(phase, colour);
    const own = neighbours.filter((neighbour) => neighbour.colour === colour).length;
    const others = colour === 0 ? 0 : (neighbours.length - own) / colour;
    table.set([own, others, ...neighbours.map(offsetOf)], colour * INPUT_ROOM);
  }
  table.set(nearestOf(phase).map(offsetOf), COLOURS * INPUT_ROOM);
  return table;
}

/** Bytes that a phase's symbols can take: 16 bits each, and a little for what is lost by rounding the range. */
function streamRoom({ width, height, colours }: CodedPhase, { first, end }: Band): number {
  const symbols = width * colours * Math.max(0, Math.min(end, height) - first);
  return symbols * 2 + Math.ceil(symbols / 64) + 64;
}
