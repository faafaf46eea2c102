/**
 * Deno's functions for files, as far as the program uses them, by Node's.
 *
 * @module
 */

import fs from "node:fs";
import { type FileHandle, open as openHandle, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { translate, translated } from "./deno_errors.ts";

const { promises } = fs;

/** What is there of Deno's `FileInfo`. */
function infoOf(found: fs.Stats) {
  return {
    isFile: found.isFile(),
    isDirectory: found.isDirectory(),
    isSymlink: found.isSymbolicLink(),
    isCharDevice: found.isCharacterDevice(),
    isBlockDevice: found.isBlockDevice(),
    size: found.size,
    mode: found.mode,
    atime: found.atime,
    mtime: found.mtime,
    dev: found.dev,
    ino: found.ino,
  };
}

/** How Node is told to open a file. */
function flagsOf(options: Deno.OpenOptions): number {
  const { read, write, append, create, createNew, truncate } = options;
  const writes = write || append;
  const access = writes
    ? read ? fs.constants.O_RDWR : fs.constants.O_WRONLY
    : fs.constants.O_RDONLY;
  return access |
    (append ? fs.constants.O_APPEND : 0) |
    (create || createNew ? fs.constants.O_CREAT : 0) |
    (createNew ? fs.constants.O_EXCL : 0) |
    (truncate ? fs.constants.O_TRUNC : 0);
}

/** A file that is open, until `using` closes it. */
class OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  get readable(): ReadableStream<Uint8Array> {
    const stream = this.#handle.createReadStream({ autoClose: false });
    return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  }

  readonly write = translated(async (bytes: Uint8Array) =>
    (await this.#handle.write(bytes)).bytesWritten
  );

  readonly sync = translated(() => this.#handle.sync());

  [Symbol.dispose](): void {
    // Nobody waits for it: what is written was synced.
    this.#handle.close().catch(() => {});
  }
}

/** The same for a file that is written without waiting. */
class OpenFileSync {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  readonly writeSync = translated((bytes: Uint8Array) => fs.writeSync(this.#descriptor, bytes));

  [Symbol.dispose](): void {
    fs.closeSync(this.#descriptor);
  }
}

/** Deno's functions, which throw Deno's errors. */
export const files = {
  readFile: translated(async (path: string) => new Uint8Array(await promises.readFile(path))),
  readTextFile: translated((path: string) => promises.readFile(path, "utf8")),
  stat: translated(async (path: string) => infoOf(await promises.stat(path))),
  lstat: translated(async (path: string) => infoOf(await promises.lstat(path))),
  lstatSync: translated((path: string) => infoOf(fs.lstatSync(path))),
  realPath: translated((path: string) => promises.realpath(path)),
  open: translated(async (path: string, options: Deno.OpenOptions = { read: true }) =>
    new OpenFile(await openHandle(path, flagsOf(options), options.mode))
  ),
  openSync: translated((path: string, options: Deno.OpenOptions = { read: true }) =>
    new OpenFileSync(fs.openSync(path, flagsOf(options), options.mode))
  ),
  async *readDir(path: string) {
    try {
      for (const entry of await readdir(path, { withFileTypes: true })) {
        yield {
          name: entry.name,
          isFile: entry.isFile(),
          isDirectory: entry.isDirectory(),
          isSymlink: entry.isSymbolicLink(),
        };
      }
    } catch (error) {
      throw translate(error);
    }
  },
  mkdir: translated(async (path: string, options: Deno.MkdirOptions = {}) => {
    await promises.mkdir(path, { recursive: options.recursive ?? false });
  }),
  remove: translated(async (path: string) => {
    const isFolder = (await promises.lstat(path)).isDirectory();
    await (isFolder ? promises.rmdir(path) : promises.unlink(path));
  }),
  removeSync: translated((path: string) => fs.unlinkSync(path)),
  rename: translated((from: string, to: string) => promises.rename(from, to)),
  link: translated((from: string, to: string) => promises.link(from, to)),
  chmod: translated((path: string, mode: number) => promises.chmod(path, mode)),
  utime: translated((path: string, atime: Date, mtime: Date) =>
    promises.utimes(path, atime, mtime)
  ),
  truncateSync: translated((path: string, length: number) => fs.truncateSync(path, length)),
  makeTempFile: translated(async (options: Deno.MakeTempOptions = {}) => {
    const { dir = tmpdir(), prefix = "", suffix = "" } = options;
    const path = join(dir, `${prefix}${crypto.randomUUID()}${suffix}`);
    await (await openHandle(path, "wx", 0o600)).close();
    return path;
  }),
} as const;
