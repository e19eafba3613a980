import { randomUUID } from "node:crypto";
import { chromium } from "@playwright/test";
import lighthouse, { desktopConfig, type Result } from "lighthouse";
import { percentile } from "../support/figures.ts";
import { freePort } from "../support/server.ts";
import { fill, Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** Its marks vary with what else the machine does; the median of these is said. */
const RUNS = 3;
const GOAL = 95;

async function run(url: string, mode: "mobile" | "desktop", executablePath?: string): Promise<Result> {
  const port = await freePort();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`] });
  const made = await lighthouse(url, { port, logLevel: "error", onlyCategories: CATEGORIES }, mode === "desktop" ? desktopConfig : undefined);
  await browser.close();
  if (!made) throw new Error(`Lighthouse says nothing about ${url}`);
  return made.lhr;
}

const mark = (result: Result, category: string): number => Math.round((result.categories[category]?.score ?? 0) * 100);
const middle = (results: Result[], of: (result: Result) => number): number => percentile(results.map(of), 0.5);

for (const [name, touchpoints] of [
  ["the start page", 0],
  ["a map of 35 touchpoints", 35],
] as const) {
  for (const mode of ["mobile", "desktop"] as const) {
    test(`${name}, ${mode}`, async ({ server, launchOptions, request }) => {
      let url = `${server.url}/`;
      if (touchpoints > 0) {
        const board = randomUUID();
        const stock = await new Stock(server, board).synced();
        fill(stock, touchpoints);
        url = `${server.url}/map/${board}`;
        await expect.poll(async () => (await request.get(url)).status()).toBe(200);
        stock.close();
      }
      const results: Result[] = [];
      for (let n = 0; n < RUNS; n++) results.push(await run(url, mode, launchOptions.executablePath));
      console.log(`Lighthouse, ${name}, ${mode}: ${CATEGORIES.map((category) => `${category} ${middle(results, (result) => mark(result, category))}`).join(", ")} (goal ${GOAL}; median of ${RUNS})`);
      const metrics = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"];
      console.log(
        `  ${metrics.map((id) => `${id} ${middle(results, (result) => result.audits[id]?.numericValue ?? NaN).toFixed(id.endsWith("shift") ? 3 : 0)}`).join(", ")}; speed of the machine ${middle(results, (result) => result.environment.benchmarkIndex).toFixed(0)}`,
      );
      const last = results.at(-1) as Result;
      for (const { id, auditRefs } of Object.values(last.categories))
        for (const { id: audit, weight } of auditRefs) {
          const { score, displayValue } = last.audits[audit] ?? {};
          if (weight > 0 && score != null && score < 0.9) console.log(`  loses marks in ${id}: ${audit} ${score} ${displayValue ?? ""}`);
        }
    });
  }
}
