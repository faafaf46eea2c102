/**
 * What goes wrong with files: every message says what was found and what to do about it.
 *
 * @module
 */

/** The file or the pixels are not an image that NNC takes. */
export class ImageError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ImageError";
}

/** A lattice, a ratio or a size that does not exist or does not fit the image. */
export class LatticeError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "LatticeError";
}

/** An `nnCX` chunk that is damaged, contradicts its image, or comes from a newer version. */
export class ContainerError extends Error {
  /** Tells this kind of error from others. */
  override readonly name = "ContainerError";
}
