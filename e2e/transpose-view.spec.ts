/** The mistake that everybody makes once: a view of memory that a transpose has left in another order. */
import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

const pytorchSays =
  "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.";
/** `--error` in the light theme. */
const red = "rgb(201, 42, 42)";

test("a view of transposed memory is explained, mended with one click, and trains", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, dock } = bench;
  await bench.openExample("Transpose, then view");
  const view = bench.node("View flat");
  const problems = dock.getByRole("list", { name: "Problems" });

  await test.step("the node is red and its card says what PyTorch would", async () => {
    await expect(view.getByText("View needs contiguous memory")).toHaveCSS("color", red);
    await view.hover();
    const card = canvas.getByRole("article");
    await expect(card.getByRole("heading", { name: "View needs contiguous memory" })).toBeVisible();
    await expect(card.getByText(pytorchSays)).toBeVisible();
    await expect(card.getByText(/swap/).first()).toBeVisible();
    await expect(card.getByRole("button")).toHaveText(["Insert Contiguous", "Use Reshape", "Show memory"]);
    await expect(canvas.locator(".wire.bad")).toHaveCount(1);
  });

  await test.step("its memory shows which dimensions cannot be merged", async () => {
    await canvas.getByRole("button", { name: "Show memory" }).click();
    await expect(desktop.page.getByRole("tab", { name: "Memory" })).toHaveAttribute("aria-selected", "true");
    await expect(desktop.page.getByText(/would merge dims 1 and 2/)).toBeVisible();
  });

  await test.step("the list of problems leads to it", async () => {
    await expect(dock.getByRole("tab", { name: "Problems" })).toContainText("1");
    await bench.show("Problems");
    await expect(problems.getByRole("listitem")).toHaveCount(1);
    await expect(problems).toContainText(pytorchSays);
    await expect(problems.getByRole("button", { name: "Use Reshape" })).toBeVisible();
    // Out of sight first, so that it has to be brought back.
    await canvas.hover({ position: { x: 700, y: 300 } });
    await desktop.page.mouse.down();
    await desktop.page.mouse.move(20, 60, { steps: 4 });
    await desktop.page.mouse.up();
    await problems.getByRole("button", { name: /View needs contiguous memory/ }).click();
    await expect.poll(() => distanceFromMiddle(view, canvas)).toBeLessThan(30);
  });

  await test.step("training says where to look instead of starting", async () => {
    await bench.train();
    await bench.show("Training");
    await expect(dock.getByRole("alert")).toContainText("Mend what the Problems tab names");
  });

  await test.step("a click mends it; undo and redo", async () => {
    await bench.show("Problems");
    await problems.getByRole("button", { name: "Insert Contiguous" }).click();
    await expect(dock.getByText("Nothing is wrong.")).toBeVisible();
    await expect(bench.node("Contiguous")).toBeVisible();
    await desktop.menu("edit.undo");
    await expect(problems).toContainText("View needs contiguous memory");
    await expect(bench.node("Contiguous")).toBeHidden();
    await desktop.menu("edit.redo");
    await expect(dock.getByText("Nothing is wrong.")).toBeVisible();
    await expect(bench.node("Contiguous")).toBeVisible();
  });

  await test.step("it trains and the loss falls", async () => {
    await bench.show("Training");
    await bench.setNumber("epochs", "2");
    await bench.train();
    await bench.untilFinished();
    // Ten classes guessed at random have a loss of ln 10, which is 2.3.
    expect(await bench.tile("validation loss")).toBeLessThan(1);
  });
});

async function distanceFromMiddle(node: Locator, room: Locator): Promise<number> {
  const [inner, outer] = [await node.boundingBox(), await room.boundingBox()];
  if (!inner || !outer) return Number.POSITIVE_INFINITY;
  return Math.hypot(
    inner.x + inner.width / 2 - outer.x - outer.width / 2,
    inner.y + inner.height / 2 - outer.y - outer.height / 2,
  );
}
