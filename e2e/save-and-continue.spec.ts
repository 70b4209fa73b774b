/** Leave off and come back: the project and its weights are saved, opened again, and trained further. */
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("a saved project opens as it was, and its weights train on where they were saved", async ({
  desktop,
  folder,
}) => {
  const bench = new Workbench(desktop.page);
  const { canvas, inspector, dock, topBar } = bench;
  const project = path.join(folder, "flowers.loom.json");
  const weights = path.join(folder, "flowers.safetensors");
  const fc1 = bench.node("Linear fc1");

  await test.step("edit, and save through the menu", async () => {
    await bench.openExample("Iris");
    await bench.setParam(fc1, "out_features", "24");
    await bench.setNumber("epochs", "3");
    await bench.drag(bench.node("ReLU"), 44, 66);
    await expect(topBar).toContainText("iris.loom.json• edited");
    await desktop.answerSave(project);
    await desktop.menu("file.save");
    await expect(topBar).toContainText("flowers.loom.json• saved");
    expect(existsSync(project)).toBe(true);
  });
  const gap = await bench.distance(fc1, bench.node("ReLU"));

  await test.step("train, and save the weights", async () => {
    await bench.train();
    await bench.untilFinished();
    await expect(dock.getByText("step 24 / 24")).toBeVisible();
    await desktop.answerSave(weights);
    await bench.runMenu("Save weights…");
    await expect(canvas.getByText("Exported flowers.safetensors")).toBeVisible();
    expect(existsSync(weights)).toBe(true);
  });

  await test.step("change much, and open the file again", async () => {
    await bench.setParam(fc1, "out_features", "7");
    await bench.setNumber("epochs", "50");
    await bench.node("ReLU").click();
    await desktop.page.keyboard.press("Delete");
    await expect(bench.node("ReLU")).toBeHidden();
    await expect(topBar).toContainText("edited");

    await desktop.answerOpen([project]);
    await desktop.menu("file.open");
    const question = desktop.page.getByRole("alertdialog", {
      name: "Save the changes to flowers.loom.json?",
    });
    await question.getByRole("button", { name: "Discard changes" }).click();
    await expect(topBar).toContainText("flowers.loom.json• saved");
  });

  await test.step("a new project offers it among the recent ones", async () => {
    await desktop.menu("file.new");
    await canvas.getByRole("button", { name: "flowers.loom.json" }).click();
    await expect(topBar).toContainText("flowers.loom.json• saved");
  });

  await test.step("everything is as it was saved", async () => {
    await expect(bench.node("ReLU")).toBeVisible();
    await fc1.click();
    await expect(inspector.getByLabel("out_features", { exact: true })).toHaveValue("24");
    await expect(dock.getByRole("textbox", { name: "epochs" })).toHaveValue("3");
    await expect.poll(() => bench.distance(fc1, bench.node("ReLU"))).toBeCloseTo(gap, 0);
    await expect(bench.progress).toContainText("not trained");
  });

  await test.step("the weights train on where they were saved", async () => {
    await desktop.answerOpen([weights]);
    await bench.runMenu("Load weights…");
    await expect(canvas.getByText("Loaded flowers.safetensors")).toBeVisible();
    await expect(dock.getByText("The next start goes on from flowers.safetensors")).toBeVisible();
    await bench.setNumber("epochs", "6");
    await bench.transport("One step").click();
    await expect(dock.getByText("step 25 / 48")).toBeVisible();
    await bench.transport("Resume").click();
    await bench.untilFinished();
    await expect(dock.getByText("step 48 / 48")).toBeVisible();
  });
});
