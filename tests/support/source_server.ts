/** A web server that hands out the sources of this project, as a newcomer's `import "https://…/mod.ts"` meets them. @module */

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

/** How a program ended. */
export interface Outcome {
  /** Its exit status. */
  readonly code: number;
  /** What it printed. */
  readonly stdout: string;
  /** What it complained about. */
  readonly stderr: string;
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
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/cache`);
    const npm = await npmCache();
    if (npm) await Deno.symlink(npm, `${folder}/cache/npm`);
    const path = program instanceof URL ? program.href : `${folder}/program.ts`;
    if (typeof program === "string") await Deno.writeTextFile(path, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-config", ...flags, path, ...args],
      cwd: cwd ?? folder,
      env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function npmCache(): Promise<string | undefined> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return (await Deno.stat(npmCache).catch(() => undefined))?.isDirectory ? npmCache : undefined;
}
