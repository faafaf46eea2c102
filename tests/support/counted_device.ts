/**
 * What is allocated on devices: counted by label while this is in scope.
 *
 * @module
 */

/** Counts the buffers and textures of every device that is opened. */
export class AllocationCount implements Disposable {
  readonly #made = new Map<string, number>();
  readonly #alive = new Map<string, number>();
  readonly #requestDevice = GPUAdapter.prototype.requestDevice;

  constructor() {
    const requestDevice = this.#requestDevice;
    const watch = (device: GPUDevice) => this.#watch(device);
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await requestDevice.call(this, descriptor);
      watch(device);
      return device;
    };
  }

  /** How many were made with a label. */
  made(label: string): number {
    return this.#made.get(label) ?? 0;
  }

  /** How many of them have not been destroyed. */
  alive(label: string): number {
    return this.#alive.get(label) ?? 0;
  }

  [Symbol.dispose](): void {
    GPUAdapter.prototype.requestDevice = this.#requestDevice;
  }

  #watch(device: GPUDevice): void {
    const { createBuffer, createTexture } = device;
    device.createBuffer = (descriptor) =>
      this.#count(createBuffer.call(device, descriptor), descriptor.label);
    device.createTexture = (descriptor) =>
      this.#count(createTexture.call(device, descriptor), descriptor.label);
  }

  #count<Resource extends GPUBuffer | GPUTexture>(resource: Resource, label = ""): Resource {
    this.#made.set(label, this.made(label) + 1);
    this.#alive.set(label, this.alive(label) + 1);
    const destroy = resource.destroy;
    resource.destroy = () => {
      this.#alive.set(label, this.alive(label) - 1);
      destroy.call(resource);
    };
    return resource;
  }
}
