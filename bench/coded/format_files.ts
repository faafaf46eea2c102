/**
 * A picture in the files that programs of other formats read, and what these make of it.
 *
 * @module
 */

import type { Image } from "../../codec/image/image.ts";
import { encodePng } from "../../codec/png/png.ts";
import { decodeImage } from "../../codec/read.ts";
import { timeProgram } from "../formats.ts";
import type { LossyFormat } from "./lossy_formats.ts";

/** A picture in files that programs read, in a folder that is removed when it goes out of scope. */
export class FormatFiles implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a picture's files. */
  static async of(image: Image): Promise<FormatFiles> {
    const files = new FormatFiles(await Deno.makeTempDir());
    const bare = { ...image, metadata: { chunks: [] } };
    await Deno.writeFile(files.#path("in.png"), await encodePng(bare, { effort: "fast" }));
    await Deno.writeFile(files.#path("in.ppm"), writePpm(image));
    return files;
  }

  /**
   * Writes the picture in a format, and reads it back.
   *
   * @throws {ImageError} if a program fails.
   */
  async pass(format: LossyFormat, setting: number): Promise<{ bytes: Uint8Array; back: Image }> {
    const file = this.#path(`out.${format.extension}`);
    const [png, ppm] = [this.#path("in.png"), this.#path("in.ppm")];
    await timeProgram(format.encode(setting, { png, ppm, file }), format.name);
    const bytes = await Deno.readFile(file);
    if (!format.decode) return { bytes, back: await decodeImage(bytes) };
    const back = this.#path(`${format.extension}.png`);
    await timeProgram(format.decode(file, back), format.name);
    return { bytes, back: await decodeImage(await Deno.readFile(back), { depth: 8 }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

/** A picture as the simplest format has it. */
function writePpm({ width, height, channels, data }: Image): Uint8Array {
  const head = new TextEncoder().encode(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(head.length + 3 * width * height);
  file.set(head);
  for (let from = 0, to = head.length; to < file.length; from += channels, to += 3) {
    for (let colour = 0; colour < 3; colour++) {
      file[to + colour] = data[from + (channels < 3 ? 0 : colour)]!;
    }
  }
  return file;
}
