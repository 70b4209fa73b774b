/** Packs the app with a placeholder for Electron's binary: what goes into it, and which doors of it are locked. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { extractFile, listPackage } from "@electron/asar";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { FuseState, SENTINEL } from "@electron/fuses/dist/constants";
import { Arch, build, Platform } from "electron-builder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import config from "./electron-builder.config.mjs";

const root = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "tensorloom-pack-"));
const app = path.join(folder, "release/linux-unpacked");
const archive = path.join(app, "resources/app.asar");

beforeAll(async () => {
  const bundled = spawnSync(process.execPath, ["build/bundle.mjs", "renderer", "electron"], { cwd: root });
  expect(bundled.status, String(bundled.stderr)).toBe(0);
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget("dir", Arch.x64),
    config: {
      ...config,
      electronDist: placeholderElectron(),
      directories: { ...config.directories, output: path.join(folder, "release") },
    },
  });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder that looks like an unpacked Electron: its binary is the fuse wire, all of it as Electron ships it. */
function placeholderElectron(): string {
  const electron = mkdtempSync(path.join(folder, "electron-"));
  const enabled = FuseState.ENABLE;
  const disabled = FuseState.DISABLE;
  const shipped = [enabled, disabled, enabled, enabled, disabled, disabled, disabled, enabled];
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, shipped.length, ...shipped])]);
  writeFileSync(
    path.join(electron, "electron"),
    Buffer.concat([Buffer.from("binary "), wire, Buffer.from(" end")]),
    {
      mode: 0o755,
    },
  );
  return electron;
}

describe("app.asar", () => {
  const contents = () =>
    listPackage(archive, { isPack: false }).map((file) => file.split(path.sep).join("/"));

  test("has the bundles that the app runs", () => {
    expect(contents()).toEqual(
      expect.arrayContaining([
        "/package.json",
        "/dist/electron/main.cjs",
        "/dist/electron/preload.cjs",
        "/dist/renderer/index.html",
      ]),
    );
  });

  test("has nothing else: no sources, tests, packages or data", () => {
    const strangers = contents().filter(
      (file) =>
        !/^\/(package\.json|dist|dist\/(electron|renderer)(\/.*)?)$/.test(file) ||
        /\.(test|spec)\./.test(file),
    );
    expect(strangers).toEqual([]);
  });

  test("starts at the bundled main process", () => {
    const { main } = JSON.parse(extractFile(archive, "package.json").toString()) as { main: string };
    expect(contents()).toContain(`/${main}`);
  });
});

test("the app is called by its name", () => {
  expect(readdirSync(app)).toContain("tensorloom");
});

test("the fuses are set", async () => {
  const wire = await getCurrentFuseWire(path.join(app, "tensorloom"));
  const states = (...options: FuseV1Options[]) => options.map((option) => wire[option]);
  expect(
    states(
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ),
  ).toEqual([FuseState.DISABLE, FuseState.DISABLE, FuseState.DISABLE, FuseState.DISABLE]);
  expect(
    states(
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ),
  ).toEqual([FuseState.ENABLE, FuseState.ENABLE, FuseState.ENABLE]);
});
