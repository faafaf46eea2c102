/** Makes `web/dist/`, which is all that a web server needs: `deno task web`. @module */

import { buildWebSite } from "./support/web_site.ts";

const folder = new URL("../web/dist/", import.meta.url).pathname;
await Deno.remove(folder, { recursive: true }).catch(() => {});
await buildWebSite(folder);
console.log(`Made "${folder}"; try it with: python3 -m http.server -d web/dist`);
