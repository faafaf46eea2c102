/**
 * The bytes of a file, as they come in.
 *
 * @module
 */

/** Bytes that a server's word alone makes room for. */
const MOST_AT_ONCE = 2 ** 26;

/** How a file is fetched. */
export interface FetchFileOptions {
  /** Stops it, with its reason. */
  readonly signal: AbortSignal;
  /** Whether cookies go to other servers, too. Default: to the page's own alone. */
  readonly credentials?: RequestCredentials | undefined;
  /** Told of all bytes so far, each time that there are more. The view holds until the next call. */
  readonly onBytes?: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
}

/**
 * Fetches a file.
 *
 * @throws {TypeError} if there is no connection, or the server does not let the page read it; Error if it answers with none.
 */
export async function fetchFile(
  url: URL,
  { signal, credentials = "same-origin", onBytes }: FetchFileOptions,
): Promise<Blob> {
  // A policy may let a page show such addresses, and not fetch them.
  if (url.protocol === "data:") return decodeDataUrl(url.href);
  const response = await fetch(url, { signal, credentials });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`The server answered ${response.status} ${response.statusText}`.trimEnd());
  }
  const stated = Number(response.headers.get("content-length") ?? 0);
  let bytes = new Uint8Array(Math.min(stated || 2 ** 18, MOST_AT_ONCE));
  let length = 0;
  for (const reader = response.body.getReader();;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(2 * (length + value.length));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(value, length);
    length += value.length;
    onBytes?.(bytes.subarray(0, length));
  }
  return new Blob([bytes.subarray(0, length)], { type: "image/png" });
}

function decodeDataUrl(href: string): Blob {
  const comma = href.indexOf(",");
  const text = decodeURIComponent(href.slice(comma + 1));
  const plain = href.slice(0, comma).endsWith(";base64") ? atob(text) : text;
  const bytes = Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}
