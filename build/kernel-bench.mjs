/**
 * Times the kernels of products and convolutions on Node's WebGPU, each beside the plainest kernel:
 *
 *     node build/kernel-bench.mjs
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bundleForNode } from "./bundle.mjs";
import { dist, root } from "./paths.mjs";

await bundleForNode("build/bench/kernels.ts", "kernel-bench.mjs");
const file = path.join(dist, "kernel-bench.mjs");
process.exit(spawnSync(process.execPath, [file], { cwd: root, stdio: "inherit" }).status ?? 1);
