/** A folder with one sub-folder of pictures for each class, and the convolutional network that learns to read them. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("the folder of 600 digits trains to over 85 % validation accuracy", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { canvas, dock } = bench;
  await bench.openExample("Digits");

  await test.step("open the folder", async () => {
    await desktop.answerOpen(["assets/datasets/digits-folder"]);
    await desktop.menu("file.openDataFolder");
    await bench.show("Data");
    await expect(dock.getByText("600 samples", { exact: true })).toBeVisible();
    await expect(dock.getByText("480 to train, 120 to validate")).toBeVisible();
    await expect(dock.getByRole("heading", { name: "10 classes" })).toBeVisible();
    await expect(dock.getByRole("listitem").filter({ hasText: /^7/ })).toContainText("60");
    const pictures = dock.getByRole("figure").locator("canvas:visible");
    await expect(pictures.first()).toBeVisible();
    expect(await pictures.count()).toBeGreaterThanOrEqual(10);
    await expect(canvas.locator(".chip", { hasText: /^N×1×28×28$/ })).toBeVisible();
  });

  await bench.show("Training");
  await bench.setNumber("epochs", "5");
  await bench.train();
  await bench.untilFinished();
  await expect(dock.getByText("step 75 / 75")).toBeVisible();
  expect(await bench.tile("validation accuracy")).toBeGreaterThan(85);
});
