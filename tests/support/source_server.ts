/** A web server that hands out the sources of this project, as a newcomer's `import "https://…/mod.ts"` meets them. @module */

import { type Outcome, runDeno } from "./run.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  ts: "application/typescript",
  wgsl: "text/plain",
  json: "application/json",
  safetensors: "application/octet-stream",
};

/** A running server. */
export interface SourceServer extends AsyncDisposable {
  /** Host and port, as permissions name them. */
  readonly host: string;
  /** The address of a path below the root. */
  readonly urlOf: (path: string) => string;
  /** The paths that were asked for so far. */
  readonly requested: ReadonlySet<string>;
}

/** Starts a server on a free local port. `instead` replaces files by path; `undefined` there means not found. */
export function serveSources(
  instead: ReadonlyMap<string, Uint8Array<ArrayBuffer> | undefined> = new Map(),
): SourceServer {
  const requested = new Set<string>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const path = new URL(request.url).pathname.slice(1);
      requested.add(path);
      try {
        const body = instead.has(path)
          ? instead.get(path)
          : await Deno.readFile(new URL(path, ROOT));
        const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
        if (body) return new Response(body, { headers: { "content-type": type } });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      return new Response("not found", { status: 404 });
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    host,
    urlOf: (path) => `http://${host}/${path}`,
    requested,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/**
 * Runs a program in a Deno that has never seen the sources: its module cache is empty but for npm packages, which are
 * those of this process, so that no test waits for a registry.
 *
 * @param program source text, or the address of a module
 */
export async function runColdly(
  program: string | URL,
  { flags, args = [], cwd }: {
    flags: readonly string[];
    args?: readonly string[] | undefined;
    cwd?: string | undefined;
  },
): Promise<Outcome> {
  using folder = new TemporaryFolder();
  await Deno.mkdir(`${folder.path}/cache`);
  const npm = await npmCache();
  if (npm) await Deno.symlink(npm, `${folder.path}/cache/npm`);
  const path = program instanceof URL ? program.href : `${folder.path}/program.ts`;
  if (typeof program === "string") await Deno.writeTextFile(path, program);
  return await runDeno(["run", "--no-prompt", "--no-config", ...flags, path, ...args], {
    cwd: cwd ?? folder.path,
    env: { DENO_DIR: `${folder.path}/cache` },
  });
}

async function npmCache(): Promise<string | undefined> {
  const { npmCache } = JSON.parse((await runDeno(["info", "--json"])).stdout);
  return (await Deno.stat(npmCache).catch(() => undefined))?.isDirectory ? npmCache : undefined;
}
