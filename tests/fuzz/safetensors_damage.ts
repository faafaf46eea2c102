/**
 * Damage to `safetensors` files that leaves their header JSON: values replaced, moved, repeated and lost.
 *
 * @module
 */

import { concat } from "../support/jpeg_writer.ts";
import { damageBytes } from "./bytes_damage.ts";
import type { Dice } from "./dice.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A branch of a JSON tree: where it hangs and under which key. */
interface Branch {
  readonly parent: { [key: string]: Json };
  readonly key: string;
}

const NASTY: readonly Json[] = [
  ...[null, true, 0, -0, -1, 1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 - 1, 9, 1e21],
  ...["", "0", "null", "\x1b[2J\x07", "\u009b31m", "\u202e", "a".repeat(5000), "{}", "[1]", "{"],
  ...["quincunx", "grid", "rows", "F32", "F16", "F64", "__proto__", "constructor", "\ud800"],
  [],
  {},
  [[]],
  [0, 0],
  [1, -1],
  ["quincunx"],
  { toString: 1, valueOf: 1 },
  { length: 3 },
  { "__metadata__": {} },
];

/** A file with one to three edits of its header, or of its values. */
export function damageSafetensors(bytes: Uint8Array, dice: Dice): Uint8Array {
  const parts = split(bytes);
  if (!parts) return damageBytes(bytes, dice);
  let { data } = parts;
  const { header } = parts;
  for (let edits = dice.pick([0, 0, 0, 1, 2]); edits >= 0; edits--) {
    const kind = dice.below(10);
    if (kind === 0) data = damageBytes(data, dice);
    else if (kind === 1) data = poison(data, dice);
    else if (kind < 6) editText(header, dice);
    else editTree(header, dice);
  }
  let json = JSON.stringify(header);
  if (dice.chance(0.1)) json = breakText(json, dice);
  const text = new TextEncoder().encode(json);
  const length = dice.chance(0.1) ? dice.extreme() : text.length;
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(length), true);
  return concat([prefix, text, data]);
}

function split(bytes: Uint8Array): { header: { [key: string]: Json }; data: Uint8Array } | null {
  if (bytes.length < 10) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = 8 + Number(view.getBigUint64(0, true));
  if (end > bytes.length) return null;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, end)));
  return { header, data: bytes.slice(end) };
}

/** Values that no arithmetic survives. */
function poison(data: Uint8Array, dice: Dice): Uint8Array {
  if (data.length < 4) return data;
  const copy = data.slice();
  const value = dice.pick([NaN, Infinity, -Infinity, 3.4e38, 1e-45, -0]);
  const at = 4 * dice.below(Math.floor(data.length / 4));
  new DataView(copy.buffer).setFloat32(at, value, true);
  return copy;
}

function editTree(header: { [key: string]: Json }, dice: Dice): void {
  const branches = listBranches(header);
  if (branches.length === 0) return;
  const { parent, key } = dice.pick(branches);
  const other = dice.pick(branches);
  switch (dice.below(5)) {
    case 0:
      delete parent[key];
      return;
    case 1:
      parent[key] = structuredClone(other.parent[other.key]!);
      return;
    case 2:
      setOwn(parent, dice.pick(["__proto__", "x", "\x1b[2J", "dtype", key + "0"]), parent[key]!);
      return;
    case 3:
      parent[key] = dice.extreme();
      return;
    default:
      parent[key] = structuredClone(dice.pick(NASTY));
  }
}

/** Texts in the metadata hold JSON themselves. */
function editText(header: { [key: string]: Json }, dice: Dice): void {
  const metadata = (header.__metadata__ ?? {}) as { [key: string]: Json };
  const keys = Object.keys(metadata).filter((key) => {
    const text = metadata[key];
    return typeof text === "string" && text.startsWith("{");
  });
  if (keys.length === 0) return editTree(header, dice);
  const key = dice.pick(keys);
  const inner = parse(metadata[key] as string);
  if (!inner) return editTree(header, dice);
  editTree(inner, dice);
  metadata[key] = JSON.stringify(inner);
}

/** An earlier edit may have left no JSON. */
function parse(text: string): { [key: string]: Json } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function setOwn(parent: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(parent, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function breakText(json: string, dice: Dice): string {
  const at = dice.below(json.length);
  const insertion = dice.pick([
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\0",
    "e",
    "[".repeat(9e4),
  ]);
  return json.slice(0, at) + insertion + json.slice(at + dice.below(2));
}

function listBranches(tree: Json): Branch[] {
  if (typeof tree !== "object" || tree === null) return [];
  const parent = tree as { [key: string]: Json };
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...listBranches(parent[key]!)]);
}
