/** Several nodes as one: collapsing, entering, repeating, using again, mending inside, taking apart. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("layers become a block, which is repeated, mended inside, used again and trained", async ({
  desktop,
}) => {
  const bench = new Workbench(desktop.page);
  const { canvas, dock, inspector, page } = bench;
  await bench.openExample("Iris");
  const block = bench.node("Dense");
  const levels = canvas.getByRole("navigation", { name: "Levels" });

  await test.step("two layers are collapsed and the network stays as it was", async () => {
    await bench.node("Linear fc1").click();
    await bench.node("ReLU").click({ modifiers: ["ControlOrMeta"] });
    await page.keyboard.press("ControlOrMeta+g");
    await expect(bench.node("Block")).toContainText("80 params");
    await expect(bench.node("Linear fc1")).toBeHidden();
    await expect(bench.statusBar).toContainText("131 parameters");
  });

  await test.step("it is named and stands three times in a row, each with its own weights", async () => {
    await inspector.getByRole("textbox", { name: "Name of the block" }).fill("Dense");
    await inspector.getByLabel("repeat", { exact: true }).fill("3");
    await inspector.getByLabel("repeat", { exact: true }).press("Enter");
    await expect(block).toContainText("×3");
    // 4×16+16, twice 16×16+16, 16×3+3
    await expect(bench.statusBar).toContainText("675 parameters");
  });

  await test.step("a port gets a name", async () => {
    await inspector.getByRole("textbox", { name: "Name of the port x" }).fill("features");
    await expect(canvas.getByLabel("Input features of Dense", { exact: true })).toBeVisible();
  });

  await test.step("a mistake inside shows on the block, in the list, and on the layer", async () => {
    await block.dblclick();
    await expect(levels).toContainText("Network");
    await bench.setParam(bench.node("Linear fc1"), "in_features", "5");
    await levels.getByRole("button", { name: "Network" }).click();
    await expect(block).toContainText("fixes");
    await bench.show("Problems");
    const problem = dock.getByRole("list", { name: "Problems" });
    await problem.getByRole("button", { name: /fc1/ }).first().click();
    await expect(bench.node("Linear fc1")).toBeVisible();
    await expect(levels).toContainText("Dense");
    await problem.getByRole("button", { name: "Set in_features back to auto" }).click();
    await expect(dock.getByText("Nothing is wrong.")).toBeVisible();
    await page.keyboard.press("Alt+ArrowUp");
    await expect(levels).toBeHidden();
    await expect(bench.statusBar).toContainText("675 parameters");
  });

  await test.step("it can be used again from the palette", async () => {
    const layers = page.getByRole("complementary", { name: "Layers" });
    await layers
      .getByRole("button", { name: "Dense", exact: true })
      .dragTo(canvas, { targetPosition: { x: 640, y: 330 } });
    await expect(block).toHaveCount(2);
    await desktop.menu("edit.delete");
    await expect(block).toHaveCount(1);
  });

  await test.step("it trains, and taken apart it is three layers of each kind", async () => {
    await bench.show("Training");
    await bench.setNumber("epochs", "2");
    await bench.train();
    await bench.untilFinished();
    await block.click();
    await page.keyboard.press("ControlOrMeta+Shift+g");
    await expect(canvas.getByRole("group", { name: /^Linear/ })).toHaveCount(4);
    await expect(bench.statusBar).toContainText("675 parameters");
    await desktop.menu("edit.undo");
    await expect(block).toBeVisible();
  });
});

test("a block that was kept is in the palette of the next project", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, page } = bench;
  const layers = page.getByRole("complementary", { name: "Layers" });
  await bench.openExample("Iris");
  await bench.node("Linear fc1").click();
  await bench.node("ReLU").click({ modifiers: ["ControlOrMeta"] });
  await page.keyboard.press("ControlOrMeta+g");
  await inspector.getByRole("button", { name: "Keep in my blocks" }).click();
  await desktop.reopen();
  const mine = layers.getByRole("region", { name: "My blocks" });
  await mine.getByRole("button", { name: "Block", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(canvas.getByRole("group", { name: "Block", exact: true })).toBeVisible();
  await canvas.getByRole("group", { name: "Block", exact: true }).dblclick();
  await expect(bench.node("Linear fc1")).toBeVisible();
});
