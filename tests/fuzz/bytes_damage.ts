/**
 * Damage to bytes of any kind.
 *
 * @module
 */

import { concat } from "../support/jpeg_writer.ts";
import type { Dice } from "./dice.ts";

type Edit = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const EDITS: readonly Edit[] = [
  function flipBit(bytes, dice) {
    const at = dice.place(bytes.length);
    bytes[at]! ^= 1 << dice.below(8);
    return bytes;
  },
  function setByte(bytes, dice) {
    bytes[dice.place(bytes.length)] = dice.extreme();
    return bytes;
  },
  function setNumber(bytes, dice) {
    const width = dice.pick([2, 4, 8]);
    if (bytes.length < width) return bytes;
    const at = dice.place(bytes.length - width + 1);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const little = dice.chance(0.5);
    const value = dice.extreme();
    if (width === 2) view.setUint16(at, value, little);
    else if (width === 4) view.setUint32(at, value, little);
    else view.setBigUint64(at, BigInt(value) << BigInt(dice.pick([0, 0, 31])), little);
    return bytes;
  },
  function dropRange(bytes, dice) {
    const [from, to] = rangeOf(bytes, dice);
    return concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeatRange(bytes, dice) {
    const [from, to] = rangeOf(bytes, dice);
    return concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function fillRange(bytes, dice) {
    const [from, to] = rangeOf(bytes, dice);
    return bytes.fill(dice.pick([0, 255, dice.below(256)]), from, to);
  },
  function moveRange(bytes, dice) {
    const [from, to] = rangeOf(bytes, dice);
    return bytes.copyWithin(dice.place(bytes.length), from, to);
  },
  function insert(bytes, dice) {
    const at = dice.place(bytes.length);
    return concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(20)), bytes.subarray(at)]);
  },
  function truncate(bytes, dice) {
    return bytes.slice(0, dice.below(bytes.length));
  },
];

function rangeOf(bytes: Uint8Array, dice: Dice): [from: number, to: number] {
  const from = dice.place(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + dice.below(dice.pick([4, 40, 400])))];
}

/** A copy of bytes with one to four edits. */
export function damageBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let damaged: Uint8Array = bytes.slice();
  for (let edits = dice.below(4); edits >= 0 && damaged.length > 0; edits--) {
    damaged = dice.pick(EDITS)(damaged, dice);
  }
  return damaged;
}

/** The start of one file and the end of another. */
export function splice(head: Uint8Array, tail: Uint8Array, dice: Dice): Uint8Array {
  return concat([
    head.subarray(0, dice.below(head.length)),
    tail.subarray(dice.below(tail.length)),
  ]);
}
