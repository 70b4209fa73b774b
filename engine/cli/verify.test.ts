import { expect, test } from "vitest";
import { runCommand } from "./commands";
import { recordedTerminal } from "./recorded-terminal";

const iris = "assets/examples/iris.loom.json";

async function verify(...argv: readonly string[]) {
  const terminal = recordedTerminal();
  const exitCode = await runCommand(["verify", ...argv], terminal);
  return { exitCode, terminal, printed: terminal.stdout.join("\n") };
}

test("every node of an example passes, each output and gradient with its difference", async () => {
  const { exitCode, printed, terminal } = await verify(iris, "--json");
  expect(exitCode).toBe(0);
  expect(printed).toMatch(/^fc1 +Linear +y output +16×16 +\d\.\de-\d+ +\d\.\de-\d+ +pass$/m);
  expect(printed).toMatch(/weight gradient +16×4 .*pass/);
  expect(printed).toContain("All 6 nodes pass; the largest relative difference is ");
  const { passed, nodes } = terminal.json() as { passed: boolean; nodes: readonly { id: string }[] };
  expect(passed).toBe(true);
  expect(nodes.map(({ id }) => id)).toEqual(["features", "label", "fc1", "act1", "fc2", "loss"]);
});

test.each(["fc2", "cross_entropy_loss"])("one node, by id or by name: %s", async (node) => {
  const { exitCode, printed } = await verify(iris, "--node", node, "--seed", "5");
  expect(exitCode).toBe(0);
  expect(printed).toContain("The node passes");
});

test("a node that is not there is met with those that are", async () => {
  const { exitCode, terminal } = await verify(iris, "--node", "conv9");
  expect(exitCode).toBe(1);
  expect(terminal.stderr.at(-1)).toContain("“conv9”; there are features, label, fc1, relu, fc2");
});

test("a network with a mistake is not verified, and the mistake is named", async () => {
  const { exitCode, terminal } = await verify("assets/examples/transpose-view.loom.json");
  expect(exitCode).toBe(1);
  expect(terminal.stderr.at(-1)).toContain("view size is not compatible");
});
