/**
 * Which elements are in the window, or near it. Observers tell it; asking for boxes instead costs layouts.
 *
 * @module
 */

/// <reference lib="dom" />

/** Beyond the window's edge, by which images are loaded before they are seen. */
const NEAR = "300px";

/** Those that nobody was told of yet have no entry. */
const seen = new WeakMap<Element, boolean>();
const inWindow = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting);
});

const waiting = new WeakMap<Element, () => void>();
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    waiting.get(target)?.();
  }
}, { rootMargin: NEAR });

/** Begins to watch whether an element is in the window. */
export function watch(element: Element): void {
  inWindow.observe(element);
}

/** Ends all watching of an element. */
export function unwatch(element: Element): void {
  inWindow.unobserve(element);
  near.unobserve(element);
  seen.delete(element);
}

/** Whether a watched element is in the window; `undefined` while that is not known. */
export function isInWindow(element: Element): boolean | undefined {
  return seen.get(element);
}

/** Calls `comesNear` once when an element comes near the window. */
export function whenNear(element: Element, comesNear: () => void): void {
  waiting.set(element, comesNear);
  near.observe(element);
}
