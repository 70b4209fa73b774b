import * as v from "valibot";
import { expect, test } from "vitest";
import { optimisationNames, switchOf } from "../plan/optimisations";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

const digits = "assets/examples/digits.loom.json";
const xor = "assets/examples/xor.loom.json";
const iris = "assets/examples/iris.loom.json";

const plan = v.object({
  arena_bytes: v.number(),
  dispatches: v.array(v.object({ shader: v.string(), ops: v.array(v.number()) })),
  whole_step: v.boolean(),
});
type Planned = v.InferOutput<typeof plan>;

async function planned(project: string, ...switches: string[]): Promise<Planned> {
  const terminal = recordedTerminal();
  expect(await runCommand(["plan", project, ...switches, "--json"], terminal)).toBe(0);
  return v.parse(plan, terminal.json());
}

const shaders = ({ dispatches }: Planned) => dispatches.map(({ shader }) => shader).join(" ");
const operations = ({ dispatches }: Planned) => dispatches.reduce((sum, { ops }) => sum + ops.length, 0);

test("each switch leaves its optimisation out of the plan", async () => {
  const all = await planned(digits);
  const merged = / \+ /;
  expect(shaders(all)).toMatch(merged);
  const apart = await planned(digits, "--no-merge");
  expect(shaders(apart)).not.toMatch(merged);
  expect(apart.dispatches.length).toBeGreaterThan(all.dispatches.length);
  const plain = await planned(digits, "--no-fuse");
  expect(plain.dispatches.length).toBeGreaterThan(3 * apart.dispatches.length);
  expect(Math.max(...plain.dispatches.map(({ ops }) => ops.length))).toBeLessThan(
    Math.max(...apart.dispatches.map(({ ops }) => ops.length)),
  );
  expect(shaders(all)).toContain("matmul_tiled");
  expect(shaders(await planned(digits, "--no-variants"))).not.toContain("matmul_tiled");
  expect((await planned(digits, "--no-fuse", "--no-cse")).dispatches.length).toBeGreaterThan(
    plain.dispatches.length,
  );
  expect(operations(await planned(digits, "--no-fuse", "--no-dce"))).toBeGreaterThan(operations(plain));
  expect((await planned(digits, "--no-recompute")).arena_bytes).toBeGreaterThan(1.2 * all.arena_bytes);
  expect((await planned(xor)).whole_step).toBe(true);
  expect((await planned(xor, "--no-megakernel")).whole_step).toBe(false);
}, 120_000);

test.each(["plan", "train", "golden"])("%s takes all switches, and says what they do", async (command) => {
  const terminal = recordedTerminal();
  expect(await runCommand([command, "--help"], terminal)).toBe(0);
  for (const name of optimisationNames)
    expect(terminal.stdout.join("\n")).toMatch(new RegExp(`--${switchOf(name)} +\\w`));
});

test.each(["profile", "verify"])("%s takes those of plans", async (command) => {
  const terminal = recordedTerminal();
  expect(await runCommand([command, "--help"], terminal)).toBe(0);
  const help = terminal.stdout.join("\n");
  expect(help).toMatch(/--no-fuse +\w/);
  expect(help).not.toContain("--no-megakernel");
});

test("a node is verified with kernels that are not fused", async () => {
  const terminal = recordedTerminal();
  expect(await runCommand(["verify", iris, "--node", "fc1", "--no-fuse", "--no-cse"], terminal)).toBe(0);
});
