/** What a browser is given of the sources: modules with all that they import in one file. @module */

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
  const folder = await Deno.makeTempDir();
  try {
    const entry = "path" in module ? module.path : `${folder}/entry.ts`;
    if ("text" in module) {
      await Deno.writeTextFile(entry, module.text.replaceAll('"ROOT/', `"${ROOT.href}`));
    }
    const output = `${folder}/bundle.js`;
    const flags = ["--quiet", "--frozen", "--platform", "browser", "--output", output];
    const config = ["--config", new URL("deno.json", ROOT).pathname];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["bundle", ...config, ...flags, entry],
      cwd: ROOT,
      stdin: "null",
    }).output();
    if (code !== 0) throw new Error(`deno bundle failed: ${new TextDecoder().decode(stderr)}`);
    return await Deno.readTextFile(output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
