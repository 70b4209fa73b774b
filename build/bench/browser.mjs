/** Runs the contest: a page a workload, in which product and peers take turns. */
import path from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "../chromium.mjs";
import { dist } from "../paths.mjs";
import { serve } from "../serve.mjs";
import { disagreement, jsonLine, table } from "./report.mjs";

/** What a contestant trains in one round. */
const roundMilliseconds = 1000;

/** @returns {Promise<boolean>} whether all losses agreed */
export async function runContest({ workloads, peers, rounds, without, json }) {
  const address = await serve({ folder: path.join(dist, "bench") });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader"],
  });
  let agreed = true;
  for (const workload of workloads) {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(`${address}bench.html`);
    const results = await contestOn(page, workload, ["product", ...peers], rounds, without);
    await page.close();

    console.log(json ? jsonLine(workload, results) : table(workload, results));
    const problems = peers.map((peer) => disagreement(workload, peer, results)).filter(Boolean);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) agreed = false;
  }
  await browser.close();
  return agreed;
}

/** @returns by name `{ first_ms, losses, rounds }` */
async function contestOn(page, workload, names, rounds, without) {
  const results = {};
  for (const name of names) {
    console.error(`${workload}: ${name} begins`);
    const begin = (given) => window.contest.begin(...given);
    const begun = await page.evaluate(begin, [name, workload, without]);
    results[name] = { ...begun, rounds: [] };
  }
  for (let round = 1; round <= rounds; round++) {
    console.error(`${workload}: round ${round} of ${rounds}`);
    for (const name of names) {
      const measured = ([name, ms]) => window.contest.round(name, ms);
      results[name].rounds.push(await page.evaluate(measured, [name, roundMilliseconds]));
    }
  }
  return results;
}
