/**
 * `<nnc-image>`: an NNC file on a page. Its own picture is there at once, in the original's shape; the restored one takes its
 * place.
 *
 * @module
 */

/// <reference lib="dom" />

import type { Size } from "../codec/lattice/raster.ts";
import { chooseAddress } from "./element_source.ts";
import { adoptStyle, sizeRule } from "./element_style.ts";
import type { Picture } from "./jobs.ts";
import { load, type Viewer } from "./loading.ts";
import { Restorer } from "./restorer.ts";
import { ShownImage, type ShowOptions } from "./shown_image.ts";
import { isInWindow, unwatch, watch, whenNear } from "./visibility.ts";

const LOADED_BY = ["src", "srcset", "sizes", "tier", "loading", "crossorigin"];
const PASSED_ON = ["alt", "decoding"];
const SIZED_BY = ["width", "height"];

const restorer = new Restorer(new URL("./image_worker.js", import.meta.url));

/**
 * The element. Attributes: `src`, `srcset`, `sizes`, `alt`, `width`, `height`, `loading`, `crossorigin` and `decoding` as
 * `<img>` has them, and `tier`. Events: `preview`, `progress` (a ProgressEvent), `load`, `error` (an ErrorEvent).
 */
export class NncImage extends HTMLElement {
  /** The attributes that it listens to. */
  static readonly observedAttributes: readonly string[] = [LOADED_BY, PASSED_ON, SIZED_BY].flat();

  readonly #image = new ShownImage();
  readonly #rules: CSSStyleSheet;
  #loading: AbortController | undefined;
  #isDue = false;
  #isNear = false;
  #file: Blob | undefined;
  #natural: Size | undefined;
  #isBroken = false;
  /** Whether something of the present source is seen, rather than of the one before. */
  #isSeen = false;
  #picture: Picture | undefined;
  #source = "";

  /** Makes an empty one. */
  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    this.#rules = adoptStyle(shadow);
    this.#image.element.setAttribute("part", "image");
    shadow.append(this.#image.element);
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
    watch(this);
    if (!this.#picture || !this.#image.remember()) this.#schedule();
  }

  /** Called by the browser. */
  disconnectedCallback(): void {
    unwatch(this);
    // One that was moved is connected again before this turn ends.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#loading?.abort();
      this.#image.forget();
    });
  }

  /** Called by the browser. */
  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (before === value) return;
    if (PASSED_ON.includes(name)) {
      if (value === null) this.#image.element.removeAttribute(name);
      else this.#image.element.setAttribute(name, value);
    } else if (SIZED_BY.includes(name)) this.#resize();
    else this.#schedule();
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
    const source = this.#file ?? chooseAddress(this);
    if (!source) return this.#clear();
    if (this.getAttribute("loading") === "lazy" && !this.#isNear) {
      return whenNear(this, () => {
        this.#isNear = true;
        this.#schedule();
      });
    }
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
        isUrgent: () => isInWindow(this) ?? false,
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!this.#isSeen) this.#break();
      const message = error instanceof Error ? error.message : String(error);
      this.dispatchEvent(new ErrorEvent("error", { error, message }));
    }
  }

  #viewer(signal: AbortSignal): Viewer {
    return {
      size: (size) => {
        this.#natural = size;
        this.#isBroken = false;
        this.#resize();
      },
      preview: async (png) => {
        this.#take(await this.#image.show(png, this.#how(signal)));
        if (!signal.aborted) this.dispatchEvent(new Event("preview"));
      },
      showUnread: async (url) => {
        this.#take(await this.#image.showAddress(url.href, this.#how(signal)));
        if (!signal.aborted) this.dispatchEvent(new Event("preview"));
      },
      restored: async (picture) => {
        this.#natural = picture;
        this.#take(await this.#image.show(picture.png, this.#how(signal)));
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

  #how(signal: AbortSignal): ShowOptions {
    return { signal, isHidden: isInWindow(this) === false };
  }

  /** Something of the present source is seen now. */
  #take(size: Size): void {
    this.#natural ??= size;
    this.#isBroken = false;
    this.#isSeen = true;
    this.#resize();
  }

  #resize(): void {
    this.#rules.replaceSync(sizeRule({
      width: this.getAttribute("width"),
      height: this.getAttribute("height"),
      natural: this.#natural,
      isBroken: this.#isBroken,
    }));
  }

  #break(): void {
    this.#image.break();
    this.#isBroken = true;
    this.#resize();
  }

  #clear(): void {
    this.#image.clear();
    this.#natural = undefined;
    this.#picture = undefined;
    this.#source = "";
    this.#resize();
  }
}
