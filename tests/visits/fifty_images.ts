/** What a page of fifty photos takes while all of them are restored and looked at. @module */

/// <reference lib="dom" />

import { compress, encodePng, type Image, NO_METADATA } from "../../mod.ts";
import { renderScene } from "../support/scene.ts";
import { pageWith, serveWebSite } from "../support/web_server.ts";
import { visitAlone } from "./chromium_alone.ts";

const COUNT = 50;

/** 0.4 megapixels, as of the photos of the Kodak suite. */
const SIZE = { width: 768, height: 512 };

/** Bits of grain: as much as makes files of a photo's size. */
const GRAIN_BITS = 3;

/** What the page has: NNC files, PNGs of all their pixels, or nothing. */
export type Kind = "nnc" | "png" | "none";

/**
 * Loads a page of fifty, scrolls through it while it is still loading, and twice when all is there.
 *
 * @returns the most MiB that the page's process took
 */
export async function lookAtFifty(kind: Kind): Promise<number> {
  const files = kind === "none" ? {} : await photos(kind);
  const tag = (path: string) =>
    kind === "nnc"
      ? `<nnc-image src="${path}" tier="draft"></nnc-image><br>`
      : `<img src="${path}"><br>`;
  const site = await serveWebSite({
    ...files,
    "/": pageWith(
      `${Object.keys(files).map(tag).join("")}<script type="module" src="/look.js"></script>`,
    ),
    "/look.js": `(${look})(${SIZE.height})`,
  });
  return (await visitAlone(site.serve!)).peak;
}

/** Runs in the page. */
async function look(edge: number): Promise<void> {
  const images = [...document.querySelectorAll<HTMLImageElement>("img, nnc-image")];
  const wait = (milliseconds: number) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  const until = async (isTrue: (image: HTMLImageElement) => boolean) => {
    while (!images.every(isTrue)) await wait(200);
  };
  const scroll = async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += edge) {
      scrollTo(0, top);
      await wait(150);
    }
  };
  await until(({ naturalWidth }) => naturalWidth > 0);
  await scroll();
  await until(({ complete }) => complete);
  await scroll();
  await scroll();
  await fetch("/noted", { method: "POST", body: "null" });
}

/** Photos that differ, so that none is known from another one. */
async function photos(kind: Kind): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const scene = renderScene(SIZE);
  const write = kind === "nnc" ? compress : encodePng;
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (let index = 0; index < COUNT; index++) {
    let state = index;
    const data = scene.data.map((level) => {
      state = Math.imul(state, 1664525) + 1013904223 >>> 0;
      return level ^ state >>> 32 - GRAIN_BITS;
    });
    const photo: Image = { ...scene, data, metadata: NO_METADATA };
    files[`/${index}.${kind}`] = await write(photo, { effort: "fast" }) as Uint8Array<ArrayBuffer>;
  }
  return files;
}
