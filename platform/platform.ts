/**
 * What the program needs of the platform that it runs on, and what does for it where nothing better was handed in.
 *
 * Everything below `cli/` uses web standards and asks for the rest here. `platform/deno.ts` hands in what Deno has,
 * `platform/web.ts` what a browser has.
 *
 * @module
 */

/** A codec that is compiled to WebAssembly: oxipng 9.1 with libdeflate 1.20, or the JPEG decoder of mozjpeg. */
export type CodecName = "oxipng" | "mozjpegDecoder";

/** What a zlib stream held. */
export interface Inflated {
  /** As many bytes as were asked for, in a buffer of their own; zeros where the stream held fewer. */
  readonly bytes: Uint8Array;
  /** How many of them the stream held. */
  readonly found: number;
  /** What is wrong with the stream, said of it; it may have held all bytes even so. */
  readonly fault?: string | undefined;
}

/** A thread that runs a module, as browsers have them: what is needed of one. */
export interface Thread {
  /** Called with what it sends. */
  onmessage: ((event: MessageEvent) => void) | null;
  /** Called when it ends with an error that it did not catch. */
  onerror: ((event: ErrorEvent) => void) | null;
  /** Sends it something, and hands buffers over. */
  postMessage(message: unknown, transfer: Transferable[]): void;
  /** Ends it at once. */
  terminate(): void;
}

/** What differs between platforms. */
export interface Platform {
  /**
   * Inflates a zlib stream of so many bytes, fast; `undefined` where anything is wrong with it or follows it, which who asks
   * then finds out for himself. Never more than `length` bytes are inflated.
   *
   * @throws {RangeError} if memory is wanting.
   */
  readonly inflate: (compressed: Uint8Array, length: number) => Uint8Array | undefined;
  /** Inflates any zlib stream up to so many bytes, never beyond them, and says what is wrong with it: `inflateSlowly`. */
  readonly inflateCarefully: (compressed: Uint8Array, length: number) => Inflated;
  /** A compiled codec. Writing a PNG at an effort above `fast` needs `oxipng`, reading a JPEG `mozjpegDecoder`. */
  readonly compileCodec: (name: CodecName) => Promise<WebAssembly.Module>;
  /**
   * Reads a file that is shipped with the program.
   *
   * @throws {Error} if it cannot be read; the message says why.
   */
  readonly readAsset: (url: URL) => Promise<Uint8Array>;
  /** Milliseconds that all cores worked for this program, divided by their number; by the clock where nobody knows. */
  readonly processorMilliseconds: () => number;
  /** Whether a thread may be started that runs a module. */
  readonly mayStartWorker: (module: URL) => boolean;
  /** Starts one. */
  readonly startWorker: (module: URL) => Thread;
  /** What runs the program, with its version and machine, for people. */
  readonly runtime: { readonly name: string; readonly found: string };
  /** What people can do about an adapter that is missing, as a sentence without its full stop. */
  readonly adapterAdvice: string;
  /** Asks for a graphics adapter; `null` if there is none, `undefined` without WebGPU. */
  readonly requestAdapter: (
    options: GPURequestAdapterOptions,
  ) => Promise<GPUAdapter | null> | undefined;
}

let platform: Platform = {
  inflate: () => undefined,
  inflateCarefully: () => {
    throw new Error(
      'No zlib was handed in; import "platform/deno.ts", or pass "inflateCarefully" to usePlatform',
    );
  },
  compileCodec: (name) =>
    Promise.reject(
      new Error(
        `The codec "${name}" was not handed in; import "platform/deno.ts", or pass "compileCodec" to usePlatform`,
      ),
    ),
  readAsset: fetchAsset,
  processorMilliseconds: () => performance.now(),
  mayStartWorker: () => false,
  startWorker: (module) => new Worker(module, { type: "module" }),
  runtime: { name: "browser", found: "unknown" },
  adapterAdvice: "Take a browser that has WebGPU, and see that it is switched on",
  requestAdapter: (options) => globalThis.navigator?.gpu?.requestAdapter(options),
};

/** What runs the program. */
export function currentPlatform(): Platform {
  return platform;
}

/** Hands in what a platform has; what is not named stays as it was. */
export function usePlatform(parts: Partial<Platform>): void {
  platform = { ...platform, ...parts };
}

/**
 * Reads a file by `fetch`.
 *
 * @throws {Error} if the server does not answer with it.
 */
export async function fetchAsset(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status} ${response.statusText}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
