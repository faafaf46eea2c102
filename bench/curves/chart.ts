/** A chart of curves as SVG, drawn by hand: axes, grid, lines, dots and a legend. @module */

/** A point in the units of the axes. */
export interface Point {
  /** Across. */
  readonly x: number;
  /** Up. */
  readonly y: number;
}

/** A curve. */
export interface Series {
  /** For the legend. */
  readonly name: string;
  /** Whether it is what others are compared with. */
  readonly dashed: boolean;
  /** Points that are joined. */
  readonly line: readonly Point[];
  /** Points that stand alone. */
  readonly dots: readonly Point[];
}

/** A text beside a point. */
export interface Marker extends Point {
  /** What it says. */
  readonly text: string;
  /** Whether it stands above the point, or below. */
  readonly above: boolean;
}

/** What is written around the curves. */
export interface Labels {
  /** What the chart shows. */
  readonly title: string;
  /** What is measured across. */
  readonly across: string;
  /** What is measured up. */
  readonly up: string;
}

interface Axis {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
}

const WIDTH = 760;
const HEIGHT = 480;
const FRAME = { left: 64, right: 24, top: 48, bottom: 56 } as const;

/** Told apart by people who see colours differently, too (after Okabe and Ito). */
const COLOURS = ["#666666", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

/** Draws the chart; both axes begin and end at round numbers. */
export function drawChart(
  { series, markers }: { series: readonly Series[]; markers: readonly Marker[] },
  labels: Labels,
): string {
  const points = series.flatMap(({ line, dots }) => [...line, ...dots]);
  const across = makeAxis([0, ...points.map(({ x }) => x)], {
    from: FRAME.left,
    to: WIDTH - FRAME.right,
  });
  const up = makeAxis(points.map(({ y }) => y), { from: HEIGHT - FRAME.bottom, to: FRAME.top });
  const axes = { across, up };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
    `height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>${escape(labels.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(labels.title, { x: FRAME.left, y: 26, more: 'font-size="15" font-weight="600"' }),
    ...drawGrid(axes),
    text(labels.across, {
      x: (FRAME.left + WIDTH - FRAME.right) / 2,
      y: HEIGHT - 14,
      more: 'text-anchor="middle"',
    }),
    text(labels.up, { x: 10, y: FRAME.top - 8 }),
    ...series.flatMap((one, index) => drawSeries(one, { axes, colour: colourOf(index) })),
    ...markers.map((marker) => drawMarker(marker, axes)),
    ...series.flatMap((one, index) => drawLegend(one, index)),
    "</svg>",
    "",
  ].join("\n");
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

/** An axis from a round number to a round number, with four to ten ticks. */
function makeAxis(values: readonly number[], ends: { from: number; to: number }): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = roundStep(Math.max(most - least, 1e-3));
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const scale = (ends.to - ends.from) / ((last - first) * step);
  return { ticks, place: (value) => ends.from + (value - first * step) * scale };
}

/** 1, 2 or 5 times a power of ten, such that a span has four to nine of them. */
function roundStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  return power * [5, 2, 1].find((factor) => span / (factor * power) >= 4)!;
}

function drawGrid({ across, up }: { across: Axis; up: Axis }): string[] {
  const [left, right] = [FRAME.left, WIDTH - FRAME.right];
  const [top, bottom] = [FRAME.top, HEIGHT - FRAME.bottom];
  return [
    ...across.ticks.flatMap((tick) => {
      const x = across.place(tick);
      return [
        line({ x1: x, y1: top, x2: x, y2: bottom }),
        text(format(tick), { x, y: bottom + 20, more: 'text-anchor="middle"' }),
      ];
    }),
    ...up.ticks.flatMap((tick) => {
      const y = up.place(tick);
      return [
        line({ x1: left, y1: y, x2: right, y2: y }),
        text(format(tick), { x: left - 8, y: y + 4, more: 'text-anchor="end"' }),
      ];
    }),
  ];
}

function line(ends: { x1: number; y1: number; x2: number; y2: number }): string {
  const places = Object.entries(ends).map(([name, value]) => `${name}="${round(value)}"`);
  return `<line ${places.join(" ")} stroke="#dddddd"/>`;
}

function drawSeries(
  { dashed, line, dots }: Series,
  { axes, colour }: { axes: { across: Axis; up: Axis }; colour: string },
): string[] {
  const place = ({ x, y }: Point) => ({ x: axes.across.place(x), y: axes.up.place(y) });
  const path = line.map(place).map(({ x, y }) => `${round(x)},${round(y)}`).join(" ");
  const style = `fill="none" stroke="${colour}" stroke-width="2"${
    dashed ? ' stroke-dasharray="6 4"' : ""
  }`;
  return [
    ...path ? [`<polyline points="${path}" ${style}/>`] : [],
    ...line.map(place).map(({ x, y }) =>
      `<circle cx="${round(x)}" cy="${round(y)}" r="4" fill="${colour}"/>`
    ),
    ...dots.map(place).map(({ x, y }) =>
      `<circle cx="${round(x)}" cy="${
        round(y)
      }" r="4" fill="#ffffff" stroke="${colour}" stroke-width="2"/>`
    ),
  ];
}

function drawMarker(
  { text: words, x, y, above }: Marker,
  axes: { across: Axis; up: Axis },
): string {
  const [left, top] = [axes.across.place(x), axes.up.place(y)];
  // Curves rise to the right, so what stands above a point stands to its left as well.
  const anchor = above ? "end" : "middle";
  return text(words, {
    x: above ? left + 4 : left,
    y: above ? top - 10 : top + 20,
    more: `text-anchor="${anchor}" fill="#444444" font-size="12"`,
  });
}

function drawLegend({ name, dashed }: Series, index: number): string[] {
  const [x, y] = [FRAME.left + 16, FRAME.top + 24 + 20 * index];
  const stroke = `stroke="${colourOf(index)}" stroke-width="2"`;
  const dashes = dashed ? ' stroke-dasharray="6 4"' : "";
  return [
    `<line x1="${x}" y1="${y}" x2="${x + 28}" y2="${y}" ${stroke}${dashes}/>`,
    text(name, { x: x + 36, y: y + 4 }),
  ];
}

function text(words: string, { x, y, more = "" }: Point & { more?: string }): string {
  return `<text x="${round(x)}" y="${round(y)}"${more ? ` ${more}` : ""}>${escape(words)}</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function format(tick: number): string {
  return String(Number(tick.toPrecision(6)));
}

function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
