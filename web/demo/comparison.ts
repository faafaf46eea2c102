/**
 * Two pictures in one place, divided by a line that can be moved.
 *
 * @module
 */

/// <reference lib="dom" />

/** The pictures that can be compared, by the names of their elements. */
export type Layer = "kept" | "restored" | "original";

const NAMES: Readonly<Record<Layer, string>> = {
  kept: "Kept pixels",
  restored: "Restored",
  original: "Original",
};

/** What a coded file shows to programs that do not know it: too few pixels to be compared with. */
const CODED_NAME = "Preview";

/** Finds an element that the page has. */
export function find<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** The stage with its pictures, its line, and what chooses them. */
export class Comparison {
  readonly #stage = find<HTMLElement>("stage");
  readonly #sheet = find<HTMLElement>("sheet");
  readonly #split = find<HTMLInputElement>("split");
  readonly #sides = {
    left: find<HTMLSelectElement>("left"),
    right: find<HTMLSelectElement>("right"),
  };
  /** What a visitor chose for each side, where it is there. */
  readonly #wanted: { left?: Layer; right?: Layer } = {};
  #width = 0;

  /** Listens to slider, pointer, choices and zoom. */
  constructor() {
    this.offer(["kept", "restored"]);
    this.#split.addEventListener("input", () => this.#cut());
    this.#stage.addEventListener("scroll", () => this.#cut());
    new ResizeObserver(() => this.#cut()).observe(this.#stage);
    for (const side of ["left", "right"] as const) {
      this.#sides[side].addEventListener("change", () => {
        this.#wanted[side] = this.#sides[side].value as Layer;
        this.#arrange();
      });
    }
    for (const radio of document.querySelectorAll<HTMLInputElement>("[name=zoom]")) {
      radio.addEventListener("change", () => this.#zoom(radio.value));
    }
    this.#stage.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#stage.addEventListener("pointermove", (event) => this.#drag(event));
  }

  /** Says which pictures there are, and whether the file is a coded one. */
  offer(layers: readonly Layer[], isCoded = false): void {
    const usual = { left: isCoded ? "original" : "kept", right: "restored" } as const;
    const nameOf = (layer: Layer) => isCoded && layer === "kept" ? CODED_NAME : NAMES[layer];
    for (const side of ["left", "right"] as const) {
      const wishes = [this.#wanted[side], usual[side], layers[0]!];
      const chosen = wishes.find((wish) => wish && layers.includes(wish));
      this.#sides[side].replaceChildren(
        ...layers.map((layer) => new Option(nameOf(layer), layer, false, layer === chosen)),
      );
    }
    this.#arrange();
  }

  /** Makes room for pictures of a size. */
  fit({ width, height }: { readonly width: number; readonly height: number }): void {
    if (width === 0) return;
    this.#width = width;
    this.#sheet.style.setProperty("--ratio", String(width / height));
    const zoom = document.querySelector<HTMLInputElement>("[name=zoom]:checked")!;
    this.#zoom(zoom.value);
  }

  #arrange(): void {
    for (const layer of Object.keys(NAMES)) {
      const { classList } = find(layer);
      classList.toggle("is-left", this.#sides.left.value === layer);
      classList.toggle("is-right", this.#sides.right.value === layer);
    }
  }

  #zoom(value: string): void {
    const scale = value === "fit" ? undefined : Number(value);
    this.#stage.classList.toggle("zoomed", scale !== undefined);
    this.#stage.classList.toggle("magnified", (scale ?? 1) > 1);
    const [centre, middle] = [
      (this.#stage.scrollLeft + this.#stage.clientWidth / 2) / this.#sheet.offsetWidth,
      (this.#stage.scrollTop + this.#stage.clientHeight / 2) / this.#sheet.offsetHeight,
    ];
    this.#sheet.style.width = scale === undefined
      ? ""
      : `${this.#width * scale / devicePixelRatio}px`;
    this.#stage.scrollTo(
      centre * this.#sheet.offsetWidth - this.#stage.clientWidth / 2,
      middle * this.#sheet.offsetHeight - this.#stage.clientHeight / 2,
    );
    this.#cut();
  }

  #drag(event: PointerEvent): void {
    const isTouch = event.pointerType === "touch";
    if (event.buttons !== 1 || (isTouch && this.#stage.classList.contains("zoomed"))) return;
    const { from, to } = this.#visible();
    const share = (event.clientX - from) / (to - from);
    // Beside the pictures lies the scroll bar.
    if (share < 0 || share > 1) return;
    this.#split.value = String(Math.round(100 * share));
    this.#cut();
  }

  /** Where in the window the columns begin and end that can be seen. */
  #visible(): { from: number; to: number } {
    const sheet = this.#sheet.getBoundingClientRect();
    const stage = this.#stage.getBoundingClientRect();
    const end = stage.left + this.#stage.clientWidth;
    return { from: Math.max(sheet.left, stage.left), to: Math.min(sheet.right, end) };
  }

  /** The line stays where it is in the window while the pictures scroll under it. */
  #cut(): void {
    const { from, to } = this.#visible();
    const share = Number(this.#split.value) / 100;
    const at = from - this.#sheet.getBoundingClientRect().left + share * (to - from);
    this.#sheet.style.setProperty("--cut", `${at}px`);
  }
}
