/** What axe finds wrong on the screen: the rules of WCAG 2.2, levels A and AA, and axe's own best practices. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import type axe from "axe-core";

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

const source = readFileSync(path.resolve(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");
const rooms = "dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip], svg";
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Holds the screen as it is against all rules, in the dark theme, and its contrast in the light one too. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  await showTheme(page, "dark");
  const dark = await faults(page, null);
  await showTheme(page, "light");
  const light = await faults(page, ["color-contrast"]);
  expect.soft([...dark, ...light.map((fault) => `light: ${fault}`)], screen).toEqual([]);
}

async function showTheme(page: Page, theme: "dark" | "light"): Promise<void> {
  // Without motion no colour is on its way to another.
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
}

async function faults(page: Page, rules: string[] | null): Promise<string[]> {
  // The page's policy refuses the script as an element of the page, and it is to stay as it is.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  return page.evaluate(
    async ({ rules, tags, rooms }) => {
      if (!window.axe) throw new Error("axe is not in the page");
      // Menus, lists and hints open at the end of the page, each a room of its own, as dialogs are.
      window.axe.configure({ checks: [{ id: "region", options: { regionMatcher: rooms } }] });
      const { violations } = await window.axe.run(document, {
        runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: tags },
        resultTypes: ["violations"],
      });
      return violations.flatMap(({ id, impact, help, nodes }) =>
        nodes.map(({ target, html, any }) =>
          [`${impact}: ${id} (${help})`, target.join(" "), html.slice(0, 160), any.at(0)?.message ?? ""].join(
            "\n    ",
          ),
        ),
      );
    },
    { rules, tags, rooms },
  );
}
