/**
 * The page of a comparison: one file of HTML that holds its pictures and reaches for nothing else.
 *
 * @module
 */

import { displayMetadata } from "../../codec/png/metadata.ts";
import type { Image } from "../../codec/image/image.ts";
import { encodePng } from "../../codec/png/png.ts";
import { escapeHtml } from "../escape_html.ts";
import { formatCount, formatSeconds } from "../figures.ts";
import { AMPLIFICATION, cutCrop, drawDifference, findWorstCrops } from "./difference.ts";
import type { Crop } from "../demo/side_by_side.ts";
import type { ComparedImage } from "./compared_image.ts";
import type { Comparison } from "./measure.ts";
import script from "./page.js" with { type: "text" };
import style from "./page.css" with { type: "text" };

/** Side of the crops, in pixels, and how many are shown. */
const CROPS = { side: 64, count: 6 } as const;

/** Writes the page. */
export async function writePage(comparison: Comparison): Promise<string> {
  const { first, second } = comparison;
  const difference = drawDifference(first.image, second.image);
  const [before, after, amplified] = await Promise.all(
    [first.image, second.image, difference].map(embed),
  );
  const places = findWorstCrops(first.image, second.image, CROPS);
  const crops = await Promise.all(places.map(async (crop) => {
    const images = [first.image, second.image, difference].map((image) => cutCrop(image, crop));
    return { place: describePlace(crop), pictures: await Promise.all(images.map(embed)) };
  }));
  const [one, other] = [escapeHtml(first.path), escapeHtml(second.path)];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${one} and ${other}</title>
<style>
${style}</style>
</head>
<body>
<h1>${one} and ${other}</h1>
${measures(comparison)}
<h2>Side by side</h2>
<div class="both">
<div class="slider">
<img class="under" src="${before}" alt="${one}">
<img class="over" src="${after}" alt="${other}">
<div class="line"></div>
<input type="range" min="0" max="100" value="50" step="0.1" aria-label="How much of ${one} is seen">
</div>
<div class="sides"><span>${one}</span><span>${other}</span></div>
</div>
<h2>Where they differ, ${AMPLIFICATION} times amplified</h2>
<img class="difference" src="${amplified}" alt="The difference">
<h2>What differs most</h2>
${crops.length > 0 ? crops.map(describeCrop).join("\n") : "<p>Nothing: the images are equal.</p>"}
<script>
${script}</script>
</body>
</html>
`;

  function describeCrop({ place, pictures }: typeof crops[number]): string {
    const captions = [one, other, "difference"];
    const figures = pictures.map((picture, index) =>
      `<figure><img src="${picture}" alt=""><figcaption>${captions[index]}</figcaption></figure>`
    );
    return `<p>${place}</p>\n<div class="crops">\n${figures.join("\n")}\n</div>`;
  }
}

function describePlace({ left, top, width, height }: Crop): string {
  return `${width}×${height} pixels at (${left}, ${top})`;
}

function measures(comparison: Comparison): string {
  const { first, second, scores, seconds } = comparison;
  const row = (cells: readonly string[]) =>
    `<tr>${
      cells.map((cell, at) => at === 0 ? `<th>${cell}</th>` : `<td>${cell}</td>`).join("")
    }</tr>`;
  const file = ({ path, image, bytes, seconds }: ComparedImage) => {
    const bits = (8 * bytes / (image.width * image.height)).toFixed(2);
    return row([
      escapeHtml(path),
      `${image.width}×${image.height}`,
      `${formatCount(bytes)} bytes`,
      `${bits} bits per pixel`,
      `read in ${formatSeconds(seconds)}`,
    ]);
  };
  return `<table>
${file(first)}
${file(second)}
</table>
<table>
${scores.map(({ name, text }) => row([name, text])).join("\n")}
${row(["measured in", formatSeconds(seconds)])}
</table>`;
}

/** The image as an address that holds it; with its colours, and no orientation that a browser might apply. */
async function embed(image: Image): Promise<string> {
  const chunks = displayMetadata(image.metadata).chunks.filter(({ type }) =>
    type !== "eXIf" && type !== "pHYs"
  );
  const png = await encodePng({ ...image, metadata: { chunks } }, { effort: "fast" });
  return `data:image/png;base64,${png.toBase64()}`;
}
