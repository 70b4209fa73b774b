/**
 * `npm start`: installs, builds and opens the app. Without Electron's binary or a display the same app is served for a
 * browser; `npm start -- --demo` then trains an example in the terminal.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ensurePackages, requireNode } from "./install.mjs";
import { root } from "./paths.mjs";

/** Longer than the download takes on a slow line, shorter than a person waits for one that hangs. */
const installLimitMs = 180_000;

requireNode();
ensurePackages();

const demo = process.argv.includes("--demo");
const hasDisplay =
  ["darwin", "win32"].includes(process.platform) || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

if (demo && !hasDisplay) {
  console.log("There is no display, so an example is trained in the terminal.");
  const train = ["build/cli.mjs", "train", "assets/examples/iris.loom.json"];
  process.exit(spawnSync(process.execPath, train, { cwd: root, stdio: "inherit" }).status ?? 1);
}

console.log("Building…");
const built = spawnSync(process.execPath, ["build/bundle.mjs", "renderer", "electron"], {
  cwd: root,
  stdio: "inherit",
});
if (built.status !== 0) process.exit(1);

const reason = hasDisplay ? openWindow() : "There is no display here";
console.log(`${reason}, so the app is served for a browser instead.`);
const { serve } = await import("./serve.mjs");
console.log(
  `Tensorloom is at ${await serve()} (Ctrl+C ends it). It needs a browser with WebGPU, such as Chrome or Edge.`,
);

/** Ends this program with the app's window; returns why there is none. */
function openWindow() {
  const binary = electronBinary() ?? installElectron();
  if (!binary) return "Electron's binary cannot be downloaded here";
  const start = performance.now();
  const { status } = spawnSync(binary, [".", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
  // Missing system libraries end it at once; what ends later was a window that a person saw.
  const secondsOpen = (performance.now() - start) / 1000;
  if (status === 0 || secondsOpen > 10) process.exit(status ?? 1);
  return "Electron cannot start here (its own message is above)";
}

function electronBinary() {
  const folder = path.join(root, "node_modules/electron");
  const pathFile = path.join(folder, "path.txt");
  if (!existsSync(pathFile)) return null;
  const binary = path.join(folder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(binary) ? binary : null;
}

function installElectron() {
  console.log("Downloading Electron (once)…");
  spawnSync(process.execPath, ["node_modules/electron/install.js"], {
    cwd: root,
    stdio: "ignore",
    timeout: installLimitMs,
  });
  return electronBinary();
}
