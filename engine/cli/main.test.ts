import { spawn } from "node:child_process";
import { expect, test } from "vitest";

/** The program as a person runs it, read through a pipe by someone who is in no hurry. */
async function pipe(...argv: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["build/cli.mjs", ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  let stdout = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    stdout += chunk;
    await new Promise((next) => setTimeout(next, 20));
  }
  return { exitCode: await ended, stdout, stderr };
}

test("a pipe gets all of a long output before the program ends", async () => {
  const { exitCode, stdout } = await pipe("plan", "assets/examples/mnist-cnn.loom.json", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toHaveProperty("peak_bytes");
});

test("the GPU's native code lets the program end in peace", async () => {
  const { exitCode, stdout } = await pipe(
    "train",
    "assets/examples/iris.loom.json",
    "--steps",
    "4",
    "--json",
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ steps: 4 });
});

test("a mistake is one sentence on stderr and an exit code", async () => {
  const { exitCode, stdout, stderr } = await pipe("check", "none.loom.json");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/^There is no none\.loom\.json\. Check the path\.$/m);
});
