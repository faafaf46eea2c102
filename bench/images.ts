/** The images of a folder. @module */

/** The PNG and JPEG files of a folder, in the order of their names. */
export function listImages(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name, isFile }) => isFile && /\.(png|jpe?g)$/i.test(name))
    .map(({ name }) => `${folder.replace(/\/$/, "")}/${name}`)
    .sort();
}
