/**
 * Restored images, kept from visit to visit in the Cache API: by the file's own bytes, so that a file that changes under its
 * address is drawn anew.
 *
 * @module
 */

/** Changes when what is drawn does, or how it is kept. */
const CACHE = "nnc images 1";

/** Images that are kept at most; the oldest give way. */
const MOST_IMAGES = 200;

/** Bytes above which an image is not kept. */
const MOST_BYTES = 32 * 2 ** 20;

/** Address by which the result for a file is known; `undefined` where nothing can be kept. */
export async function resultKey(
  file: Uint8Array<ArrayBuffer>,
  tier: string,
): Promise<string | undefined> {
  // Both are for secure pages alone.
  if (!globalThis.caches || !crypto.subtle) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  const name = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `https://nnc.invalid/${name}/${encodeURIComponent(tier)}`;
}

/** The PNG that was kept, if there is one. */
export async function recallResult(key: string | undefined): Promise<Blob | undefined> {
  if (key === undefined) return undefined;
  try {
    const kept = await (await caches.open(CACHE)).match(key);
    return await kept?.blob();
  } catch {
    return undefined;
  }
}

/** Keeps a PNG. A full disk is no reason to fail. */
export async function keepResult(key: string | undefined, png: Blob): Promise<void> {
  if (key === undefined || png.size > MOST_BYTES) return;
  try {
    const cache = await caches.open(CACHE);
    await cache.put(key, new Response(png));
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST_IMAGES))) {
      await cache.delete(old);
    }
  } catch {
    // It is drawn again the next time.
  }
}
