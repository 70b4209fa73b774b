/** The settings of a run and of a node: what is offered, what they do, and that they are saved. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseProject, printProject } from "../engine";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("two losses, a cycle of the rate, clipping, a frozen layer and an initialiser", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const { dock, inspector } = bench;
  const file = path.join(folder, "two-losses.loom.json");
  writeFileSync(file, twoLosses());
  await desktop.answerOpen([file]);
  await desktop.menu("file.open");
  await expect(bench.node("Linear fc1")).toBeVisible();

  await test.step("the panel offers what the chosen optimizer and schedule have", async () => {
    await bench.choose(dock, "schedule", "OneCycleLR");
    await expect(dock.getByRole("textbox", { name: "max_momentum" })).toBeVisible();
    await bench.choose(dock, "optimizer", "Adadelta");
    await expect(dock.getByRole("textbox", { name: "max_momentum" })).toBeHidden();
    await bench.choose(dock, "optimizer", "SGD");
    await bench.choose(dock, "schedule", "MultiStepLR");
    await bench.setNumber("milestones", "8, 12");
    await bench.setNumber("warm-up steps", "4");
    await bench.choose(dock, "clipping", "by norm");
    await bench.setNumber("max_norm", "0.5");
    await bench.setNumber("epochs", "3");
  });

  await test.step("several batches make a step, which is then no single kernel", async () => {
    const kernel = dock.getByRole("combobox", { name: "whole-step kernel" });
    await expect(kernel).toBeEnabled();
    await bench.setNumber("batch size", "12");
    await bench.setNumber("accumulation", "4");
    await expect(kernel).toBeDisabled();
    await expect(kernel).toHaveText("off");
  });

  await test.step("a layer is frozen, begins by another law, and says so in PyTorch", async () => {
    await bench.node("Linear fc1").click();
    await inspector.getByRole("switch", { name: "freeze" }).click();
    await bench.choose(inspector, "weight init", "xavier_uniform_");
    await expect(inspector).toContainText("nn.init.xavier_uniform_(self.fc1.weight, gain=1)");
    await expect(inspector).toContainText("self.fc1.requires_grad_(False)");
    await bench.node("CrossEntropyLoss soft").click();
    await inspector.getByRole("textbox", { name: "weight", exact: true }).last().fill("0.25");
    await inspector.getByRole("textbox", { name: "weight", exact: true }).last().press("Enter");
  });

  await test.step("each loss has its own curve", async () => {
    await bench.train();
    await bench.untilFinished();
    // 120 rows are two steps of 48 and one of 24.
    await expect(dock).toContainText("step 9 / 9");
    const legend = dock.locator(".legend");
    await expect(legend).toContainText("training loss");
    await expect(legend.getByText("hard", { exact: true })).toBeVisible();
    await expect(legend.getByText("soft", { exact: true })).toBeVisible();
  });

  await test.step("all of it is in the file", async () => {
    await desktop.menu("file.save");
    await expect(bench.topBar).toContainText("saved");
    const { training, graph } = JSON.parse(readFileSync(file, "utf8"));
    expect(training).toMatchObject({
      optimizer: { type: "SGD" },
      schedule: { type: "MultiStepLR", milestones: [8, 12] },
      batch_size: 12,
      accumulation_steps: 4,
      warmup_steps: 4,
      clip: { type: "norm", max_norm: 0.5 },
    });
    const own = (name: string) => graph.nodes.find((node: { name: string }) => node.name === name).training;
    expect(own("fc1")).toEqual({ frozen: true, init: { weight: { type: "xavier_uniform_", gain: 1 } } });
    expect(own("soft")).toEqual({ loss_weight: 0.25 });
  });
});

/** The iris example with a second, softened loss beside its own. */
function twoLosses(): string {
  const parsed = parseProject(readFileSync("assets/examples/iris.loom.json", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message.en);
  const { graph, ...project } = parsed.project;
  const loss = graph.nodes.find(({ type }) => type === "CrossEntropyLoss");
  if (!loss) throw new Error("the example has no loss");
  const soft = {
    ...loss,
    id: "soft",
    name: "soft",
    params: { label_smoothing: 0.5 },
    position: { x: loss.position.x, y: loss.position.y + 160 },
  };
  const nodes = graph.nodes.map((node) => (node === loss ? { ...node, name: "hard" } : node));
  const wires = graph.edges
    .filter(({ to }) => to.node === loss.id)
    .map((edge) => ({ ...edge, id: `${edge.id} soft`, to: { ...edge.to, node: "soft" } }));
  return printProject({
    ...project,
    graph: { ...graph, nodes: [...nodes, soft], edges: [...graph.edges, ...wires] },
  });
}
