/**
 * Runs the terminal program, after installing packages and bundling it where that is needed. stdout is the program's
 * alone: everything said here goes to stderr.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensurePackages, requireNode } from "./install.mjs";
import { cliBundle, root } from "./paths.mjs";

requireNode();
ensurePackages();
if (!isFresh()) {
  const { bundleCli } = await import("./bundle.mjs");
  try {
    await bundleCli();
  } catch (error) {
    console.error(
      `The terminal program could not be bundled:\n${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  }
}
await import(pathToFileURL(cliBundle).href);

function isFresh() {
  const built = statSync(cliBundle, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const changed = (file) => statSync(path.join(root, file)).mtimeMs > built;
  return !["package-lock.json", ...sources("engine"), ...sources("shaders")].some(changed);
}

function sources(folder) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .filter((file) => /\.(ts|wgsl)$/.test(file) && !file.endsWith(".test.ts"))
    .map((file) => path.join(folder, file));
}
