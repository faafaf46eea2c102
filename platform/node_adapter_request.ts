/**
 * Asking for a graphics adapter in Node, which has none of its own: the package `webgpu` brings one, where it is installed.
 *
 * @module
 */

/** What the package exports: Dawn, made for Node. */
interface WebGpuPackage {
  create(options: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** A name that no bundler follows: the package is the user's. */
const PACKAGE: string = "webgpu";

let opened: Promise<GPU | undefined> | undefined;

/**
 * Asks for an adapter; `null` if there is none, or no package, or one alone that computes on the processor: what the library has
 * of its own is many times as fast as that.
 */
export async function requestAdapter(
  options: GPURequestAdapterOptions,
): Promise<GPUAdapter | null> {
  opened ??= openPackage();
  const gpu = globalThis.navigator?.gpu ?? await opened;
  const adapter = await gpu?.requestAdapter(options);
  return adapter && !adapter.info.isFallbackAdapter ? adapter : null;
}

/** The `GPU` lives as long as the program: Dawn's device dies with it. */
async function openPackage(): Promise<GPU | undefined> {
  try {
    const { create, globals } = await import(PACKAGE) as WebGpuPackage;
    for (const [name, value] of Object.entries(globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
    }
    return create([]);
  } catch {
    // It is not installed, or not for this Node or machine: there is the processor.
    return undefined;
  }
}
