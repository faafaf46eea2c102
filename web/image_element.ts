/**
 * `<nnc-image>`: an NNC file on a page. Its own picture is there at once, in the original's shape; the restored one takes its
 * place.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Size } from "../codec/lattice/raster.ts";
import { parseSrcset, pickCandidate } from "./candidates.ts";
import { adoptStyle, sizeRule } from "./element_style.ts";
import type { Picture } from "./jobs.ts";
import { load, type Viewer } from "./loading.ts";
import { Restorer } from "./restorer.ts";

/** Beyond the window's edge, by which images are loaded before they are seen. */
const NEAR = "300px";

const LOADED_BY = ["src", "srcset", "sizes", "tier", "loading", "crossorigin"];
const PASSED_ON = ["alt", "decoding"];
const SIZED_BY = ["width", "height"];

const restorer = new Restorer(new URL("./image_worker.js", import.meta.url));

/** An address of no picture, in place of which browsers show an image's text. */
const NO_PICTURE = "data:,";

/** Which elements are in the window; those that nobody was told of yet have no entry. Asking for boxes instead costs layouts. */
const seen = new WeakMap<Element, boolean>();
const inWindow = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting);
});

/** Tells elements with `loading="lazy"` that they come near. */
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    (target as NncImage).comesNear();
  }
}, { rootMargin: NEAR });

/**
 * The element. Attributes: `src`, `srcset`, `sizes`, `alt`, `width`, `height`, `loading`, `crossorigin` and `decoding` as
 * `<img>` has them, and `tier`. Events: `preview`, `progress` (a ProgressEvent), `load`, `error` (an ErrorEvent).
 */
export class NncImage extends HTMLElement {
  /** The attributes that it listens to. */
  static readonly observedAttributes: readonly string[] = [
    ...LOADED_BY,
    ...PASSED_ON,
    ...SIZED_BY,
  ];

  readonly #image: HTMLImageElement = document.createElement("img");
  readonly #rules: CSSStyleSheet;
  #loading: AbortController | undefined;
  #isDue = false;
  #isNear = false;
  #file: Blob | undefined;
  #natural: Size | undefined;
  #isBroken = false;
  /** Whether something of the present source is seen, rather than of the one before. */
  #isSeen = false;
  #shown: Blob | undefined;
  #picture: Picture | undefined;
  #source = "";

  /** Makes an empty one. */
  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    this.#rules = adoptStyle(shadow);
    this.#image.setAttribute("part", "image");
    shadow.append(this.#image);
  }

  /** The restored image, what drew it and how long it took; `undefined` before `load`. */
  get picture(): Picture | undefined {
    return this.#picture;
  }

  /** Whether the restored image is shown. */
  get complete(): boolean {
    return this.#picture !== undefined;
  }

  /** Address of the file that was chosen; empty for one that was handed in. */
  get currentSrc(): string {
    return this.#source;
  }

  /** Columns of the original; 0 while they are not known. */
  get naturalWidth(): number {
    return this.#natural?.width ?? 0;
  }

  /** Rows of the original; 0 while they are not known. */
  get naturalHeight(): number {
    return this.#natural?.height ?? 0;
  }

  /** A file that is there already, in place of `src`. */
  get srcObject(): Blob | undefined {
    return this.#file;
  }

  set srcObject(file: Blob | undefined) {
    this.#file = file;
    this.#schedule();
  }

  /** The attribute `src`. */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }

  set src(value: string) {
    this.setAttribute("src", value);
  }

  /** The attribute `alt`. */
  get alt(): string {
    return this.getAttribute("alt") ?? "";
  }

  set alt(value: string) {
    this.setAttribute("alt", value);
  }

  /** Called by the browser. */
  connectedCallback(): void {
    inWindow.observe(this);
    if (this.#shown && this.#picture) this.#image.src = URL.createObjectURL(this.#shown);
    else this.#schedule();
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    near.unobserve(this);
    inWindow.unobserve(this);
    seen.delete(this);
    // One that was moved is connected again before this turn ends.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#loading?.abort();
      this.#forget();
    });
  }

  /** Called by the browser. */
  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (before === value) return;
    if (PASSED_ON.includes(name)) {
      if (value === null) this.#image.removeAttribute(name);
      else this.#image.setAttribute(name, value);
    } else if (SIZED_BY.includes(name)) this.#resize();
    else this.#schedule();
  }

  /** Called when an element that waited comes near the window. */
  comesNear(): void {
    this.#isNear = true;
    this.#schedule();
  }

  /** Starts anew, once for all attributes that are set in one turn. */
  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.isConnected) this.#start();
    });
  }

  #start(): void {
    this.#loading?.abort();
    const source = this.#choose();
    if (!source) return this.#clear();
    if (this.getAttribute("loading") === "lazy" && !this.#isNear) return near.observe(this);
    const loading = new AbortController();
    this.#loading = loading;
    this.#picture = undefined;
    this.#natural = undefined;
    this.#isSeen = false;
    this.#source = source instanceof URL ? source.href : "";
    this.#run(source, loading.signal);
  }

  async #run(source: URL | Blob, signal: AbortSignal): Promise<void> {
    try {
      await load(source, this.#viewer(signal), {
        signal,
        restorer,
        tier: this.getAttribute("tier") ?? "auto",
        credentials: this.getAttribute("crossorigin") === "use-credentials"
          ? "include"
          : "same-origin",
        isUrgent: () => seen.get(this) ?? false,
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!this.#isSeen) this.#break();
      const message = error instanceof Error ? error.message : String(error);
      this.dispatchEvent(new ErrorEvent("error", { error, message }));
    }
  }

  #choose(): URL | Blob | undefined {
    if (this.#file) return this.#file;
    const candidates = parseSrcset(this.getAttribute("srcset") ?? "");
    const width = this.#measure() || innerWidth;
    const picked = pickCandidate(candidates, { width, density: devicePixelRatio });
    const address = picked?.url ?? this.src;
    if (address === "") return undefined;
    try {
      return new URL(address, this.baseURI);
    } catch {
      return undefined;
    }
  }

  /** Columns of the page that the image takes: by `sizes`, by what is stated, or as it lies there. */
  #measure(): number {
    for (const part of (this.getAttribute("sizes") ?? "").split(",")) {
      const [, media, length] = /^\s*(?:(\(.*\))\s+)?(\S.*?)\s*$/.exec(part) ?? [];
      if (!length || length === "auto" || (media && !matchMedia(media).matches)) continue;
      const ruler = document.createElement("div");
      ruler.style.cssText = "position:absolute;visibility:hidden";
      ruler.style.width = length;
      this.shadowRoot!.append(ruler);
      const { width } = ruler.getBoundingClientRect();
      ruler.remove();
      if (width > 0) return width;
    }
    return this.getBoundingClientRect().width;
  }

  #viewer(signal: AbortSignal): Viewer {
    return {
      size: (size) => {
        this.#natural = size;
        this.#isBroken = false;
        this.#resize();
      },
      preview: async (png) => {
        await this.#show(png, signal);
        if (!signal.aborted) this.dispatchEvent(new Event("preview"));
      },
      showUnread: async (url) => {
        await this.#showAddress(url.href, signal);
        if (!signal.aborted) this.dispatchEvent(new Event("preview"));
      },
      restored: async (picture) => {
        this.#natural = picture;
        await this.#show(picture.png, signal);
        if (signal.aborted) return;
        this.#picture = picture;
        this.#resize();
        this.dispatchEvent(new Event("load"));
      },
      progress: (loaded, total) => {
        if (signal.aborted) return;
        this.dispatchEvent(
          new ProgressEvent("progress", { lengthComputable: true, loaded, total }),
        );
      },
    };
  }

  async #show(png: Blob, signal: AbortSignal): Promise<void> {
    const address = URL.createObjectURL(png);
    try {
      await this.#showAddress(address, signal);
      this.#shown = png;
    } catch (error) {
      URL.revokeObjectURL(address);
      throw error;
    }
  }

  /** Decoded before it takes the place of what is shown, so that nothing flickers; not where nobody sees it, to save memory. */
  async #showAddress(address: string, signal: AbortSignal): Promise<void> {
    const next = new Image();
    next.src = address;
    try {
      await (seen.get(this) === false ? loaded(next) : next.decode());
    } catch (cause) {
      signal.throwIfAborted();
      throw new Error("The picture cannot be shown: it could not be loaded, or is damaged", {
        cause,
      });
    }
    signal.throwIfAborted();
    this.#natural ??= { width: next.naturalWidth, height: next.naturalHeight };
    this.#isBroken = false;
    this.#isSeen = true;
    this.#resize();
    this.#forget();
    this.#image.src = address;
  }

  #resize(): void {
    this.#rules.replaceSync(sizeRule({
      width: this.getAttribute("width"),
      height: this.getAttribute("height"),
      natural: this.#natural,
      isBroken: this.#isBroken,
    }));
  }

  /** Lets go of an address that was made; what is shown stays shown. */
  #forget(): void {
    const address = this.#image.getAttribute("src") ?? "";
    if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  }

  /** Shows the image's text, as an `<img>` does that cannot be loaded. */
  #break(): void {
    this.#forget();
    this.#shown = undefined;
    this.#isBroken = true;
    this.#image.src = NO_PICTURE;
    this.#resize();
  }

  #clear(): void {
    this.#forget();
    this.#image.removeAttribute("src");
    this.#natural = undefined;
    this.#shown = undefined;
    this.#picture = undefined;
    this.#source = "";
    this.#resize();
  }
}

/** Waits until the bytes of an image are there. */
function loaded(image: HTMLImageElement): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  image.onload = () => resolve();
  image.onerror = reject;
  return promise;
}
