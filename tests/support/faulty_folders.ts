/**
 * Folders that nothing, or next to nothing, can be written to.
 *
 * Root may write where permission bits forbid it, so root mounts a file system that is read-only or tiny; others
 * take a folder's permission to be written away.
 *
 * @module
 */

/** A folder that is there until it goes out of scope. */
export interface FaultyFolder extends Disposable {
  readonly path: string;
}

/** Whether this user may mount a file system; tried out, as root in a container may not. */
export const canMount: boolean = tryMounting();

/** Whether {@link openReadOnlyFolder} works for this user. */
export const canOpenReadOnly: boolean = Deno.uid() !== 0 || canMount;

/** A folder that cannot be written to; it holds the texts of `inside` by their names. */
export function openReadOnlyFolder(inside: Readonly<Record<string, string>>): FaultyFolder {
  const mounted = Deno.uid() === 0;
  const path = Deno.makeTempDirSync({ prefix: "nnc-read-only-" });
  if (mounted) mount(path, "size=64k");
  for (const [name, text] of Object.entries(inside)) {
    Deno.writeTextFileSync(`${path}/${name}`, text);
  }
  if (mounted) mount(path, "remount,ro");
  else Deno.chmodSync(path, 0o555);
  return folder(path, { mounted });
}

/** A folder on a disk with room for 16 KiB. */
export function openTinyFolder(): FaultyFolder {
  const path = Deno.makeTempDirSync({ prefix: "nnc-tiny-" });
  mount(path, "size=16k");
  return folder(path, { mounted: true });
}

function tryMounting(): boolean {
  const path = Deno.makeTempDirSync({ prefix: "nnc-mount-" });
  try {
    mount(path, "size=16k");
    folder(path, { mounted: true })[Symbol.dispose]();
    return true;
  } catch {
    Deno.removeSync(path);
    return false;
  }
}

function mount(path: string, options: string): void {
  const args = ["-t", "tmpfs", "-o", options, "tmpfs", path];
  const { success } = new Deno.Command("mount", { args, stderr: "null" }).outputSync();
  if (!success) throw new Error(`A file system could not be mounted at "${path}"`);
}

function folder(path: string, options: { mounted: boolean }): FaultyFolder {
  return {
    path,
    [Symbol.dispose]() {
      if (options.mounted) new Deno.Command("umount", { args: [path] }).outputSync();
      else Deno.chmodSync(path, 0o755);
      Deno.removeSync(path, { recursive: true });
    },
  };
}
