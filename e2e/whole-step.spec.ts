/** Small networks train with one dispatch for whole steps; the app says so and can switch it off. */
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("iris trains as one dispatch, or not", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { dock } = bench;
  const note = dock.getByText("Training runs all of it as one dispatch");
  await bench.openExample("Iris");

  await test.step("the Lowered tab tells that it is one dispatch", async () => {
    await bench.show("Lowered");
    await expect(note).toBeVisible();
    await expect(dock.getByRole("row", { name: /matmul/ }).first()).toBeVisible();
  });

  await test.step("it trains", async () => {
    await bench.show("Training");
    await bench.setNumber("epochs", "60");
    await bench.train();
    await bench.untilFinished();
    expect(await bench.tile("validation accuracy")).toBeGreaterThan(90);
  });

  await test.step("switched off, it is many again", async () => {
    await bench.choose(dock, "whole-step kernel", "off");
    await bench.show("Lowered");
    await expect(note).toBeHidden();
    await bench.show("Training");
    await bench.choose(dock, "whole-step kernel", "auto");
    await bench.show("Lowered");
    await expect(note).toBeVisible();
  });
});
