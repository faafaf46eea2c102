/**
 * Runs the program as its users do, with the permissions of `deno.json` and no others, in a folder of its own.
 *
 * @module
 */

import "../../platform/deno.ts";
import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import type { NetworkStep } from "../../codec/lattice/within.ts";
import { encodePng } from "../../codec/png/png.ts";
import { NO_METADATA } from "../../codec/image/metadata.ts";
import type { Image } from "../../codec/image/image.ts";
import { encodeCoderFile } from "../../weights/coder_file.ts";
import { encodeNetwork } from "../../weights/network_file.ts";
import { randomCoder } from "./exact_networks.ts";
import { randomNetwork, testInfo } from "./networks.ts";
import { type Outcome, runDeno } from "./run.ts";
import { renderScene } from "./scene.ts";

const ROOT = new URL("../../", import.meta.url);

/** What Deno is given to run the program with some arguments. */
export function nncArguments(args: readonly string[]): string[] {
  const config = new URL("deno.json", ROOT).pathname;
  const program = new URL("nnc.ts", ROOT).pathname;
  return ["run", "--quiet", "--no-prompt", "--config", config, "-P=nnc", program, ...args];
}

/** The command that runs the program with some arguments. */
export function nncCommand(
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: nncArguments(args),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  });
}

/** A folder that is removed when it goes out of scope, and the program run in it. */
export class Workplace implements Disposable {
  /** Path of the folder. */
  readonly folder: string = Deno.makeTempDirSync({ prefix: "nnc-test-" });

  /** Runs the program to its end. */
  async run(...args: string[]): Promise<Outcome> {
    return await runDeno(nncArguments(args), { cwd: this.folder });
  }

  /** Runs the program to its end, which must be that exit status. */
  async exits(status: number, ...args: string[]): Promise<Outcome> {
    const outcome = await this.run(...args);
    assertEquals(outcome.code, status, outcome.stderr);
    return outcome;
  }

  /** Runs the program and interrupts it when standard error says `when`; it must exit for that. Gives all that it said. */
  async interrupt(args: readonly string[], { when }: { when: string }): Promise<string> {
    const child = nncCommand(args, { cwd: this.folder }).spawn();
    const output = new Response(child.stdout).text();
    let said = "";
    let isStruck = false;
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (isStruck || !said.includes(when)) continue;
      child.kill("SIGINT");
      isStruck = true;
    }
    await output;
    assertEquals((await child.status).code, 130, said);
    return said;
  }

  /** Path of a file in the folder. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Everything in the folder and below, sorted. */
  list(below = ""): string[] {
    const names = [...Deno.readDirSync(this.path(below))].map(({ name, isDirectory }) =>
      isDirectory ? this.list(`${below}${name}/`) : [`${below}${name}`]
    );
    return names.flat().sort();
  }

  /** Writes a small scene as a PNG and returns it. */
  async addScene(name: string, options: Parameters<typeof sceneImage>[0] = {}): Promise<Image> {
    const image = sceneImage(options);
    await Deno.writeFile(this.path(name), await encodePng(image, { effort: "fast" }));
    return image;
  }

  /** Writes scenes to train on, each another, and gives their names back. */
  async addPhotos(names: string[]): Promise<string[]> {
    for (const [seed, name] of names.entries()) {
      await this.addScene(name, { width: 96, height: 72, seed });
    }
    return names;
  }

  /** Writes a small network for a lattice step, or for lossy files, so that restoring does not depend on what is shipped. */
  addNetwork(name: string, step: NetworkStep = "quincunx"): void {
    Deno.writeFileSync(this.path(name), encodeNetwork(randomNetwork(step), testInfo(step)));
  }

  /** Writes a small coder for lossy files that nobody trained. */
  addLossyCoder(name: string): void {
    const coder = encodeCoderFile(randomCoder(3), { tier: "own", isLossy: true });
    Deno.writeFileSync(this.path(name), coder);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** A scene as an image. */
export function sceneImage(
  options: { width?: number | undefined; height?: number | undefined; seed?: number | undefined } =
    {},
): Image {
  const { width = 40, height = 30, seed = 1 } = options;
  return { ...renderScene({ width, height, seed }), metadata: NO_METADATA };
}
