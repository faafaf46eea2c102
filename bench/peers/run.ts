/** Runs a comparison in a process that knows the other libraries by a lock file of its own. @module */

/**
 * Runs a program of this folder and gives the JSON that it prints; what it says meanwhile goes to standard error.
 *
 * @throws {Error} if it fails.
 */
export async function runWithPeers(
  program: string,
  args: readonly string[] = [],
): Promise<unknown> {
  const path = (name: string) => new URL(name, import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--lock", path("deno.lock"), "--frozen", path(program), ...args],
    stdout: "piped",
    stderr: "inherit",
  });
  const { code, stdout } = await command.output();
  if (code !== 0) throw new Error(`The comparison failed: "${program}" ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
