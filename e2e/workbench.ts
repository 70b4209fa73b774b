/** The window as a person uses it: what is dragged, wired, typed, pressed and read in it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, type JSHandle, type Locator, type Page } from "@playwright/test";
import { settled } from "./canvas";

/** Training on a software adapter that shares its processor with other work. */
export const patience = { timeout: 90_000 };

/** A node by the name that the person gave it, and one of its ports. */
export interface Port {
  readonly node: string;
  readonly port: string;
}

type DockTab = "Training" | "Data" | "Problems" | "Lowered" | "Profile";
type RunButton =
  | "Train"
  | "Pause"
  | "Resume"
  | "One step"
  | "Stop; the weights stay"
  | "Forget weights and curves";

export class Workbench {
  readonly topBar: Locator;
  readonly canvas: Locator;
  readonly inspector: Locator;
  readonly dock: Locator;
  readonly statusBar: Locator;

  constructor(readonly page: Page) {
    this.topBar = page.getByRole("banner");
    this.canvas = page.getByRole("main", { name: "Canvas" });
    this.inspector = page.getByRole("complementary", { name: "Inspector" });
    this.dock = page.getByRole("region", { name: "Dock" });
    this.statusBar = page.getByRole("contentinfo", { name: "Status" });
  }

  /** From the empty canvas of a new project. */
  async openExample(name: string): Promise<void> {
    await this.canvas.getByRole("button", { name, exact: true }).click();
    const node = this.canvas.locator(".react-flow__node").first();
    await expect(node).toBeVisible();
    // The view moves until all of it is in sight.
    await settled(node);
  }

  async show(tab: DockTab): Promise<void> {
    await this.dock.getByRole("tab", { name: tab }).click();
  }

  /** Lets a file of this machine go over a place in the window, as if it were dragged from the desktop. */
  async dropFile(place: Locator, file: string): Promise<void> {
    const bytes = readFileSync(file).toString("base64");
    const dropped = await this.page.evaluateHandle(
      async ({ bytes, name }) => {
        const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], name));
        return transfer;
      },
      { bytes, name: path.basename(file) },
    );
    for (const type of ["dragenter", "dragover", "drop"])
      await place.dispatchEvent(type, { dataTransfer: dropped });
  }

  // Drawing

  /** The node by its type and the name that the person gave it: `Linear fc1`, or the type alone. */
  node(label: string): Locator {
    return this.canvas.getByRole("group", { name: label, exact: true });
  }

  /** Drags a layer from the palette to a place on the canvas, in pixels from its corner, and gives it a name. */
  async place(type: string, name: string, x: number, y: number): Promise<void> {
    const layers = this.page.getByRole("complementary", { name: "Layers" });
    await layers
      .getByRole("button", { name: type, exact: true })
      .dragTo(this.canvas, { targetPosition: { x, y } });
    await this.inspector.getByRole("textbox", { name: "Name" }).fill(name);
    await expect(this.node(`${type} ${name}`)).toBeVisible();
  }

  /** As text on the clipboard, a project file. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((copied) => {
      const data = new DataTransfer();
      data.setData("text/plain", copied);
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }, text);
  }

  async wire(from: Port, to: Port): Promise<void> {
    const start = await middleOf(
      this.canvas.getByLabel(`Output ${from.port} of ${from.node}`, { exact: true }),
    );
    const end = await middleOf(this.canvas.getByLabel(`Input ${to.port} of ${to.node}`, { exact: true }));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move(end.x, end.y, { steps: 8 });
    await this.page.mouse.up();
  }

  /**
   * Drags a node by its head, and sees it move before it is let go.
   * @returns how far it went, in pixels
   */
  async drag(
    node: Locator,
    x: number,
    y: number,
    { timeout = 15_000 } = {},
  ): Promise<{ x: number; y: number }> {
    const before = await cornerOf(node);
    const hold = { x: before.x + 60, y: before.y + 12 };
    await this.page.mouse.move(hold.x, hold.y);
    await this.page.mouse.down();
    await this.page.mouse.move(hold.x + x, hold.y + y, { steps: 6 });
    await expect.poll(async () => (await cornerOf(node)).x, { timeout }).not.toBe(before.x);
    await this.page.mouse.up();
    const after = await cornerOf(node);
    return { x: after.x - before.x, y: after.y - before.y };
  }

  /** Between the corners of two nodes, in pixels. */
  async distance(one: Locator, other: Locator): Promise<number> {
    const [a, b] = [await cornerOf(one), await cornerOf(other)];
    return Math.hypot(a.x - b.x, a.y - b.y);
  }

  /** Selects the node and types a value into its form. */
  async setParam(node: Locator, param: string, value: string): Promise<void> {
    await node.click();
    await this.inspector.getByLabel(param, { exact: true }).fill(value);
    await this.inspector.getByLabel(param, { exact: true }).press("Enter");
  }

  /** One out of a list, by the names of the list and of the entry. */
  async choose(room: Locator, list: string, entry: string): Promise<void> {
    await room.getByRole("combobox", { name: list }).click();
    await this.page.getByRole("option", { name: entry, exact: true }).click();
  }

  // Training

  /** The button in the training panel. */
  transport(button: RunButton): Locator {
    return this.dock.getByRole("button", { name: button, exact: true });
  }

  /** The primary button of the window, in the top bar. */
  get trainButton(): Locator {
    return this.topBar.locator(".train-button");
  }

  async train(): Promise<void> {
    await this.trainButton.click();
  }

  /** All that an element says from now on, however briefly. */
  wordsOf(element: Locator): Promise<JSHandle<string[]>> {
    return element.evaluateHandle((node) => {
      const words: string[] = [];
      const look = new MutationObserver(() => words.push(node.textContent));
      look.observe(node, { characterData: true, childList: true, subtree: true });
      return words;
    });
  }

  /** An item of the menu beside the transport. */
  async runMenu(item: string): Promise<void> {
    await this.dock.getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async exportMenu(item: string): Promise<void> {
    await this.topBar.getByRole("button", { name: "Export" }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async setNumber(label: string, value: string): Promise<void> {
    const field = this.dock.getByRole("textbox", { name: label, exact: true });
    await field.fill(value);
    await field.press("Enter");
  }

  /** The words under the progress bar: `running` is shown as the time left. */
  get progress(): Locator {
    return this.dock.locator(".progress-words");
  }

  async untilFinished(): Promise<void> {
    await expect(this.progress).toContainText("finished", patience);
  }

  /** From `step 12 / 300`; 0 before the first. */
  async step(): Promise<number> {
    return Number(/step ([\d,]+) \//.exec(await this.progress.innerText())?.[1].replaceAll(",", "") ?? 0);
  }

  /** The number on a tile: `0.164` is 0.164, `97.5 %` is 97.5; NaN while it shows none. */
  async tile(label: string): Promise<number> {
    const tile = this.dock.locator(".tile", { has: this.page.getByText(label, { exact: true }) });
    return Number.parseFloat((await tile.locator("b").innerText()).replaceAll(",", ""));
  }
}

async function middleOf(place: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await boxOf(place);
  return { x: x + width / 2, y: y + height / 2 };
}

async function cornerOf(place: Locator): Promise<{ x: number; y: number }> {
  const { x, y } = await boxOf(place);
  return { x, y };
}

async function boxOf(place: Locator) {
  const box = await place.boundingBox();
  if (!box) throw new Error(`${place.toString()} is not shown`);
  return box;
}
