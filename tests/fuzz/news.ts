/**
 * What the process that runs cases is told, and what it tells: a line of JSON each.
 *
 * @module
 */

import { TextLineStream } from "npm:deno-std@1.4.0/streams/mod.js";
import type { Format } from "./sample.ts";

/** What the process is told, as its argument. */
export interface Order {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** The formats that are damaged; all where there are none. */
  readonly only?: readonly Format[] | undefined;
}

/** What the process tells. */
export type News =
  /** A case begins; `resident` is the bytes of memory that the process holds. */
  | { readonly kind: "case"; readonly index: number; readonly resident: number }
  | { readonly kind: "finding"; readonly index: number; readonly message: string }
  | {
    readonly kind: "done";
    /** Answers of all targets by what they were. */
    readonly outcomes: Readonly<Record<string, number>>;
    readonly slowest: { readonly index: number; readonly seconds: number };
  };

/** What a process tells, as it comes; a line that a killed process did not end is left out. */
export async function* readNews(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<News> {
  const text = output.pipeThrough(new TextDecoderStream());
  const lines: ReadableStream<string> = text.pipeThrough(new TextLineStream());
  for await (const line of lines) {
    let news: News;
    try {
      news = JSON.parse(line);
    } catch {
      continue;
    }
    yield news;
  }
}

/** Tells the process that watches. */
export function tell(news: News): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(news)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
