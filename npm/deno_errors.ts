/**
 * Errors of Node as those of Deno that the program knows.
 *
 * @module
 */

/** An error of the system. */
class SystemError extends Error {
  /** Of what error of Node it was made. */
  readonly code: string | undefined;

  constructor(message?: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = codeOf(options.cause);
  }
}

/** Deno's classes, as far as the program looks for them. */
export const errors = {
  AlreadyExists: class AlreadyExists extends SystemError {},
  BrokenPipe: class BrokenPipe extends SystemError {},
  IsADirectory: class IsADirectory extends SystemError {},
  NotADirectory: class NotADirectory extends SystemError {},
  /** Node has no permissions that could be missing. */
  NotCapable: class NotCapable extends SystemError {},
  NotFound: class NotFound extends SystemError {},
  PermissionDenied: class PermissionDenied extends SystemError {},
} as const;

const BY_CODE: ReadonlyMap<string, new (message: string, options: ErrorOptions) => Error> = new Map(
  [
    ["EEXIST", errors.AlreadyExists],
    ["EPIPE", errors.BrokenPipe],
    ["EISDIR", errors.IsADirectory],
    ["ENOTDIR", errors.NotADirectory],
    ["ENOENT", errors.NotFound],
    ["EACCES", errors.PermissionDenied],
    ["EPERM", errors.PermissionDenied],
  ],
);

/** The error of Deno that an error of Node stands for; others as they are. */
export function translate(error: unknown): unknown {
  const kind = BY_CODE.get(codeOf(error) ?? "");
  return kind ? new kind((error as Error).message, { cause: error }) : error;
}

/** A function, be it asynchronous, that throws Deno's errors. */
export function translated<Args extends unknown[], Result>(
  work: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      const result = work(...args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => Promise.reject(translate(error))) as Result;
    } catch (error) {
      throw translate(error);
    }
  };
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}
