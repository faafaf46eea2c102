/**
 * What the program uses of Deno, in Node: it is made for Deno, and finds here by the same names what does the same.
 *
 * @module
 */

import { spawn } from "node:child_process";
import fs from "node:fs";
import process from "node:process";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { isatty } from "node:tty";
import { pathToFileURL } from "node:url";
import { errors, translate, translated } from "./deno_errors.ts";
import { files } from "./deno_files.ts";
import { openStorage } from "./storage.ts";

/** A standard stream that is written. */
function outputOf(descriptor: 1 | 2) {
  const writeSync = translated((bytes: Uint8Array) => {
    try {
      return fs.writeSync(descriptor, bytes);
    } catch (error) {
      // Who gave us a pipe may have made it one that does not wait; nothing was written, and the caller tries again.
      if ((error as { code?: unknown }).code === "EAGAIN") return 0;
      throw error;
    }
  });
  return {
    writeSync,
    write: async (bytes: Uint8Array) => {
      const written = writeSync(bytes);
      if (written === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      return written;
    },
    isTerminal: () => isatty(descriptor),
  };
}

/** Runs a program to its end. */
class Command {
  readonly #program: string;
  readonly #args: readonly string[];

  constructor(program: string, options: { readonly args?: readonly string[] } = {}) {
    this.#program = program;
    this.#args = options.args ?? [];
  }

  async output() {
    const child = spawn(this.#program, this.#args, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", (error) => reject(translate(error)));
      child.once("close", (code) => resolve(code ?? 1));
    });
    const [code, stdout, stderr] = await Promise.all([
      ended,
      buffer(child.stdout),
      buffer(child.stderr),
    ]);
    return { success: code === 0, code, stdout, stderr };
  }
}

const SYSTEMS: Readonly<Record<string, string>> = { win32: "windows" };

const namespace = {
  ...files,
  errors,
  Command,
  stdin: {
    get readable() {
      return Readable.toWeb(process.stdin);
    },
  },
  stdout: outputOf(1),
  stderr: outputOf(2),
  consoleSize: () => ({ columns: process.stderr.columns ?? 0, rows: process.stderr.rows ?? 0 }),
  addSignalListener: (name: NodeJS.Signals, listener: () => void) => process.on(name, listener),
  removeSignalListener: (name: NodeJS.Signals, listener: () => void) => process.off(name, listener),
  exit: (status: number) => process.exit(status),
  env: { get: (name: string) => process.env[name] },
  build: { os: SYSTEMS[process.platform] ?? process.platform, standalone: false },
  mainModule: pathToFileURL(fs.realpathSync(process.argv[1]!)).href,
};

Object.defineProperty(globalThis, "Deno", { value: namespace });
Object.defineProperty(globalThis, "localStorage", { value: openStorage(), configurable: true });
