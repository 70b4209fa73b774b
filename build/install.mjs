/** Installs npm packages when what is in a folder's node_modules is not what its package-lock.json asks for. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/** Vite's lower bound. */
const oldestNode = [20, 19];

/** Ends the process with a sentence when this Node is too old to run the tools. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  console.error(
    `Tensorloom needs Node ${oldestNode.join(".")} or newer; this is ${process.versions.node}. Get a current one from https://nodejs.org.`,
  );
  process.exit(1);
}

/**
 * Runs `npm ci` if a package is missing or of another version. All that npm says goes to stderr: stdout belongs to the
 * program that is about to run. Ends the process with a sentence when npm fails.
 */
export function ensurePackages(folder = root) {
  if (packagesAreInstalled(folder)) return;
  console.error("Installing packages (once, a minute or so)…");
  const result = npm(folder, ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]);
  if (result.status !== 0) {
    console.error(
      "The packages could not be installed: npm's own message is above. Is there a network connection?",
    );
    process.exit(1);
  }
}

/** npm leaves a lock file of what it installed; it is compared with ours, package by package. */
function packagesAreInstalled(folder) {
  try {
    const wanted = readLock(folder, "package-lock.json");
    const installed = readLock(folder, "node_modules/.package-lock.json");
    return Object.entries(wanted).every(
      ([name, entry]) => name === "" || entry.optional || installed[name]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

function readLock(folder, file) {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8")).packages;
}

function npm(cwd, args) {
  const options = { cwd, stdio: ["ignore", 2, 2] };
  // Under `npm run` npm says where it is; otherwise the shell finds it (on Windows it is a .cmd, which needs one).
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? spawnSync(process.execPath, [script, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}
