/**
 * A short name for a long text: what is remembered of shaders is forgotten when they change.
 *
 * @module
 */

/** The first eight bytes of a text's SHA-256, in hexadecimal digits. */
export async function shortDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest, 0, 8).toHex();
}
