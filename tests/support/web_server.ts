/** Serves what browsers are given, under the strictest policy that it works with. @module */

import { buildWebSite, listFiles } from "./web_site.ts";
import type { BrowserTestOptions } from "./browser.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

/** Nothing from elsewhere, nothing inline, nothing evaluated; restored images are blobs. */
const STRICT_POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; " +
  "connect-src 'self'; img-src 'self' blob: data: http://localhost:*; style-src 'self'; manifest-src 'self'";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  css: "text/css",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};

/** A page with this in its body, and `<nnc-image>` defined. */
export function pageWith(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Test</title>
<link rel="stylesheet" href="/page.css"><script type="module" src="/nnc_image.js"></script><body>${body}</body></html>`;
}

/** What a server of the site answers; `pages` come first, by path, and all under `policy`. */
export async function serveWebSite(
  pages: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>,
  { policy = STRICT_POLICY }: { readonly policy?: string } = {},
): Promise<BrowserTestOptions> {
  files ??= readWebSite();
  const site: Record<string, string | Uint8Array<ArrayBuffer>> = {
    "/favicon.ico": "",
    "/page.css": "",
    ...await files,
    ...pages,
  };
  return {
    // deno-lint-ignore require-await
    serve: async (request) => {
      const { pathname } = new URL(request.url);
      const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
      const body = site[pathname] ?? site[path];
      if (body === undefined) return undefined;
      const ending = path.slice(path.lastIndexOf(".") + 1);
      return new Response(body, {
        headers: {
          "content-type": TYPES[ending] ?? "application/octet-stream",
          "content-security-policy": policy,
        },
      });
    },
  };
}

let files: Promise<Record<string, Uint8Array<ArrayBuffer>>> | undefined;

/** The files of the site, by path. */
async function readWebSite(): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  using folder = new TemporaryFolder();
  await buildWebSite(folder.path);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const path of await listFiles(folder.path, "")) {
    files[`/${path}`] = await Deno.readFile(`${folder.path}/${path}`);
  }
  return files;
}
