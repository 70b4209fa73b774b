import { expect, test } from "vitest";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

const workload = "build/bench/workloads/c.loom.json";

test("how large the arenas are, and what is alive at once", async () => {
  const terminal = recordedTerminal();
  expect(await runCommand(["plan", "assets/examples/digits.loom.json", "--json"], terminal)).toBe(0);
  const { arena_bytes, arena_bound_bytes, arena_ratio } = terminal.json() as Record<string, number>;
  expect(arena_bound_bytes).toBeGreaterThan(0);
  expect(arena_ratio).toBeCloseTo(arena_bytes / arena_bound_bytes);
  expect(arena_ratio).toBeLessThanOrEqual(1.2);
  const kibibytes = (bytes: number) => (bytes / 1024).toFixed(1);
  expect(terminal.stdout.join("\n")).toContain(
    `intermediate values: ${kibibytes(arena_bytes)} KiB, ${arena_ratio.toFixed(3)} times the ${kibibytes(arena_bound_bytes)} KiB that are alive at once`,
  );
});

test("a project without data is planned for a batch of the shapes that it gives", async () => {
  const terminal = recordedTerminal();
  expect(await runCommand(["plan", workload, "--json"], terminal)).toBe(0);
  expect(terminal.stderr.join("\n")).toContain("The project names no data");
  const { buffers } = terminal.json() as { buffers: readonly { name: string; bytes: number }[] };
  expect(buffers.find(({ name }) => name === "data.image")?.bytes).toBe(64 * 28 * 28 * 4);
});
