/** What a browser is given of the sources: modules with all that they import in one file. @module */

import { runDeno } from "./run.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * Bundles a module for browsers, with its shaders inside.
 *
 * @param module a path below the root, or the text of a module; its `import "ROOT/…"` are from the root
 * @throws {Error} with what `deno bundle` says, if it fails.
 */
export async function bundleForBrowsers(
  module: { readonly path: string } | { readonly text: string },
): Promise<string> {
  using folder = new TemporaryFolder();
  const entry = "path" in module ? module.path : `${folder.path}/entry.ts`;
  if ("text" in module) {
    await Deno.writeTextFile(entry, module.text.replaceAll('"ROOT/', `"${ROOT.href}`));
  }
  const output = `${folder.path}/bundle.js`;
  const flags = ["--quiet", "--frozen", "--platform", "browser", "--output", output];
  const config = ["--config", new URL("deno.json", ROOT).pathname];
  const { code, stderr } = await runDeno(["bundle", ...config, ...flags, entry], { cwd: ROOT });
  if (code !== 0) throw new Error(`deno bundle failed: ${stderr}`);
  return await Deno.readTextFile(output);
}
