/** Programs that are run to their end, and what they said. @module */

/** What a program left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without input. */
export async function run(program: string, options: Deno.CommandOptions = {}): Promise<Outcome> {
  const command = new Deno.Command(program, { stdin: "null", ...options });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs this Deno, without colours. */
export async function runDeno(
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Outcome> {
  const env = { NO_COLOR: "1", ...options.env };
  return await run(Deno.execPath(), { ...options, args: [...args], env });
}

/** Whether there is such a program on this machine. */
export async function isInstalled(program: string): Promise<boolean> {
  return (await run("sh", { args: ["-c", 'command -v "$0"', program] })).code === 0;
}
