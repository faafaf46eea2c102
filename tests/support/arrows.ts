/**
 * The arrows between files and between rooms, drawn from their imports.
 *
 * @module
 */

/** From every file to those that it imports, types included; paths are relative to the root. */
export type Arrows = ReadonlyMap<string, readonly string[]>;

const ROOT = new URL("../../", import.meta.url);

const IMPORTS = /^(?! \*).*?\b(?:from|import) "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm;

/** What every file of some folders imports of the repository's programs. */
export function readArrows(folders: readonly string[]): Arrows {
  const arrows = new Map<string, string[]>();
  for (const path of folders.flatMap(listSources)) {
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    const targets = [...text.matchAll(IMPORTS)].map(([, named, loaded]) =>
      new URL((named ?? loaded)!, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length)
    );
    arrows.set(path, targets.filter((target) => /\.[tj]s$/.test(target)));
  }
  return arrows;
}

/** The programs below a folder. */
export function listSources(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return name === "dist" ? [] : listSources(path);
    return /\.[tj]s$/.test(name) ? [path] : [];
  }).sort();
}

/** The folders of the root that hold programs. */
export function listRooms(): string[] {
  return [...Deno.readDirSync(ROOT)]
    .filter(({ name, isDirectory }) =>
      isDirectory && !/^\.|^node_modules$/.test(name) && listSources(name).length > 0
    )
    .map(({ name }) => name).sort();
}

/** The folder of a file. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The arrows between rooms, each with an import that it stands for, such as `codec → gpu` with `codec/a.ts → gpu/b.ts`. */
export function betweenRooms(
  arrows: Arrows,
  roomOf: (path: string) => string,
): Map<string, string> {
  const found = new Map<string, string>();
  for (const [from, targets] of arrows) {
    for (const to of targets) {
      if (roomOf(from) === roomOf(to)) continue;
      found.set(`${roomOf(from)} → ${roomOf(to)}`, `${from} → ${to}`);
    }
  }
  return found;
}

/** The files of a circle, the first one again at the end; none where there is no circle. */
export function findCircle(arrows: Arrows): string[] {
  const done = new Set<string>();
  const follow = (path: string, walk: readonly string[]): string[] => {
    const before = walk.indexOf(path);
    if (before >= 0) return [...walk.slice(before), path];
    if (done.has(path)) return [];
    for (const target of arrows.get(path) ?? []) {
      const circle = follow(target, [...walk, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of arrows.keys()) {
    const circle = follow(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
