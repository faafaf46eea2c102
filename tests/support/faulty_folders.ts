/**
 * Folders that nothing, or next to nothing, can be written to.
 *
 * Root may write where permission bits forbid it, so root mounts a file system that is read-only or tiny; others
 * take a folder's permission to be written away. Where neither works there is no such folder.
 *
 * @module
 */

/** A folder that is there until it goes out of scope. */
export interface FaultyFolder extends Disposable {
  readonly path: string;
}

/** A folder that cannot be written to; it holds `inside`. */
export function openReadOnlyFolder(
  inside: Readonly<Record<string, string>>,
): FaultyFolder | undefined {
  const path = Deno.makeTempDirSync({ prefix: "nnc-read-only-" });
  if (Deno.uid() === 0 && !mount(path, "size=64k")) {
    Deno.removeSync(path);
    return undefined;
  }
  for (const [name, text] of Object.entries(inside)) {
    Deno.writeTextFileSync(`${path}/${name}`, text);
  }
  if (Deno.uid() === 0) mount(path, "remount,ro");
  else Deno.chmodSync(path, 0o555);
  return folder(path, { mounted: Deno.uid() === 0 });
}

/** A folder on a disk with room for 16 KiB. */
export function openTinyFolder(): FaultyFolder | undefined {
  const path = Deno.makeTempDirSync({ prefix: "nnc-tiny-" });
  if (mount(path, "size=16k")) return folder(path, { mounted: true });
  Deno.removeSync(path);
  return undefined;
}

function mount(path: string, options: string): boolean {
  try {
    const args = ["-t", "tmpfs", "-o", options, "tmpfs", path];
    const { success } = new Deno.Command("mount", { args, stderr: "null" }).outputSync();
    return success;
  } catch {
    return false;
  }
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
