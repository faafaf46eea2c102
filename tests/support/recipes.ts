/** The recipes of documents: their blocks of code, and a machine to run them on, which has the program on its PATH. @module */

import { isInstalled, type Outcome, run, runDeno } from "./run.ts";
import { nncArguments, Workplace } from "./run_nnc.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * The blocks of a document whose fence begins so.
 *
 * @param fence the language, and a name where there is one: `sh parallel`
 */
export function blocksOf(document: string, fence: string): string[] {
  const text = Deno.readTextFileSync(new URL(document, ROOT));
  const fences = text.matchAll(/^```([^\n]+)\n(.*?)^```$/gms);
  return [...fences].filter((match) => match[1] === fence).map((match) => match[2]!);
}

/** A folder to run recipes in. */
export class Kitchen extends Workplace {
  /** What recipes are run with. */
  readonly env: Record<string, string>;

  private constructor(modules: string) {
    super();
    Deno.mkdirSync(this.path("bin"));
    Deno.mkdirSync(this.path("run"), { mode: 0o700 });
    const words = [Deno.execPath(), ...nncArguments([])].map((word) => `'${word}'`).join(" ");
    Deno.writeTextFileSync(this.path("bin/nnc"), `#!/bin/sh\nexec ${words} "$@"\n`, {
      mode: 0o755,
    });
    this.env = {
      PATH: `${this.folder}/bin:${Deno.env.get("PATH")}`,
      HOME: this.folder,
      NO_COLOR: "1",
      // What the launcher sets up.
      DENO_DIR: modules,
      DENO_WEBGPU_BACKEND: "vulkan",
      XDG_RUNTIME_DIR: this.path("run"),
    };
  }

  /** Opens one, with the program on the PATH. */
  static async open(): Promise<Kitchen> {
    const { stdout } = await runDeno(["info", "--json"]);
    return new Kitchen(JSON.parse(stdout).denoDir);
  }

  /** Runs a recipe in a shell. */
  async cook(recipe: string, env: Record<string, string> = {}): Promise<Outcome> {
    return await this.call("sh", ["-euc", recipe], env);
  }

  /** Runs a program; it is ended where it takes longer than a minute. */
  async call(program: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
    return await run(program, {
      args,
      cwd: this.folder,
      clearEnv: true,
      env: { ...this.env, ...env },
      signal: AbortSignal.timeout(60_000),
    });
  }
}

/** Whether a program is there, and what it prints by some arguments matches. */
export async function hasProgram(
  program: string,
  args: string[],
  pattern: RegExp,
): Promise<boolean> {
  if (!await isInstalled(program)) return false;
  const { stdout, stderr } = await run(program, { args });
  return pattern.test(stdout + stderr);
}
