/**
 * Writes files so that there is the old one, the new one or none, but never half of one.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";

const unfinished = new Set<string>();

let watcher: (areAny: boolean) => void = () => {};

/** Has it told when there are temporary files of writes that are under way, and when there are none any more. */
export function watchUnfinished(watch: (areAny: boolean) => void): void {
  watcher = watch;
}

/** Removes the temporary files of writes that are under way; for use when the program is about to end. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      Deno.removeSync(path);
    } catch {
      // It was renamed or never made.
    }
  }
  unfinished.clear();
}

/** What a file is to have besides its content. */
export interface Attributes {
  /** Who may do what with it: the nine lowest bits count. Default: as the system makes files. */
  readonly mode?: number | undefined;
  /** When it was last read. Default: now. */
  readonly atime?: Date | undefined;
  /** When it was last changed. Default: now. */
  readonly mtime?: Date | undefined;
}

/** What is written. */
export interface WriteOptions {
  /** The content. */
  readonly bytes: Uint8Array;
  /** Whether a file may be there already; it is replaced through links. */
  readonly replace: boolean;
  /** Set as far as the file system takes them. Default: none. */
  readonly attributes?: Attributes | undefined;
  /** Told if it does not take times. Default: nobody. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Writes a file by way of a temporary one beside it, which is synced and then takes the final name at once.
 *
 * @throws {Deno.errors.AlreadyExists} if a file is there and may not be replaced.
 */
export async function writeFileSafely(path: string, options: WriteOptions): Promise<void> {
  const target = options.replace ? await followLinks(path) : path;
  const folder = dirname(target);
  const stem = basename(target).slice(0, 60);
  const temporary = join(folder, `.${stem}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  if (unfinished.size === 0) watcher(true);
  unfinished.add(temporary);
  try {
    await writeAndSync(temporary, options);
    await setAttributes(temporary, options);
    if (options.replace) await Deno.rename(temporary, target);
    else await claimName(temporary, target);
    await syncFolder(folder);
  } finally {
    await Deno.remove(temporary).catch(() => {});
    unfinished.delete(temporary);
    if (unfinished.size === 0) watcher(false);
  }
}

async function followLinks(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/** Made with no more rights than the file will have: nobody is to look at a private one meanwhile. */
async function writeAndSync(
  path: string,
  { bytes, attributes = {} }: WriteOptions,
): Promise<void> {
  const { mode } = attributes;
  using file = await Deno.open(path, {
    write: true,
    createNew: true,
    ...(mode !== undefined && { mode: mode & 0o777 }),
  });
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
  await file.sync();
}

/** File systems without rights or times refuse to set them, which is no reason to write nothing. */
async function setAttributes(
  path: string,
  { attributes = {}, onWarning }: WriteOptions,
): Promise<void> {
  const { mode, atime, mtime } = attributes;
  if (mode !== undefined) await Deno.chmod(path, mode & 0o777).catch(() => {});
  if (!atime || !mtime) return;
  try {
    await Deno.utime(path, atime, mtime);
  } catch {
    onWarning?.("The file system does not let the times of the output be set");
  }
}

/** A hard link fails where the name is taken, so no other program's file is lost between look and leap. */
async function claimName(temporary: string, target: string): Promise<void> {
  try {
    await Deno.link(temporary, target);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // The file system has no hard links: what is left is to look first.
    if (await exists(target)) throw new Deno.errors.AlreadyExists(target);
    await Deno.rename(temporary, target);
  }
}

/** Whether there is anything of this name, be it a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes the new name last through a power failure, where the system lets folders be synced. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using handle = await Deno.open(folder);
    await handle.sync();
  } catch {
    // Windows and some network file systems refuse; the file itself is synced.
  }
}
