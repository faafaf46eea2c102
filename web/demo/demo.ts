/**
 * The page to try NNC on: a photo is compressed and restored, all of it here.
 *
 * @module
 */

/// <reference lib="dom" />

import type { NncImage } from "../image_element.ts";
import { Comparison, find } from "./comparison.ts";
import { type Facts, showFacts } from "./facts.ts";
import { Helper } from "./helper.ts";
import type { Keeping } from "./requests.ts";

/** What is looked at. */
interface Subject {
  /** Its name, without what says of which kind it is. */
  readonly name: string;
  /** The photo; absent where an NNC file was dropped. */
  readonly photo?: Blob;
  /** The NNC file, if there is one already. */
  readonly file?: Blob;
}

const comparison = new Comparison();
const helper = new Helper(new URL("./demo_worker.js", import.meta.url));
const restored = find<NncImage>("restored");
const status = find("status");
const progress = find<HTMLProgressElement>("progress");
const keep = find<HTMLSelectElement>("keep");
const tier = find<HTMLSelectElement>("tier");

let subject: Subject | undefined;
let facts: Facts = {};
let turn = 0;
const addresses = new Map<HTMLElement, string>();

function learn(more: Facts): void {
  facts = { ...facts, ...more };
  showFacts(facts);
}

/** Gives an element the address of a file, and lets go of the one that it had. */
function give(
  element: HTMLImageElement | HTMLAnchorElement,
  file: Blob | undefined,
  name = "",
): void {
  const before = addresses.get(element);
  if (before !== undefined) URL.revokeObjectURL(before);
  addresses.delete(element);
  const attribute = element instanceof HTMLImageElement ? "src" : "href";
  if (!file) return element.removeAttribute(attribute);
  const address = URL.createObjectURL(file);
  addresses.set(element, address);
  element.setAttribute(attribute, address);
  if (element instanceof HTMLAnchorElement) element.download = name;
}

function say(text: string, share?: number): void {
  status.textContent = text;
  progress.hidden = share === undefined;
  progress.value = share ?? 0;
}

/** Shows a photo or a file: compresses it where it has to be, then has it restored. */
async function show(next: Subject): Promise<void> {
  const own = ++turn;
  subject = next;
  facts = {};
  give(find<HTMLAnchorElement>("save-png"), undefined);
  give(find<HTMLAnchorElement>("save-nnc"), undefined);
  comparison.offer(["kept", "restored"], { left: "kept", right: "restored" });
  const { name, photo } = next;
  if (photo) addOriginal(photo);
  try {
    const file = next.file ?? await compress(photo!, own);
    if (own !== turn) return;
    say("Restoring", 0);
    restored.setAttribute("tier", tier.value);
    restored.srcObject = file;
    give(find<HTMLImageElement>("kept"), file);
    give(find<HTMLAnchorElement>("save-nnc"), file, `${name}.nnc`);
    const described = await helper.ask({ kind: "describe", file });
    if (own === turn) learn({ ...described, fileBytes: file.size });
  } catch (error) {
    if (own === turn) say(error instanceof Error ? error.message : String(error));
  }
}

async function compress(photo: Blob, own: number): Promise<Blob> {
  say("Compressing");
  const { file, seconds } = await helper.ask({ kind: "compress", photo, keeping: readKeeping() });
  if (own === turn) learn({ compressing: seconds });
  return file;
}

/** Lets what is looked at be compared with what it was made of. */
function addOriginal(photo: Blob): void {
  give(find<HTMLImageElement>("original"), photo);
  comparison.offer(["kept", "restored", "original"], { left: "kept", right: "restored" });
  learn({ photoBytes: photo.size });
}

/** Says how like the original a restored image is. */
async function compare(photo: Blob, png: Blob): Promise<void> {
  const own = turn;
  const psnr = await helper.ask({ kind: "compare", original: photo, restored: png });
  if (own === turn) learn({ psnr });
}

function readKeeping(): Keeping {
  const [lattice, ratio] = keep.value.split(" ");
  return ratio === undefined ? { lattice: lattice! } : { lattice: lattice!, ratio: Number(ratio) };
}

restored.addEventListener("progress", (event) => {
  const { loaded, total } = event as ProgressEvent;
  say("Restoring", loaded / total);
});

restored.addEventListener("error", (event) => say((event as ErrorEvent).message));

restored.addEventListener("preview", () => {
  comparison.fit({ width: restored.naturalWidth, height: restored.naturalHeight });
});

restored.addEventListener("load", () => {
  const picture = restored.picture;
  if (!picture || !subject) return;
  say("Restored. Move the line to compare");
  learn({ restoring: picture.milliseconds / 1000, drawnBy: picture.by });
  give(find<HTMLAnchorElement>("save-png"), picture.png, `${subject.name}.png`);
  if (subject.photo) compare(subject.photo, picture.png);
});

async function take(file: File): Promise<void> {
  const name = file.name.replace(/\.[^.]*$/, "") || "photo";
  if (await isNnc(file)) await show({ name, file });
  else await show({ name, photo: file });
}

/** An NNC file says so before its pixels, whatever its name is. */
async function isNnc(file: Blob): Promise<boolean> {
  const head = await file.slice(0, 2 ** 16).text();
  return head.slice(1, 4) === "PNG" && head.includes("nnCX");
}

find<HTMLInputElement>("file").addEventListener("change", (event) => {
  const [file] = (event.target as HTMLInputElement).files ?? [];
  if (file) take(file);
});
keep.addEventListener("change", () => {
  if (subject?.photo) show({ name: subject.name, photo: subject.photo });
});
tier.addEventListener("change", () => {
  if (!subject) return;
  say("Restoring", 0);
  restored.setAttribute("tier", tier.value);
});

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const [file] = event.dataTransfer?.files ?? [];
  if (file) take(file);
});
addEventListener("paste", (event) => {
  const [file] = event.clipboardData?.files ?? [];
  if (file) take(file);
});

/** The example that a visitor sees first. */
async function showExample(): Promise<void> {
  const read = async (name: string) => {
    const response = await fetch(new URL(`./example/${name}`, import.meta.url));
    if (!response.ok) throw new Error(`The example is missing: ${response.status}`);
    return await response.blob();
  };
  try {
    const photo = read("harbour.png");
    photo.catch(() => {});
    const file = await read("harbour.nnc");
    if (turn > 0) return;
    show({ name: "harbour", file });
    const own = turn;
    const original = await photo;
    if (own !== turn) return;
    subject = { name: "harbour", photo: original, file };
    addOriginal(original);
    if (restored.picture) await compare(original, restored.picture.png);
  } catch {
    say("Choose a photo, or drop one on this page");
  }
}

showExample();
// Without it the page works all the same, but not offline.
navigator.serviceWorker?.register(new URL("./offline.js", import.meta.url)).catch(() => {});
