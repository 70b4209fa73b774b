/** Nothing that a person made is lost: to a power cut, to a window that breaks, to somebody else's hand in the file. */
import { readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { Desktop } from "./desktop";
import { expect, test } from "./fixtures";
import { Workbench } from "./workbench";

test("after a power cut the work is offered, as a new project beside the file", async ({ folder }) => {
  test.setTimeout(180_000);
  const project = path.join(folder, "flowers.loom.json");
  const first = await Desktop.launch();
  const saved =
    await test.step("a saved project is changed, and the app is killed a second later", async () => {
      const bench = new Workbench(first.page);
      await bench.openExample("Iris");
      await first.answerSave(project);
      await first.menu("file.save");
      await expect(bench.topBar).toContainText("flowers.loom.json• saved");
      const saved = readFileSync(project, "utf8");
      await bench.setParam(bench.node("Linear fc1"), "out_features", "24");
      await bench.setNumber("epochs", "3");
      await expect(bench.statusBar).toContainText("autosaved", { timeout: 1000 });
      await first.page.waitForTimeout(1000);
      await first.kill();
      return saved;
    });

  const second = await Desktop.launch(first.userData, [project]);
  await test.step("the next start asks before it opens anything else, and survives a second cut", async () => {
    const question = second.page.getByRole("alertdialog", { name: "Recover unsaved work?" });
    await expect(question).toContainText("flowers.loom.json");
    await second.kill();
  });

  const third = await Desktop.launch(first.userData);
  await test.step("what was recovered is unsaved, has no file and leaves the original alone", async () => {
    const bench = new Workbench(third.page);
    await third.page.getByRole("button", { name: "Recover" }).click();
    await expect(bench.topBar).toContainText("flowers-recovered.loom.json• edited");
    await bench.node("Linear fc1").click();
    await expect(bench.inspector.getByLabel("out_features", { exact: true })).toHaveValue("24");
    await expect(bench.dock.getByRole("textbox", { name: "epochs" })).toHaveValue("3");
    expect(readFileSync(project, "utf8")).toBe(saved);
    const copy = path.join(folder, "copy.loom.json");
    await third.answerSave(copy);
    await third.menu("file.save");
    await expect(bench.topBar).toContainText("copy.loom.json• saved");
    await expect(bench.statusBar).not.toContainText("autosaved");
    expect(readFileSync(project, "utf8")).toBe(saved);
    await third.kill();
  });

  const fourth = await Desktop.launch(first.userData, [project]);
  await test.step("once it is saved, nothing is offered, and a double-clicked file just opens", async () => {
    await expect(new Workbench(fourth.page).topBar).toContainText("flowers.loom.json• saved");
    await expect(fourth.page.getByRole("alertdialog")).toBeHidden();
  });
  await fourth.quit();
  await rm(first.userData, { recursive: true, force: true });
});

test("a window that breaks comes back with the work", async ({ desktop }) => {
  const bench = new Workbench(desktop.page);
  await bench.openExample("Iris");
  await bench.node("ReLU").click();
  await desktop.page.keyboard.press("Delete");
  await expect(bench.statusBar).toContainText("autosaved");
  await desktop.app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0];
    webContents.emit("render-process-gone", {}, { reason: "crashed", exitCode: 1 });
  });
  await desktop.page.getByRole("button", { name: "Recover" }).click();
  await expect(bench.node("Linear fc1")).toBeVisible();
  await expect(bench.node("ReLU")).toBeHidden();
  await expect(bench.topBar).toContainText("edited");
});

test("a file that somebody else has changed is not overwritten unasked", async ({ desktop, folder }) => {
  const bench = new Workbench(desktop.page);
  const { page } = desktop;
  const project = path.join(folder, "flowers.loom.json");
  const question = page.getByRole("alertdialog", { name: "flowers.loom.json was changed by somebody else" });
  await bench.openExample("Iris");
  await desktop.answerSave(project);
  await desktop.menu("file.save");
  await expect(bench.topBar).toContainText("flowers.loom.json• saved");
  const theirs = readFileSync(project, "utf8").replace('"epochs": ', '"epochs": 1');
  const mine = async () => {
    await bench.setParam(bench.node("Linear fc1"), "out_features", "24");
    writeFileSync(project, theirs);
    await desktop.menu("file.save");
  };

  await test.step("cancel: both stay as they are", async () => {
    await mine();
    await question.getByRole("button", { name: "Cancel" }).click();
    await expect(bench.topBar).toContainText("edited");
    expect(readFileSync(project, "utf8")).toBe(theirs);
  });

  await test.step("save as: mine goes elsewhere", async () => {
    const copy = path.join(folder, "copy.loom.json");
    await desktop.menu("file.save");
    await desktop.answerSave(copy);
    await question.getByRole("button", { name: "Save as…" }).click();
    await expect(bench.topBar).toContainText("copy.loom.json• saved");
    expect(readFileSync(project, "utf8")).toBe(theirs);
    expect(readFileSync(copy, "utf8")).toContain("24");
  });

  await test.step("reload: theirs is the document", async () => {
    await desktop.answerOpen([project]);
    await desktop.menu("file.open");
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    writeFileSync(project, theirs.replace('"epochs": 1', '"epochs": 2'));
    await bench.setParam(bench.node("Linear fc1"), "out_features", "9");
    await desktop.menu("file.save");
    await question.getByRole("button", { name: "Reload" }).click();
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    await expect(bench.dock.getByRole("textbox", { name: "epochs" })).toHaveValue(/^2/);
  });

  await test.step("overwrite: mine is in the file, theirs in the backup", async () => {
    await mine();
    await question.getByRole("button", { name: "Overwrite" }).click();
    await expect(bench.topBar).toContainText("flowers.loom.json• saved");
    expect(readFileSync(project, "utf8")).toContain("24");
    expect(readFileSync(`${project}.bak`, "utf8")).toBe(theirs);
  });
});

test("closing the window with unsaved changes asks", async () => {
  const own = await Desktop.launch();
  const bench = new Workbench(own.page);
  await bench.openExample("Iris");
  await bench.node("ReLU").click();
  await own.page.keyboard.press("Delete");
  await expect(bench.topBar).toContainText("edited");
  const close = () =>
    own.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close()).catch(() => undefined);
  const [discard, cancel] = [1, 2];
  await own.answerQuestion(cancel);
  await close();
  await expect(bench.node("Linear fc1")).toBeVisible();
  const closed = own.app.waitForEvent("close");
  await own.answerQuestion(discard);
  await close();
  await closed;
  await rm(own.userData, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test("a project dropped on the window opens, and data go where data go", async ({ desktop, folder }) => {
  const bench = new Workbench(desktop.page);
  await test.step("a project, even on the Data panel", async () => {
    await bench.show("Data");
    await bench.dropFile(bench.dock, "assets/examples/iris.loom.json");
    await expect(bench.node("Linear fc1")).toBeVisible();
    // The file that a test drops has no place on a disk that it could be saved to.
    await expect(bench.topBar).toContainText("iris.loom.json• not saved yet");
  });
  await test.step("a broken one is refused with a reason, and changes nothing", async () => {
    await bench.dropFile(bench.canvas, "package.json");
    await expect(bench.canvas.getByRole("alert")).toContainText("package.json could not be opened");
    await expect(bench.node("Linear fc1")).toBeVisible();
  });
  await test.step("a table is opened as data", async () => {
    await bench.show("Problems");
    const table = path.join(folder, "flowers.csv");
    writeFileSync(table, "height,kind\n1,tulip\n2,rose\n3,tulip\n4,rose\n");
    await bench.dropFile(bench.canvas, table);
    await expect(bench.dock.getByRole("tab", { name: "Data" })).toHaveAttribute("aria-selected", "true");
    await expect(bench.dock.getByText("4 samples")).toBeVisible();
  });
});
