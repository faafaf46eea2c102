/**
 * The ways by which a visitor hands in a file: chosen, dropped anywhere, or pasted.
 *
 * @module
 */

/// <reference lib="dom" />

import { find } from "./comparison.ts";

/** Calls `take` with each file that is handed in. */
export function takeFiles(take: (file: File) => void): void {
  const takeFirst = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file) take(file);
  };
  const input = find<HTMLInputElement>("file");
  input.addEventListener("change", () => {
    takeFirst(input.files);
    // So that the same file can be chosen again.
    input.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    takeFirst(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => takeFirst(event.clipboardData?.files));
}
