/**
 * Whole files in and out of the program.
 *
 * @module
 */

/** Files above this are refused before they are read: no image of the largest allowed size comes near it. */
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Reads a file, unless it is too large to be an image.
 *
 * @throws {Error} a system error, or one that states the size.
 */
export async function readFileBounded(path: string): Promise<Uint8Array> {
  const { size, isFile, isDirectory, isCharDevice, isBlockDevice } = await statInput(path);
  if (isDirectory) throw new Deno.errors.IsADirectory(path);
  if (isCharDevice || isBlockDevice) {
    throw new Error("It is a device, which may have no end; name a file, or - for standard input");
  }
  if (size > MAX_FILE_BYTES) {
    throw new Error(`The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
  }
  if (isFile && size > 0) return await Deno.readFile(path);
  // A pipe, or a file that the system makes up as it is read, does not tell its size.
  using file = await Deno.open(path);
  return await readBounded(file.readable, "The file");
}

async function statInput(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    throw explainMissing(error, path);
  }
}

/** Why a file that was named is not found: Deno gives names as Unicode, and puts U+FFFD for what is none. */
export function explainMissing(error: unknown, path: string): unknown {
  if (!(error instanceof Deno.errors.NotFound && path.includes("\ufffd"))) return error;
  return new Error(
    "Its name is not UTF-8, and only such names can be opened; rename it, or send it through standard " +
      "input and output: nnc -c - < FILE > OUTPUT",
    { cause: error },
  );
}

/** Reads standard input to its end. */
export function readStandardInput(): Promise<Uint8Array> {
  return readBounded(Deno.stdin.readable, "Standard input");
}

async function readBounded(
  stream: ReadableStream<Uint8Array>,
  name: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_FILE_BYTES) {
      throw new Error(`${name} has more than ${MAX_FILE_BYTES} bytes, the most that are read`);
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Writes all bytes to standard output. */
export async function writeStandardOutput(bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await Deno.stdout.write(bytes.subarray(sent));
}
