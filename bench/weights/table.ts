/** Tables in Markdown. @module */

/** A table; columns are aligned to the right except the first `left` ones. */
export function formatTable(
  [header, ...body]: readonly (readonly string[])[],
  { left = 1 }: { left?: number } = {},
): string {
  const rule = header!.map((_, column) => column < left ? "---" : "--:");
  return [header!, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A whole number with commas between thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** Gains with their sign, losses in bold; a dash where nothing was measured. */
export function formatGain(gain: number): string {
  if (!Number.isFinite(gain)) return "–";
  const text = Math.abs(gain).toFixed(2);
  if (text === "0.00") return text;
  return gain < 0 ? `**−${text}**` : `+${text}`;
}
