/**
 * Which file an `<nnc-image>` shows: by `srcset`, `sizes` and `src`, as `<img>` picks it.
 *
 * @module
 */

/// <reference lib="dom" />

import { parseSrcset, pickCandidate } from "./candidates.ts";

/** Address of the file that an element's attributes ask for; `undefined` where they ask for none, or it makes no sense. */
export function chooseAddress(element: HTMLElement): URL | undefined {
  const candidates = parseSrcset(element.getAttribute("srcset") ?? "");
  const width = measure(element) || innerWidth;
  const picked = pickCandidate(candidates, { width, density: devicePixelRatio });
  const address = picked?.url ?? element.getAttribute("src") ?? "";
  if (address === "") return undefined;
  try {
    return new URL(address, element.baseURI);
  } catch {
    return undefined;
  }
}

/** Columns of the page that the image takes: by `sizes`, by what is stated, or as it lies there. */
function measure(element: HTMLElement): number {
  for (const part of (element.getAttribute("sizes") ?? "").split(",")) {
    const [, media, length] = /^\s*(?:(\(.*\))\s+)?(\S.*?)\s*$/.exec(part) ?? [];
    if (!length || length === "auto" || (media && !matchMedia(media).matches)) continue;
    const ruler = document.createElement("div");
    ruler.style.cssText = "position:absolute;visibility:hidden";
    ruler.style.width = length;
    element.shadowRoot!.append(ruler);
    const { width } = ruler.getBoundingClientRect();
    ruler.remove();
    if (width > 0) return width;
  }
  return element.getBoundingClientRect().width;
}
