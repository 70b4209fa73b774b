/** The canvas under the hand: where things lie on the screen, and what the mouse does there. */
import type { Locator, Page } from "@playwright/test";
import type { Workbench } from "./workbench";

export function difference(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => Math.round(value - b[index]));
}

export function port({ canvas }: Workbench, label: string): Locator {
  return canvas.getByLabel(label, { exact: true });
}

export function wire(canvas: Locator, id: string): Locator {
  return canvas.locator(`.wire-hit[data-wire="${id}"]`);
}

export async function middle(place: Locator): Promise<[number, number]> {
  const box = await place.boundingBox();
  if (!box) throw new Error(`${place.toString()} is not shown`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

export async function drag(page: Page, from: Locator, to: Locator, drop = true): Promise<void> {
  await page.mouse.move(...(await middle(from)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(to)), { steps: 8 });
  if (drop) await page.mouse.up();
}

export async function click(page: Page, place: Locator, modifier: string): Promise<void> {
  await page.keyboard.down(modifier);
  await page.mouse.click(...(await middle(place)));
  await page.keyboard.up(modifier);
}

/** Near the lower right corner of the canvas. */
export async function emptyPlace(canvas: Locator): Promise<[number, number]> {
  const box = await canvas.boundingBox();
  if (!box) throw new Error("the canvas is not shown");
  return [box.x + box.width * 0.55, box.y + box.height - 20];
}

/** The middle of a place once it has stopped moving: the view glides when it is fitted or zoomed by a button. */
export async function settled(place: Locator): Promise<[number, number]> {
  let last = await middle(place);
  for (;;) {
    await place.page().waitForTimeout(80);
    const now = await middle(place);
    if (now[0] === last[0] && now[1] === last[1]) return now;
    last = now;
  }
}
