/** From an empty window to a trained classifier: a CSV file, a network drawn by hand, curves, and how well it does. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("draw a network for iris.csv and train it to over 95 % validation accuracy", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, dock } = bench;
  await expect(canvas.getByRole("heading", { name: "Draw a network" })).toBeVisible();

  await test.step("open the data", async () => {
    await desktop.answerOpen(["assets/datasets/iris.csv"]);
    await bench.show("Data");
    await dock.getByRole("button", { name: "Open files…" }).click();
    await expect(dock.getByText("150 samples")).toBeVisible();
    await expect(dock.getByRole("combobox", { name: "target column" })).toHaveText("species");
    await expect(dock.getByText("120 to train, 30 to validate")).toBeVisible();
    await expect(dock.getByRole("switch", { name: "standardise" })).toBeChecked();
    await expect(dock.getByRole("columnheader", { name: "petal_width" })).toBeVisible();
    await expect(dock.getByRole("listitem").filter({ hasText: "versicolor" })).toContainText("50");
  });

  await test.step("draw the network", async () => {
    await bench.place("Input", "flower", 100, 60);
    await bench.place("Linear", "hidden", 324, 60);
    await bench.place("ReLU", "bend", 548, 60);
    await bench.place("Linear", "scores", 772, 60);
    await bench.place("Input", "species", 324, 340);
    await bench.choose(bench.inspector, "tensor", "label");
    await bench.place("CrossEntropyLoss", "loss", 600, 300);

    await bench.setParam(bench.node("Linear hidden"), "out_features", "16");
    await bench.setParam(bench.node("Linear scores"), "out_features", "3");

    await bench.wire({ node: "flower", port: "y" }, { node: "hidden", port: "x" });
    await expect(canvas.getByText("N×4", { exact: true }).last()).toBeVisible();
    await bench.wire({ node: "hidden", port: "y" }, { node: "bend", port: "x" });
    await bench.wire({ node: "bend", port: "y" }, { node: "scores", port: "x" });
    await expect(canvas.locator(".chip", { hasText: /^N×16$/ })).toHaveCount(2);
    await bench.wire({ node: "scores", port: "y" }, { node: "loss", port: "prediction" });
    await bench.wire({ node: "species", port: "y" }, { node: "loss", port: "target" });
    await expect(canvas.getByLabel("Wire from species to loss")).toBeAttached();

    await bench.show("Problems");
    await expect(dock.getByText("Nothing is wrong.")).toBeVisible();
    await expect(bench.statusBar.getByText("131 parameters")).toBeVisible();
  });

  await test.step("train", async () => {
    await bench.show("Training");
    await expect(dock.getByText("Data: iris, 120 rows to train on.")).toBeVisible();
    await bench.setNumber("Value of learning rate", "0.02");
    await bench.setNumber("batch size", "16");
    await bench.setNumber("epochs", "40");
    await expect(dock.getByText("320 steps ahead")).toBeVisible();

    // The run lasts for less than the time between two looks.
    const words = await bench.wordsOf(bench.trainButton);
    await bench.train();
    await expect.poll(() => words.jsonValue()).toContain("Pause");
    await expect(dock.getByRole("figure", { name: /^Loss/ }).locator("canvas")).toBeVisible();
    await expect.poll(() => bench.tile("samples per second")).toBeGreaterThan(0);
    await bench.untilFinished();
  });

  await expect(bench.trainButton).toHaveText("Train");
  await expect(dock.getByText("step 320 / 320")).toBeVisible();
  await expect(dock.getByText("epoch 40 of 40")).toBeVisible();
  expect(await bench.tile("validation accuracy")).toBeGreaterThan(95);
  expect(await bench.tile("validation loss")).toBeLessThan(0.3);
});
