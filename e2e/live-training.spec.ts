/** A run in a person's hands: paused, stepped, steered and stopped, while the canvas goes on answering. */
import type { Locator } from "@playwright/test";
import { decode } from "fast-png";
import { expect, test } from "./fixtures";
import { patience, Workbench } from "./workbench";

test("pause, step, change the learning rate, resume, stop and reset a run", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  const { dock } = bench;
  const chart = dock.getByRole("figure", { name: /^Loss/ });
  await bench.openExample("Iris");
  // Long enough to outlast the story on any machine.
  await bench.setNumber("epochs", "100000");
  await bench.train();
  await expect.poll(() => bench.step(), patience).toBeGreaterThan(20);

  const paused = await test.step("pause: the step stands still", async () => {
    await bench.transport("Pause").click();
    await expect(bench.progress).toContainText("paused");
    const step = await bench.step();
    await bench.drag(bench.node("ReLU"), 30, 20);
    expect(await bench.step()).toBe(step);
    await expect(bench.trainButton).toHaveText("Resume");
    return step;
  });

  await test.step("single step: exactly one", async () => {
    await bench.transport("One step").click();
    await expect.poll(() => bench.step()).toBe(paused + 1);
    await expect(bench.progress).toContainText("paused");
    await bench.transport("One step").click();
    await expect.poll(() => bench.step()).toBe(paused + 2);
    await expect(bench.progress).toContainText("paused");
  });

  await test.step("resume, and change the learning rate while it runs", async () => {
    await bench.transport("Resume").click();
    await expect.poll(() => bench.step(), patience).toBeGreaterThan(paused + 20);
    expect(await amberPixels(chart)).toBe(0);
    await bench.setNumber("Value of learning rate", "0.005");
    await expect.poll(() => amberPixels(chart)).toBeGreaterThan(50);
    const changed = await bench.step();
    await expect.poll(() => bench.step(), patience).toBeGreaterThan(changed + 20);
    await expect(bench.progress).toContainText("left");
  });

  await test.step("the canvas answers while it trains", async () => {
    const before = await bench.step();
    const { x, y } = await bench.drag(bench.node("Linear fc2"), 60, 40, { timeout: 1_000 });
    expect(x).toBeGreaterThan(30);
    expect(y).toBeGreaterThan(20);
    await expect.poll(() => bench.step(), patience).toBeGreaterThan(before);
    await expect(bench.trainButton).toHaveText("Pause");
  });

  await test.step("stop: the weights and the curves stay", async () => {
    await bench.transport("Stop; the weights stay").click();
    await expect(bench.progress).toContainText("stopped");
    await expect(chart).toBeVisible();
    expect(await bench.step()).toBeGreaterThan(paused);
  });

  await test.step("reset: everything is forgotten", async () => {
    await bench.transport("Forget weights and curves").click();
    await expect(bench.progress).toContainText("not trained");
    await expect(chart).toBeHidden();
    await expect(dock.getByRole("heading", { name: "Three things make a training run" })).toBeVisible();
  });
});

/** How much of a picture has the colour in which changes are marked: `--warn` in the light theme. */
async function amberPixels(picture: Locator): Promise<number> {
  const { data, channels } = decode(await picture.screenshot());
  let count = 0;
  for (let i = 0; i < data.length; i += channels) {
    const isAmber = amber.every((value, channel) => Math.abs(data[i + channel] - value) < 40);
    if (isAmber) count++;
  }
  return count;
}

const amber = [154, 98, 0];
