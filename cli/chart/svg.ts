/**
 * The parts of a chart as SVG elements.
 *
 * They are readable on white paper and on dark: colours are chosen for both, and the rest follows what the viewer prefers.
 *
 * @module
 */

import { escapeHtml } from "../escape_html.ts";

/** A place in the picture: pixels from its left and upper edge. */
export interface Place {
  /** To the right. */
  readonly x: number;
  /** Down. */
  readonly y: number;
}

/** How a curve is drawn. */
export interface Stroke {
  /** One of {@link colourOf}, or another. */
  readonly colour: string;
  /** Whether it is interrupted. */
  readonly dashed?: boolean | undefined;
}

/** Colours of what is drawn on, of words and of the grid, where the viewer prefers it light or dark. */
export const PAPERS = {
  light: { paper: "#ffffff", words: "#1f2328", grid: "#dddddd" },
  dark: { paper: "#0d1117", words: "#e6edf3", grid: "#30363d" },
} as const;

/** Told apart by people who see colours differently, too (after Okabe and Ito). */
export const COLOURS = ["#666666", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a27a00"] as const;

/** The colour of a curve by its number; the first is an inconspicuous one. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

/** A whole picture: its title, for those who cannot see it, and its elements on a paper. */
export function drawPicture(
  { width, height, title }: { width: number; height: number; title: string },
  elements: readonly string[],
): string {
  const { light, dark } = PAPERS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="${light.words}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<style>@media (prefers-color-scheme: dark) { text { fill: ${dark.words} } ` +
    `.paper { fill: ${dark.paper} } .grid { stroke: ${dark.grid} } }</style>`,
    `<rect class="paper" width="${width}" height="${height}" fill="${light.paper}"/>`,
    ...elements,
    "</svg>",
    "",
  ].join("\n");
}

/** Words at a place; `more` is further attributes. */
export function drawText(
  words: string,
  { x, y, more = "" }: Place & { more?: string | undefined },
): string {
  const attributes = `x="${round(x)}" y="${round(y)}"${more ? ` ${more}` : ""}`;
  return `<text ${attributes}>${escapeText(words)}</text>`;
}

/** A line of the grid. */
export function drawGridLine(from: Place, to: Place): string {
  return `<line class="grid" ${ends(from, to)} stroke="${PAPERS.light.grid}"/>`;
}

/** A straight line. */
export function drawLine(from: Place, { to, ...stroke }: Stroke & { to: Place }): string {
  return `<line ${ends(from, to)} ${strokeOf(stroke)}/>`;
}

/** A curve through places, of which there must be one. */
export function drawCurve(places: readonly Place[], stroke: Stroke): string {
  const points = places.map(({ x, y }) => `${round(x)},${round(y)}`).join(" ");
  return `<polyline points="${points}" fill="none" ${strokeOf(stroke)}/>`;
}

/** A dot, or with `open` a ring. */
export function drawDot(
  { x, y }: Place,
  { colour, open = false }: { colour: string; open?: boolean | undefined },
): string {
  const place = `cx="${round(x)}" cy="${round(y)}" r="4"`;
  return open
    ? `<circle ${place} class="paper" fill="${PAPERS.light.paper}" stroke="${colour}" stroke-width="2"/>`
    : `<circle ${place} fill="${colour}"/>`;
}

/** A line of a legend: what a curve looks like, and what it is. */
export function drawLegend(name: string, { x, y, ...stroke }: Stroke & Place): string[] {
  return [
    drawLine({ x, y }, { to: { x: x + 28, y }, ...stroke }),
    drawText(name, { x: x + 36, y: y + 4 }),
  ];
}

function strokeOf({ colour, dashed = false }: Stroke): string {
  return `stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ""}`;
}

function ends(from: Place, to: Place): string {
  return `x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}"`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

/** XML has no way to write some characters that file names can have. */
function escapeText(words: string): string {
  // deno-lint-ignore no-control-regex
  const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
  return escapeHtml(words.toWellFormed().replaceAll(controls, "\ufffd"));
}
