/**
 * Chromium for tests, without a window: Debian's package `chromium`, driven by playwright-core.
 *
 * WebGPU is there, on SwiftShader: a software adapter that is not Mesa's, with a compiler of shaders that is not Deno's.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "npm:playwright-core@1.65.1";

export type { Page };

/** Names that it goes by; the first that is found is taken. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/** Gives pages WebGPU, on the software adapter. */
export const WEBGPU: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

/** A page of its own, nothing on it yet, and what has gone wrong there. */
export interface OpenPage {
  /** The page, to be driven: see https://playwright.dev/docs/api/class-page. */
  readonly page: Page;
  /** What it wrote on its console as an error or a warning, and what was thrown there and not caught. */
  readonly complaints: readonly string[];
}

/** What the page of a test is served. */
export interface BrowserTestOptions {
  /** By path, such as `"/kernels.js"`; types are told by endings, and `/` is an empty page unless it is given. */
  readonly files?: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> | undefined;
  /** Answers what `files` does not; `undefined` is not found. */
  readonly serve?: ((request: Request) => Promise<Response | undefined>) | undefined;
  /** Whether pages have WebGPU. Default: true. */
  readonly webgpu?: boolean | undefined;
}

/** The browser of a test, and the server that its pages come from. */
export interface TestBrowser {
  /** Address of the server, with `/` at its end: `http://127.0.0.1:4567/`, which browsers take for secure. */
  readonly origin: string;
  /** Opens a page at a path of the server; default: `/`. */
  open(path?: string): Promise<OpenPage>;
  /** The most MiB that a process took which shows pages, resident. */
  peakMemory(): Promise<number>;
}

/**
 * A test in Chromium; where there is none it is skipped, and its name says why.
 *
 * ```ts ignore
 * browserTest("a page has an adapter", { files: { "/add.js": "export const add = (a, b) => a + b;" } }, async (browser) => {
 *   const { page, complaints } = await browser.open();
 *   const sum = await page.evaluate(async () => (await import("/add.js")).add(1, 2));
 *   assertEquals([sum, complaints], [3, []]);
 * });
 * ```
 */
export function browserTest(
  name: string,
  options: BrowserTestOptions | (() => Promise<BrowserTestOptions>),
  body: (browser: TestBrowser) => Promise<void>,
): void {
  const skipped = CHROMIUM ? "" : " (skipped: chromium is not installed)";
  Deno.test({
    name: name + skipped,
    ignore: !CHROMIUM,
    fn: async () => {
      await using browser = await openBrowser(
        typeof options === "function" ? await options() : options,
      );
      await body(browser);
    },
  });
}

/** Path of the browser's program; `undefined` where there is none. */
export const CHROMIUM: string | undefined = findChromium();

function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  const paths = PROGRAMS.flatMap((program) => folders.map((folder) => `${folder}/${program}`));
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

async function openBrowser(
  options: BrowserTestOptions,
): Promise<TestBrowser & AsyncDisposable> {
  const { webgpu = true } = options;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request, options),
  );
  const origin = `http://127.0.0.1:${server.addr.port}/`;
  let browser: Browser;
  try {
    browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: webgpu ? [...WEBGPU] : ["--disable-features=WebGPU"],
    });
  } catch (error) {
    await server.shutdown();
    throw error;
  }
  return {
    origin,
    open: async (path = "/") => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (/error|warning/.test(message.type())) complaints.push(message.text());
      });
      await page.goto(new URL(path, origin).href);
      return { page, complaints };
    },
    peakMemory: async () => {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      const peaks = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => {
        const status = Deno.readTextFileSync(`/proc/${id}/status`);
        return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
      });
      return Math.max(...peaks);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.shutdown();
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  html: "text/html; charset=utf-8",
  css: "text/css",
  json: "application/json",
  wasm: "application/wasm",
  png: "image/png",
};

const EMPTY_PAGE = '<!doctype html><link rel="icon" href="data:,"><title>Test</title>';

async function answer(
  request: Request,
  { files = {}, serve }: BrowserTestOptions,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const body = files[pathname];
  if (body !== undefined) {
    const ending = pathname.slice(pathname.lastIndexOf(".") + 1);
    const type = pathname.endsWith("/") ? TYPES.html : TYPES[ending];
    return new Response(body, { headers: { "content-type": type ?? "application/octet-stream" } });
  }
  const served = await serve?.(request);
  if (served) return served;
  if (pathname !== "/") return new Response("not found", { status: 404 });
  return new Response(EMPTY_PAGE, { headers: { "content-type": TYPES.html! } });
}
