/** Types of `reader.js`, for pages; `tests/web_types_test.ts` holds them against the module itself. */

/** Columns and rows. */
export interface Size {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** A chunk of a PNG that travels with its pixels. */
export interface Chunk {
  /** Four letters. */
  readonly type: string;
  /** Its contents. */
  readonly data: Uint8Array;
}

/** Pixels, row by row, and what travels with them. */
export interface Image extends Size {
  /** Grey, grey with alpha, RGB, or RGB with alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Samples, row by row, the channels of a pixel together. */
  readonly data: Uint8Array;
  /** Lower bytes of samples of 16 bits; absent where they have 8. */
  readonly low?: Uint8Array | undefined;
  /** What travels with the pixels, in the order of the source. */
  readonly metadata: { readonly chunks: readonly Chunk[] };
}

/** Whether the kept pixels are those that were compressed; `absent` where the file cannot tell. */
export type ChecksumState = "matches" | "differs" | "absent";

/** An image, and what its file said of it. */
export interface RestoredFile extends Image {
  /** Which of its pixels were kept; absent of a coded file that was written with all of them. */
  readonly lattice?:
    | { readonly name: "quincunx" | "rows" | "grid"; readonly ratio: 2 | 4 | 8 | 16 }
    | undefined;
  /** Whether the file says its shape itself. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
  /** Largest error of a sample that was kept, 0 being lossless; absent of a classic file, and of a lossy one. */
  readonly maxError?: number | undefined;
  /** Of a lossy file, the quality from 1 to 100 that comes closest. */
  readonly quality?: number | undefined;
}

/** What is known of a file besides what it says. */
export interface OpenOptions {
  /** Which pixels are kept, where the file does not say so. */
  readonly lattice?: string | undefined;
  /** How many pixels one kept pixel stands for, where the file does not say so. */
  readonly ratio?: number | undefined;
  /** Size of the original, where the file does not say so. */
  readonly size?: Size | undefined;
  /** Whether the above replaces what the file says. Default: no. */
  readonly override?: boolean | undefined;
  /** Pixels of the original above which a file is refused. Default: 400 million. */
  readonly maxPixels?: number | undefined;
  /** Called with what is worth knowing and no error. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** How a file is restored. */
export interface RestoreOptions extends OpenOptions {
  /** What draws; it stays open. Default: one that is opened on first use and shared from then on. */
  readonly engine?: Pick<Engine, "restoreCells"> | undefined;
  /** `draft`, `standard` (default), `high` or `max`. */
  readonly tier?: string | undefined;
  /** Address of the folder with the weights. Default: `weights/` beside the module. */
  readonly weights?: string | URL | undefined;
  /** Whether eight turned drawings are averaged. Default: only by the tier `max`. */
  readonly selfEnsemble?: boolean | undefined;
  /** Edge in pixels of what is drawn at once. Default: what fits the device. */
  readonly tile?: number | undefined;
  /** Ends the work with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with what is done of how much. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Whether of a damaged coded file what is there is taken, and the rest drawn. */
  readonly salvage?: boolean | undefined;
}

/** What draws missing pixels. */
export interface Engine {
  /** Its device, for people. */
  readonly description: string;
  /** Name of the kernel that computes. */
  readonly kernel: string;
  /** Whether a processor computes. */
  readonly software: boolean;
  /** What is worth knowing of the device. */
  readonly notice?: string | undefined;
  /** How each kernel that was tried did. */
  // deno-lint-ignore no-explicit-any
  readonly verdicts: readonly any[];
  /** Draws the missing pixels of cells; for `restore`. */
  // deno-lint-ignore no-explicit-any
  restoreCells(network: any, options: any): Promise<any>;
  /** Frees the device. */
  close(): void;
}

/** On what an engine computes. */
export interface EngineOptions {
  /** Name of a kernel. Default: the fastest of those that are exact there. */
  readonly kernel?: string | undefined;
  /** `auto` (default): a graphics processor if there is one, else the processor; `gpu`; `cpu`. */
  readonly device?: "auto" | "gpu" | "cpu" | undefined;
  /** Whether kernels are timed on a device that is new. Default: no. */
  readonly mayTime?: boolean | undefined;
}

/** The facts of a classic file. */
export interface Facts extends Size {
  /** Which pixels are kept. */
  readonly lattice: string;
  /** How many pixels one kept pixel stands for. */
  readonly ratio: number;
  /** Columns of the PNG. */
  readonly packedWidth: number;
  /** Rows of the PNG. */
  readonly packedHeight: number;
  /** Grey, grey with alpha, RGB, or RGB with alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Whether the file says its shape itself. */
  readonly hasChunk: boolean;
  /** Whether the kept pixels are those that were compressed. */
  readonly checksum: ChecksumState;
  /** Types of the chunks that travel. */
  readonly metadata: readonly string[];
}

/** Restores an NNC file, classic or coded. */
export function restore(
  file: Uint8Array | ArrayBuffer,
  options?: RestoreOptions,
): Promise<RestoredFile>;

/** Reads a classic file's facts and verifies its checksum. */
export function probe(file: Uint8Array | ArrayBuffer, options?: OpenOptions): Promise<Facts>;

/** Writes an image with its metadata as a PNG, for looking at. */
export function encodePng(image: Image): Promise<Uint8Array<ArrayBuffer>>;

/** Opens an engine; where the only adapter is a software one, the processor computes unless `device` is `gpu`. */
export function openEngine(options?: EngineOptions): Promise<Engine>;

/** The file is no NNC file, damaged, or of a newer version. */
export class ContainerError extends Error {}
/** The picture is none that can be read. */
export class ImageError extends Error {}
/** There is no such lattice, or it does not fit. */
export class LatticeError extends Error {}
/** The device failed, or is not there. */
export class GpuError extends Error {}
/** Weights cannot be had, or there is no such tier. */
export class WeightsError extends Error {}
