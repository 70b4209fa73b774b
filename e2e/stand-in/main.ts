/**
 * Takes the place of the Electron executable: `electron [-r module] [--inspect=port] [switches] <app folder> [arguments]`
 * runs the app's main process in Node, with a small `electron` module over headless Chromium.
 */
import { readFileSync } from "node:fs";
import inspector from "node:inspector";
import Module from "node:module";
import path from "node:path";
import { app } from "./app";
import { electron } from "./electron";

interface LoadableModule {
  _load(request: string, ...rest: unknown[]): unknown;
}

// Node has no documented way to answer `require("electron")`; every loader hook of CommonJS goes through here.
const loader = Module as unknown as LoadableModule;
// oxlint-disable no-underscore-dangle -- that is its name
const load = loader._load;
loader._load = (request, ...rest) =>
  request === "electron" ? electron : load.call(Module, request, ...rest);

const [executable, , ...given] = process.argv;
const preloaded: string[] = [];
const rest: string[] = [];
for (let at = 0; at < given.length; at++) {
  if (given[at] === "-r") preloaded.push(given[++at]);
  else if (given[at].startsWith("--inspect=")) inspector.open(Number(given[at].slice("--inspect=".length)));
  else rest.push(given[at]);
}

// As Electron has it: the executable, Chromium's switches, the app, its arguments.
process.argv = [executable, ...rest];
const folder = path.resolve(rest.find((argument) => !argument.startsWith("-")) ?? ".");
const { main, productName } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
  main: string;
  productName: string;
};
app.setName(productName);

const require = Module.createRequire(path.join(folder, "package.json"));
for (const module of preloaded) require(module);
require(path.join(folder, main));
