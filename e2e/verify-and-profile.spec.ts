/** Is it right, and where does the time go: a node held against exact arithmetic, and a step against the clock. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";
import { patience, Workbench } from "./workbench";

test("a node is verified from its menu, from the inspector and from the command palette", async ({
  desktop,
}) => {
  const bench = new Workbench(desktop.page);
  const { page, inspector } = bench;
  await bench.openExample("Iris");
  const verification = inspector.getByRole("region", { name: "Verification" });

  await test.step("by its menu: every output and gradient has its difference", async () => {
    await bench.node("Linear fc1").click({ button: "right", position: { x: 40, y: 12 } });
    await page.getByRole("menuitem", { name: "Verify this node" }).click();
    await expect(verification).toContainText(
      /Right: the largest relative difference is \d\.\de-\d/,
      patience,
    );
    for (const tensor of ["y", "∂x", "∂weight", "∂bias"])
      await expect(
        verification.getByRole("row", { name: new RegExp(`^${tensor} \\d\\.\\de-\\d+ \\d\\.\\de-\\d+$`) }),
      ).toBeVisible();
  });

  await test.step("an edit makes it a thing of the past", async () => {
    await inspector.getByRole("textbox", { name: "out_features" }).fill("24");
    await inspector.getByRole("textbox", { name: "out_features" }).press("Enter");
    await expect(verification).not.toContainText("Right");
  });

  await test.step("by the inspector's button", async () => {
    await verification.getByRole("button", { name: "Verify this node" }).click();
    await expect(verification).toContainText("Right", patience);
  });

  await test.step("by the command palette, with class numbers as targets", async () => {
    await bench.node("CrossEntropyLoss").click();
    await page.keyboard.press("ControlOrMeta+k");
    const palette = page.getByRole("dialog", { name: "Commands" });
    await palette.getByRole("combobox").fill("verify");
    await expect(palette.getByRole("option").first()).toHaveText("Verify this node");
    await page.keyboard.press("Enter");
    await expect(verification.getByRole("row", { name: /^loss / })).toBeVisible(patience);
    await expect(verification.getByRole("row", { name: /^∂prediction / })).toBeVisible();
  });
});

test("a step is profiled, shown as a heat map, and saved as a trace", async ({ desktop, folder }) => {
  const bench = new Workbench(desktop.page);
  const { page, dock, canvas } = bench;
  await bench.openExample("Iris");
  await bench.show("Profile");
  await dock.getByRole("button", { name: "Profile", exact: true }).click();
  await expect(dock).toContainText(/ms a step/, patience);

  await test.step("choosing a dispatch selects the nodes it came from", async () => {
    const dispatch = dock.getByRole("row").nth(1);
    const names = (await dispatch.locator(".origins").innerText()).split(", ");
    await dispatch.click();
    await expect(canvas.locator(".node.selected")).toHaveCount(names.length);
  });

  await test.step("by node, the shares are the whole", async () => {
    await dock.getByRole("button", { name: "Nodes" }).click();
    const shares = await dock.locator("td.share").allInnerTexts();
    const sum = shares.reduce((total, share) => total + Number.parseFloat(share), 0);
    expect(sum).toBeGreaterThan(99);
    expect(sum).toBeLessThan(101);
    await dock.getByRole("row", { name: /^fc2 / }).click();
    await expect(canvas.locator(".node.selected")).toContainText("fc2");
  });

  await test.step("the heat map tints the nodes and says their time", async () => {
    await expect(canvas.locator(".node.heated")).toHaveCount(0);
    await dock.getByRole("switch", { name: "Heat map" }).click();
    await expect(canvas.locator(".node.heated")).toHaveCount(6);
    await expect(bench.node("Linear fc1")).toContainText(/ms.*%/);
  });

  await test.step("the trace is on disk", async () => {
    const file = path.join(folder, "iris.trace.json");
    await desktop.answerSave(file);
    await dock.getByRole("button", { name: "Save trace…" }).click();
    await expect(page.getByText("Exported iris.trace.json")).toBeVisible();
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8"));
    expect(traceEvents.length).toBeGreaterThan(5);
  });
});

test("kernels are tuned for this machine, and the next start knows them", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { page, dock } = bench;
  await bench.openExample("Iris");
  const tune = async () => {
    // The example's data have been read, and the network checked with them.
    await expect(page.getByText(/plan: \d+ dispatches/)).toBeVisible(patience);
    await page.keyboard.press("ControlOrMeta+k");
    const palette = page.getByRole("dialog", { name: "Commands" });
    await palette.getByRole("combobox").fill("tune kernels");
    await palette.getByRole("option", { name: "Tune kernels for this machine" }).click();
  };

  await test.step("where a step is one kernel there is nothing to tune", async () => {
    await tune();
    await expect(dock.getByRole("alert")).toContainText("nothing to tune", patience);
  });

  await test.step("else it says what was measured, and keeps that", async () => {
    await bench.show("Training");
    await bench.choose(dock, "whole-step kernel", "off");
    await bench.show("Profile");
    await dock.getByRole("button", { name: "Tune kernels" }).click();
    await expect(dock.getByRole("status")).toContainText(/(\d+) of \1 products measured.* a step/, patience);
    const kept = await page.evaluate(() => localStorage.getItem("tensorloom.kernels") ?? "{}");
    expect(Object.keys(JSON.parse(kept).variants).length).toBeGreaterThan(3);
  });

  await test.step("after a new start the shapes need not be measured again", async () => {
    await desktop.reopen();
    await bench.openExample("Iris");
    await bench.show("Training");
    await bench.choose(dock, "whole-step kernel", "off");
    await tune();
    await expect(dock.getByRole("status")).toContainText(/^0 of \d+ products measured/, patience);
  });
});
