/**
 * Says what folders hold besides the files that are worked on: nothing is passed over in silence.
 *
 * @module
 */

import type { InputList } from "./inputs.ts";
import { formatCount } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

/** Tells how many pictures of other kinds were not read, and with `--verbose` which hidden files were left out. */
export function tellOfOthers(
  { passedOver, hidden }: Pick<InputList, "passedOver" | "hidden">,
  terminal: Terminal,
): void {
  for (const path of hidden) terminal.detail(`${path}: left out, as it is hidden.`);
  if (passedOver.size === 0) return;
  const counts = [...passedOver].sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`);
  terminal.note(`Not read: ${counts.join(", ")}. JPEG and PNG are; convert others first.`);
}
