/**
 * What a service worker needs of its global scope; types of pages have another one.
 *
 * @module
 */

/// <reference lib="dom" />

/** The scope. */
export interface ServiceScope {
  /** Listens to what happens to the worker, or is asked of it. */
  addEventListener(
    type: "install" | "activate" | "fetch",
    listen: (event: ServiceEvent) => void,
  ): void;
  /** Takes the place of an older worker at once. */
  skipWaiting(): Promise<void>;
  /** The pages that it works for. */
  readonly clients: { claim(): Promise<void> };
}

/** What a service worker is told. */
export interface ServiceEvent {
  /** What a page asks for. */
  readonly request: Request;
  /** Keeps the worker alive until that is done. */
  waitUntil(work: Promise<unknown>): void;
  /** Answers the page. */
  respondWith(response: Promise<Response>): void;
}

/** The scope that this module runs in. */
export const scope: ServiceScope = self as unknown as ServiceScope;
