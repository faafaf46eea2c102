/** A chart of curves as SVG: axes, grid, lines, dots and a legend. @module */

import { Axes, type Frame } from "../../cli/chart/axes.ts";
import {
  colourOf,
  drawCurve,
  drawDot,
  drawLegend,
  drawPicture,
  drawText,
} from "../../cli/chart/svg.ts";

/** A point in the units of the axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve. */
export interface Series {
  readonly name: string;
  /** Whether it is what others are compared with. */
  readonly dashed: boolean;
  readonly line: readonly Point[];
  readonly dots: readonly Point[];
}

/** A text beside a point. */
export interface Marker extends Point {
  readonly text: string;
  /** Whether it stands above the point, or below. */
  readonly above: boolean;
}

/** What is written around the curves. */
export interface Labels {
  readonly title: string;
  readonly across: string;
  readonly up: string;
}

const WIDTH = 760;
const HEIGHT = 480;
const FRAME: Frame = { left: 64, right: 736, top: 48, bottom: 424 };

/** Draws the chart; both axes begin and end at round numbers. */
export function drawChart(
  { series, markers }: { series: readonly Series[]; markers: readonly Marker[] },
  { title, across, up }: Labels,
): string {
  const points = series.flatMap(({ line, dots }) => [...line, ...dots]);
  const axes = new Axes(FRAME, {
    across: [0, ...points.map(({ x }) => x)],
    up: points.map(({ y }) => y),
  });
  const { left, right, top } = FRAME;
  return drawPicture({ width: WIDTH, height: HEIGHT, title }, [
    drawText(title, { x: left, y: 26, more: 'font-size="15" font-weight="600"' }),
    ...axes.draw(),
    drawText(across, { x: (left + right) / 2, y: HEIGHT - 14, more: 'text-anchor="middle"' }),
    drawText(up, { x: 10, y: top - 8 }),
    ...series.flatMap((one, index) => drawSeries(one, { axes, colour: colourOf(index) })),
    ...markers.map((marker) => drawMarker(marker, axes)),
    ...series.flatMap(({ name, dashed }, index) => {
      const place = { x: left + 16, y: top + 24 + 20 * index };
      return drawLegend(name, { ...place, colour: colourOf(index), dashed });
    }),
  ]);
}

function drawSeries(
  { dashed, line, dots }: Series,
  { axes, colour }: { axes: Axes; colour: string },
): string[] {
  const places = line.map((point) => axes.place(point));
  return [
    ...places.length > 0 ? [drawCurve(places, { colour, dashed })] : [],
    ...places.map((place) => drawDot(place, { colour })),
    ...dots.map((point) => drawDot(axes.place(point), { colour, open: true })),
  ];
}

function drawMarker({ text, above, ...point }: Marker, axes: Axes): string {
  const { x, y } = axes.place(point);
  // Curves rise to the right, so what stands above a point stands to its left as well.
  const anchor = above ? "end" : "middle";
  return drawText(text, {
    x: above ? x + 4 : x,
    y: above ? y - 10 : y + 20,
    more: `text-anchor="${anchor}" font-size="12"`,
  });
}
