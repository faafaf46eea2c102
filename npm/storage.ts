/**
 * What the program keeps from one start to the next, as `localStorage` keeps it: texts by name, in a file of the user's cache.
 *
 * @module
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

/** Opens it. Where the file cannot be read, nothing was kept; where it cannot be written, setting throws. */
export function openStorage(): Pick<Storage, "getItem" | "setItem"> {
  const folder = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const path = join(folder, "nnc", "node-storage.json");
  return {
    getItem: (name) => read(path)[name] ?? null,
    setItem(name, value) {
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify({ ...read(path), [name]: value }));
      renameSync(temporary, path);
    },
  };
}

function read(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}
