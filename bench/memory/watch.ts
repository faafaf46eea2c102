/** What a program took: processes are watched through /proc, so this needs Linux. @module */

/** What a process took. */
export interface Taken {
  /** Seconds by the clock on the wall. */
  readonly wall: number;
  /** Seconds by all of its threads. */
  readonly cpu: number;
  /** The most bytes that were resident at once. */
  readonly peak: number;
}

/** Milliseconds between looks; a process is looked at last up to so long before its end. */
const INTERVAL = 10;

/** Ticks of a second in /proc. */
const TICKS = 100;

/**
 * Runs a program of this project to its end.
 *
 * @throws {Error} if it fails.
 */
export function watchProgram(args: readonly string[]): Promise<Taken> {
  return watchCommand(Deno.execPath(), { args: ["run", "-A", ...args] });
}

/**
 * Runs any program to its end, with `env` added to the environment. Where there is no /proc, only `wall` is known.
 *
 * @throws {Error} if it fails.
 */
export async function watchCommand(
  program: string,
  { args, env = {} }: { args: readonly string[]; env?: Record<string, string> | undefined },
): Promise<Taken> {
  const start = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const looked = { cpu: 0, peak: 0 };
  const look = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      looked.peak = 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? looked.peak / 1024);
      const fields = Deno.readTextFileSync(`/proc/${child.pid}/stat`).split(") ").at(-1)!.split(
        " ",
      );
      looked.cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
    } catch {
      // It has ended.
    }
  }, INTERVAL);
  try {
    const { code, stderr } = await child.output();
    const wall = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    return { wall, ...looked };
  } finally {
    clearInterval(look);
  }
}
