/**
 * Workers from wherever their program lies: browsers start them from a page's own server alone.
 *
 * @module
 */

/** Milliseconds within which a worker has read its first line. */
const READ = 10_000;

/**
 * Starts a worker. One from another server, such as a content delivery network, is imported by a worker of the page's own,
 * which a strict policy must allow: `worker-src blob:` and that server.
 *
 * @throws {Error} if the page's policy forbids it; some browsers tell it by the worker's `error` event.
 */
export function startWorker(module: URL): Worker {
  if (module.origin === location.origin) return new Worker(module, { type: "module" });
  const program = `import ${JSON.stringify(module.href)};`;
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  setTimeout(() => URL.revokeObjectURL(address), READ);
  return new Worker(address, { type: "module" });
}
