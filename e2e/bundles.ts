/** Before the first spec: the bundles that a person gets, made from the sources as they are now. */
import { spawnSync } from "node:child_process";

export default function bundle(): void {
  const result = spawnSync(process.execPath, ["build/bundle.mjs", "renderer", "electron", "stand-in"], {
    stdio: "inherit",
  });
  if (result.status !== 0) throw new Error("The app could not be bundled.");
}
