/**
 * Everything is bundled by Vite: the renderer with its training worker, Electron's main and preload, the terminal program.
 *
 *     node build/bundle.mjs [renderer] [electron] [cli] [stand-in]      the first three when none is named
 */
import { chmod, mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "vite";
import { cliBundle, dist, isMain, root } from "./paths.mjs";

/** Nothing is read from config files, and Vite speaks only when something is wrong. */
const shared = { root, configFile: false, envDir: false, publicDir: false, logLevel: "warn" };

/** On a busy machine Rolldown would tell how long each plugin took. */
const checks = { bundlerTimings: false };

/** `dist/renderer`: index.html and hashed files with relative addresses, so that any origin can serve it. */
export async function bundleRenderer() {
  // Loaded here, so that the terminal program is bundled without it.
  const { default: react } = await import("@vitejs/plugin-react");
  await build({
    ...shared,
    root: path.join(root, "renderer"),
    base: "./",
    plugins: [react()],
    worker: { format: "es", rolldownOptions: { checks } },
    build: {
      outDir: path.join(dist, "renderer"),
      emptyOutDir: true,
      target: "es2022",
      // The content security policy allows neither data: fonts nor inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { checks },
    },
  });
}

/** `dist/electron/main.cjs` and `preload.cjs`: a sandboxed preload has to be one CommonJS file. */
export async function bundleElectron() {
  for (const name of ["main", "preload"]) {
    await build(
      nodeBundle({
        entry: path.join(root, "electron", `${name}.ts`),
        outDir: path.join(dist, "electron"),
        output: { format: "cjs", entryFileNames: `${name}.cjs` },
        external: ["electron"],
      }),
    );
  }
}

/** `dist/cli.mjs`: the engine for Node in one file; only the native WebGPU module stays outside. */
export async function bundleCli() {
  const started = new Date();
  await mkdir(dist, { recursive: true });
  // Built aside and moved into place, so that a program that starts meanwhile never reads half a file.
  const aside = await mkdtemp(path.join(dist, ".cli-"));
  try {
    await build(
      nodeBundle({
        entry: path.join(root, "engine/cli/main.ts"),
        outDir: aside,
        output: { format: "es", entryFileNames: "cli.mjs" },
        external: ["webgpu"],
      }),
    );
    const built = path.join(aside, "cli.mjs");
    // A source that was saved while it was being built has to count as newer than the bundle.
    await utimes(built, started, started);
    await rename(built, cliBundle);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** `dist/stand-in/electron`: what the end-to-end tests run where no Electron binary can be had. */
export async function bundleStandIn() {
  const outDir = path.join(dist, "stand-in");
  await build(
    nodeBundle({
      entry: path.join(root, "e2e/stand-in/main.ts"),
      outDir,
      output: { format: "cjs", entryFileNames: "electron", banner: "#!/usr/bin/env node" },
      external: ["@playwright/test"],
    }),
  );
  await chmod(path.join(outDir, "electron"), 0o755);
  // A file without an extension is what the nearest package.json says it is.
  await writeFile(path.join(outDir, "package.json"), JSON.stringify({ type: "commonjs" }));
}

/**
 * `dist/bench`: the bench's page, bench.html.
 *
 * @param {boolean} withPeers false where the packages of build/bench need not be installed
 */
export async function bundleBenchPage(withPeers) {
  await build({
    ...shared,
    root: path.join(root, "build/bench"),
    base: "./",
    build: {
      outDir: path.join(dist, "bench"),
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 8000,
      rolldownOptions: {
        checks,
        input: path.join(root, "build/bench/bench.html"),
        external: withPeers ? [] : [/^@(tensorflow|jax-js)\//],
      },
    },
  });
}

/** `dist/bench-node.mjs`: the bench of Tensorloom alone. */
export async function bundleBenchNode() {
  await bundleForNode("build/bench/node.ts", "bench-node.mjs");
}

/** A script of the repository as one file of `dist/` that Node runs. */
export async function bundleForNode(entry, name) {
  await build(
    nodeBundle({
      entry: path.join(root, entry),
      outDir: dist,
      output: { format: "es", entryFileNames: name },
      external: ["webgpu"],
    }),
  );
}

function nodeBundle({ entry, outDir, output, external }) {
  return {
    ...shared,
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      target: "node20",
      minify: false,
      rolldownOptions: { checks, external, output: { ...output, codeSplitting: false } },
    },
    ssr: { noExternal: true, external },
  };
}

const bundles = {
  renderer: bundleRenderer,
  electron: bundleElectron,
  cli: bundleCli,
  "stand-in": bundleStandIn,
};
/** What is made when nothing is named: what a person runs. */
const products = ["renderer", "electron", "cli"];

if (isMain(import.meta.url)) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(bundles, name));
  if (unknown.length > 0) {
    console.error(
      `There is no bundle called ${unknown.join(", ")}; there are ${Object.keys(bundles).join(", ")}.`,
    );
    process.exit(2);
  }
  for (const name of names.length > 0 ? names : products) {
    const start = performance.now();
    try {
      await bundles[name]();
    } catch (error) {
      console.error(
        `The ${name} bundle could not be made:\n${error instanceof Error ? error.message : String(error)}`,
      );
      process.exit(1);
    }
    console.log(`${name} bundled in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
