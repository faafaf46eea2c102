/**
 * Commands that believe they speak to a terminal, by way of `script` of util-linux.
 *
 * @module
 */

/** Whether `script` is there and may open a pseudo-terminal. */
export async function canOpenTerminals(): Promise<boolean> {
  try {
    return (await runOnTerminal("true", { cwd: "." })).code === 0;
  } catch {
    return false;
  }
}

/** Runs a shell command to its end, with a terminal of 120 columns for its output. */
export async function runOnTerminal(
  command: string,
  { cwd }: { cwd: string },
): Promise<{ code: number; shown: string }> {
  const { code, stdout } = await new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", `stty cols 120; ${command}`, "/dev/null"],
    cwd,
    stdin: "null",
  }).output();
  return { code, shown: new TextDecoder().decode(stdout) };
}
