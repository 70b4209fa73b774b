/** Serves dist/renderer for a browser on this machine, with the headers that the desktop app has. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { dist, root } from "./paths.mjs";

const folder = path.join(dist, "renderer");
const usualPort = 4173;

const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/**
 * Listens on this machine only, on the usual port or, when that is taken, on a free one.
 *
 * @returns {Promise<string>} the address
 */
export async function serve() {
  const headers = JSON.parse(readFileSync(path.join(root, "electron/security-headers.json"), "utf8"));
  const server = createServer((request, response) => {
    const file = fileOf(request.url ?? "/");
    if (file === null) {
      response.writeHead(404, headers).end("not found");
      return;
    }
    const contentType = contentTypes[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...headers, "Content-Type": contentType });
    createReadStream(file).pipe(response);
  });
  const port = await listen(server, usualPort).catch(() => listen(server, 0));
  return `http://localhost:${port}/`;
}

/** Null for everything that is not a file inside the folder. */
function fileOf(url) {
  let pathname;
  try {
    pathname = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return null;
  }
  const file = path.join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  if (pathname.includes("\0") || !file.startsWith(folder + path.sep)) return null;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve(server.address().port));
  });
}
