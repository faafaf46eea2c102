/**
 * One source of an `<nnc-image>`: fetched, shown as it is, restored.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Size } from "../codec/lattice/raster.ts";
import { fetchFile } from "./fetch_file.ts";
import { type FileHead, readHead, wholeSteps } from "./file_head.ts";
import type { Picture } from "./jobs.ts";
import type { Restorer, WaitOptions } from "./restorer.ts";

/** Bytes at the beginning of a file that tell its size, but where a large profile stands before. */
const HEAD = 2 ** 14;

/** Who is told of what has come in. */
export interface Viewer {
  /** The original's size is known. */
  size(size: Size): void;
  /** The file's own picture can be shown, or more of a coded file. */
  preview(png: Blob): Promise<void>;
  /** The server lets the page show the file, but not read it. */
  showUnread(url: URL): Promise<void>;
  /** The image is whole. */
  restored(picture: Picture): Promise<void>;
  /** So much of it is done. */
  progress(done: number, total: number): void;
}

/** What to load, and how. */
export interface LoadOptions extends Pick<WaitOptions, "isUrgent"> {
  /** Stops it, with its reason. */
  readonly signal: AbortSignal;
  /** A tier, or `auto`. */
  readonly tier: string;
  /** Who restores. */
  readonly restorer: Restorer;
  /** Whether cookies go to other servers, too. */
  readonly credentials: RequestCredentials;
}

/**
 * Loads a file from an address, or one that is there.
 *
 * @throws {Error} that says what went wrong; what could be shown is.
 */
export async function load(
  source: URL | Blob,
  viewer: Viewer,
  options: LoadOptions,
): Promise<void> {
  const incoming = new Incoming(viewer, options);
  const file = source instanceof Blob
    ? source
    : await fetchOrShow(source, { viewer, incoming, options });
  await incoming.whole(file);
}

async function fetchOrShow(
  url: URL,
  { viewer, incoming, options }: { viewer: Viewer; incoming: Incoming; options: LoadOptions },
): Promise<Blob> {
  const { signal, credentials } = options;
  try {
    return await fetchFile(url, {
      signal,
      credentials,
      onBytes: (bytes) => incoming.bytes(bytes),
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof TypeError) || url.origin === location.origin) throw cause;
    // Either there is no connection, in which case this fails as well, or the page may not read what it may show.
    await viewer.showUnread(url);
    throw new Error(
      `The server "${url.host}" does not let this page read the file, so its preview is all there is. ` +
        'It must answer with the header "Access-Control-Allow-Origin"',
      { cause },
    );
  }
}

/** A file that is coming in. */
class Incoming {
  readonly #viewer: Viewer;
  readonly #options: LoadOptions;
  #head: FileHead | undefined;
  /** Steps of a coded file that were shown; −1: nothing was. */
  #steps = -1;
  #drawing: Promise<void> | undefined;
  /** Ends the drawing of a part when there is no more need of it. */
  readonly #part = new AbortController();

  constructor(viewer: Viewer, options: LoadOptions) {
    this.#viewer = viewer;
    this.#options = options;
  }

  /** Takes what has come in so far. */
  bytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#readHead(bytes);
    if (!this.#head?.isCoded || this.#drawing) return;
    const { length, steps } = wholeSteps(bytes);
    if (length === 0 || steps <= this.#steps || steps === Infinity) return;
    this.#steps = steps;
    const part = new Blob([bytes.slice(0, length)], { type: "image/png" });
    // One part at a time: while it is drawn, more comes in.
    this.#drawing = this.#showPart(part, steps).finally(() => this.#drawing = undefined);
  }

  /** Takes the file when all of it is there. */
  async whole(file: Blob): Promise<void> {
    const { signal, tier, restorer, isUrgent } = this.#options;
    if (!this.#head) this.#readHead(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
    if (!this.#head) this.#readHead(new Uint8Array(await file.arrayBuffer()));
    if (this.#steps < 0) await this.#viewer.preview(file);
    signal.throwIfAborted();
    this.#part.abort();
    const job = { file, tier, wantsPart: this.#steps <= 0 };
    const picture = await restorer.restore(job, {
      signal,
      isUrgent,
      onPart: (png) => this.#drawing = this.#viewer.preview(png).catch(() => {}),
      onProgress: (done, total) => this.#viewer.progress(done, total),
    });
    // A part that is still drawn must not come after it.
    await this.#drawing;
    signal.throwIfAborted();
    await this.#viewer.restored(picture);
  }

  #readHead(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#head) return;
    try {
      this.#head = readHead(bytes);
    } catch {
      // Who restores says what is wrong.
      this.#head = { size: undefined, isCoded: false };
    }
    if (this.#head?.size) this.#viewer.size(this.#head.size);
  }

  async #showPart(part: Blob, steps: number): Promise<void> {
    const { tier, restorer, isUrgent } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#part.signal]);
    try {
      if (steps === 0) return await this.#viewer.preview(part);
      const job = { file: part, tier, isPart: true };
      const { png } = await restorer.restore(job, { signal, isUrgent });
      if (!signal.aborted) await this.#viewer.preview(png);
    } catch {
      // The whole says what is wrong.
    }
  }
}
