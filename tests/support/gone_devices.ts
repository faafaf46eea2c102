/**
 * Devices and adapters that can be taken away while the program uses them.
 *
 * @module
 */

/** Sees every device that is opened, and says whether there is an adapter. */
export class AdapterWatch implements Disposable {
  /** The devices that were opened, in order. */
  readonly devices: GPUDevice[] = [];
  /** Whether adapters are found from here on. */
  present = true;
  readonly #requestDevice = GPUAdapter.prototype.requestDevice;
  readonly #requestAdapter = GPU.prototype.requestAdapter;

  constructor() {
    const { devices } = this;
    const requestDevice = this.#requestDevice;
    const requestAdapter = this.#requestAdapter;
    const isPresent = () => this.present;
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await requestDevice.call(this, descriptor);
      devices.push(device);
      return device;
    };
    GPU.prototype.requestAdapter = function (options) {
      return isPresent() ? requestAdapter.call(this, options) : Promise.resolve(null);
    };
  }

  /** Takes the device away that was opened last. */
  takeDevice(): void {
    this.devices.at(-1)?.destroy();
  }

  [Symbol.dispose](): void {
    GPUAdapter.prototype.requestDevice = this.#requestDevice;
    GPU.prototype.requestAdapter = this.#requestAdapter;
  }
}
