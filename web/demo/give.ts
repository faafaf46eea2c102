/**
 * Files as what elements show or save.
 *
 * @module
 */

/// <reference lib="dom" />

const addresses = new Map<HTMLElement, string>();

/** Gives an element the address of a file, or of none, and lets go of the one that it had. `name` is what it is saved as. */
export function give(
  element: HTMLImageElement | HTMLAnchorElement,
  file: Blob | undefined,
  name = "",
): void {
  const before = addresses.get(element);
  if (before !== undefined) URL.revokeObjectURL(before);
  addresses.delete(element);
  const attribute = element instanceof HTMLImageElement ? "src" : "href";
  if (!file) return element.removeAttribute(attribute);
  const address = URL.createObjectURL(file);
  addresses.set(element, address);
  element.setAttribute(attribute, address);
  if (element instanceof HTMLAnchorElement) element.download = name;
}
