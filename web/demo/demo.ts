/**
 * The page to try NNC on: a photo is compressed and restored, all of it here.
 *
 * @module
 */

/// <reference lib="dom" />

import coders from "../../weights/coders/shipped.json" with { type: "json" };
import type { NncImage } from "../image_element.ts";
import { Comparison, find } from "./comparison.ts";
import { type DemoFacts, showFacts } from "./facts.ts";
import { give } from "./give.ts";
import { Helper } from "./helper.ts";
import { takeFiles } from "./intake.ts";
import type { Keeping } from "./requests.ts";

/** Qualities that are offered where a coder for lossy files is shipped. */
const QUALITIES = [75, 90];

/** What is looked at. */
interface Subject {
  /** Its name, without what says of which kind it is. */
  readonly name: string;
  /** The photo; absent where an NNC file was dropped. */
  readonly photo?: Blob | undefined;
  /** The NNC file, if there is one already. */
  readonly file?: Blob | undefined;
}

const comparison = new Comparison();
const helper = new Helper(new URL("./demo_worker.js", import.meta.url));
const restored = find<NncImage>("restored");
const kept = find<HTMLImageElement>("kept");
const original = find<HTMLImageElement>("original");
const saves = {
  nnc: find<HTMLAnchorElement>("save-nnc"),
  png: find<HTMLAnchorElement>("save-png"),
};
const status = find("status");
const progress = find<HTMLProgressElement>("progress");
const keep = find<HTMLSelectElement>("keep");
const tier = find<HTMLSelectElement>("tier");

let subject: Subject | undefined;
let facts: DemoFacts = {};
let turn = 0;

function learn(more: DemoFacts): void {
  facts = { ...facts, ...more };
  showFacts(facts);
}

/** Says what is going on; `share` is how much of it is done, or `unknown`, and left out where nothing is. */
function say(text: string, share?: number | "unknown"): void {
  status.textContent = text;
  status.classList.remove("fault");
  progress.hidden = share === undefined;
  if (typeof share === "number") progress.value = share;
  else progress.removeAttribute("value");
}

function sayFault(error: unknown): void {
  say(error instanceof Error ? error.message : String(error));
  status.classList.add("fault");
}

/** Shows a photo or a file: compresses it where it has to be, then has it restored. */
async function show(next: Subject): Promise<void> {
  const own = ++turn;
  subject = next;
  facts = {};
  helper.drop();
  give(saves.png, undefined);
  give(saves.nnc, undefined);
  const { name, photo } = next;
  give(original, photo);
  try {
    if (photo) await showOriginal(photo, own);
    const file = next.file ?? await compress(photo!, own);
    if (own !== turn) return;
    say("Restoring", 0);
    const isShown = firstShown();
    restored.setAttribute("tier", tier.value);
    restored.srcObject = file;
    // Whatever else there is to do would only delay what is seen first.
    await isShown;
    if (own !== turn) return;
    give(kept, file);
    const isCoded = await versionOf(file) === CODED;
    comparison.offer(photo ? ["kept", "restored", "original"] : ["kept", "restored"], isCoded);
    give(saves.nnc, file, `${name}.nnc`);
    const described = await helper.ask({ kind: "describe", file });
    if (own === turn) learn({ ...described, fileBytes: file.size });
  } catch (error) {
    if (own !== turn) return;
    sayFault(error);
    if (facts.fileBytes === undefined) showFacts({});
  }
}

/** Waits until something of a file is seen, or nothing can be. */
function firstShown(): Promise<void> {
  return new Promise((resolve) => {
    for (const type of ["preview", "error"]) {
      restored.addEventListener(type, () => resolve(), { once: true });
    }
  });
}

async function compress(photo: Blob, own: number): Promise<Blob> {
  const onProgress = (share: number) => {
    if (own === turn) say("Compressing", share);
  };
  say("Compressing", "unknown");
  const question = { kind: "compress", photo, keeping: readKeeping() } as const;
  const { file, seconds, warnings } = await helper.ask(question, { onProgress });
  if (own === turn) learn({ compressing: seconds, lost: warnings });
  return file;
}

/** A photo is seen as it is until there is something to compare it with. */
async function showOriginal(photo: Blob, own: number): Promise<void> {
  learn({ photoBytes: photo.size, photoType: photo.type });
  // What cannot be shown may be read all the same.
  await original.decode().catch(() => {});
  if (own !== turn || original.naturalWidth === 0) return;
  comparison.offer(["original"]);
  comparison.fit({ width: original.naturalWidth, height: original.naturalHeight });
}

/** Says how like the original a restored image is. */
async function compare(photo: Blob, png: Blob): Promise<void> {
  const own = turn;
  try {
    const psnr = await helper.ask({ kind: "compare", original: photo, restored: png });
    if (own === turn) learn({ psnr });
  } catch (error) {
    if (own === turn) sayFault(error);
  }
}

function readKeeping(): Keeping {
  if (keep.value === "usual") return "usual";
  const [lattice, detail] = keep.value.split(" ");
  if (lattice === "lossy") return { quality: Number(detail) };
  if (lattice === "coded") return { effort: detail === "max" ? "max" : "default" };
  return { lattice: lattice!, ratio: Number(detail) };
}

restored.addEventListener("progress", (event) => {
  const { loaded, total } = event as ProgressEvent;
  say("Restoring", loaded / total);
});

restored.addEventListener("error", (event) => sayFault((event as ErrorEvent).error));

restored.addEventListener("preview", () => {
  comparison.fit({ width: restored.naturalWidth, height: restored.naturalHeight });
});

restored.addEventListener("load", () => {
  const picture = restored.picture;
  if (!picture || !subject) return;
  say("Restored. Move the line to compare");
  learn({
    restoring: picture.milliseconds / 1000,
    drawnBy: picture.by,
    faults: picture.warnings,
  });
  give(saves.png, picture.png, `${subject.name}.png`);
  if (subject.photo) compare(subject.photo, picture.png);
});

async function take(file: File): Promise<void> {
  const name = file.name.replace(/\.[^.]*$/, "") || "photo";
  if (await versionOf(file) > 0) await show({ name, file });
  else await show({ name, photo: file });
}

/** Version of coded files. */
const CODED = 2;

/** An NNC file says before its pixels of which version it is, whatever its name is; 0 where it is none. */
async function versionOf(file: Blob): Promise<number> {
  const head = await file.slice(0, 2 ** 16).text();
  const at = head.indexOf("nnCX");
  return head.slice(1, 4) === "PNG" && at > 0 ? head.charCodeAt(at + 4) : 0;
}

if (coders.some((coder) => "isLossy" in coder && coder.isLossy)) {
  for (const quality of QUALITIES) {
    const option = new Option(`All, lossy at quality ${quality}`, `lossy ${quality}`);
    keep.querySelector("[value=coded]")!.before(option);
  }
}
takeFiles(take);
keep.addEventListener("change", () => {
  if (subject?.photo) show({ name: subject.name, photo: subject.photo });
});
tier.addEventListener("change", () => {
  if (!subject) return;
  say("Restoring", 0);
  restored.setAttribute("tier", tier.value);
});

/** The example that a visitor sees first. */
async function showExample(): Promise<void> {
  const read = async (name: string) => {
    const response = await fetch(new URL(`./example/${name}`, import.meta.url));
    if (!response.ok) throw new Error(`The example is missing: ${response.status}`);
    return await response.blob();
  };
  try {
    const file = await read("harbour.nnc");
    if (turn > 0) return;
    const shown = show({ name: "harbour", file });
    const own = turn;
    await shown;
    const photo = await read("harbour.png");
    if (own !== turn) return;
    subject = { name: "harbour", photo, file };
    give(original, photo);
    comparison.offer(["kept", "restored", "original"]);
    learn({ photoBytes: photo.size, photoType: photo.type });
    if (restored.picture) await compare(photo, restored.picture.png);
  } catch {
    say("Choose a photo, or drop one on this page");
  }
}

/** Keeps the page for when there is no connection. Without that it works all the same, but not offline. */
function keepPage(): void {
  navigator.serviceWorker?.register(new URL("./offline.js", import.meta.url)).catch(() => {});
}

// What is kept for later must not delay what is seen first.
for (const type of ["load", "error"]) restored.addEventListener(type, keepPage, { once: true });
showExample();
