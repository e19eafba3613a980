import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { keysToPaint, percentile, spread, worked, worksIn, type Work } from "../support/figures.ts";
import { cards, hydrated, saved } from "../support/map.ts";
import type { Server } from "../support/server.ts";
import { fill, Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, panel } from "../support/views.ts";

const LOADS = 7;
const HERE = "at 300 touchpoints × 12 lanes";
/** Letters that each have a key. */
const PLAIN = "khach cho lau ma khong biet da den luot chua ";
const SENTENCE = "khách chờ lâu mà không biết đã đến lượt chưa ";

/** A map that the server has stored and the address of its page. */
async function map(page: Page, server: Server, touchpoints: number): Promise<{ url: string; stock: Stock }> {
  const board = randomUUID();
  const stock = await new Stock(server, board).synced();
  fill(stock, touchpoints);
  const url = `${server.url}/map/${board}`;
  await expect.poll(async () => (await page.request.get(url)).status(), { timeout: 60_000 }).toBe(200);
  return { url, stock };
}

/** Processor time, which does not depend on what else the machine does. */
function report(what: string, all: Work[]): void {
  for (const kind of ["script", "style", "layout", "tasks"] as const)
    console.log(`${what} ${HERE}, ${kind === "tasks" ? "all tasks of the main thread" : kind}: ${spread(all.map((work) => work[kind]))} of processor time (${all.length})`);
}

async function ready(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
  await saved(page);
  await deskReady(page);
}

/** Notes when the script takes the page over. */
function noteTakenOver(): void {
  const noted = window as unknown as { takenOver?: number };
  new MutationObserver((_, observer) => {
    if (document.documentElement?.dataset.hydrated !== "true") return;
    noted.takenOver = performance.now();
    observer.disconnect();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hydrated"] });
}

interface Load {
  first: number;
  whole: number;
  painted: number;
  takenOver: number;
}

/** From the start of going there, as the browser says it: first byte, response complete, first paint of contents. */
async function load(page: Page, url: string): Promise<Load> {
  await page.goto(url);
  await hydrated(page);
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    const painted = performance.getEntriesByName("first-contentful-paint")[0];
    return {
      first: navigation?.responseStart ?? NaN,
      whole: navigation?.responseEnd ?? NaN,
      painted: painted?.startTime ?? NaN,
      takenOver: (window as unknown as { takenOver?: number }).takenOver ?? NaN,
    };
  });
}

test("a map of 5,000 touchpoints opens", async ({ people, server }) => {
  const { url, stock } = await map(await people.person(), server, 5_000);
  const seen: Record<"new" | "known", Load[]> = { new: [], known: [] };
  for (let n = 0; n < LOADS; n++) {
    // Somebody new has nothing of the app; the second time the browser has kept it.
    const page = await people.person();
    await page.addInitScript(noteTakenOver);
    seen.new.push(await load(page, url));
    seen.known.push(await load(page, url));
    await page.context().close();
  }
  for (const [who, loads] of Object.entries(seen)) {
    const of = (name: keyof Load): string => spread(loads.map((load) => load[name]));
    console.log(`open 5,000 touchpoints, ${who === "new" ? "first visit" : "app in the browser's cache"}: first byte ${of("first")}`);
    console.log(`  response complete ${of("whole")}`);
    console.log(`  first contents painted ${of("painted")}`);
    console.log(`  taken over by the script ${of("takenOver")} (${loads.length} loads)`);
  }
  const page = await people.person();
  const work = await worksIn(page, () => ready(page, url));
  console.log(
    `  until all of it is ready, of processor time: all tasks of the main thread ${work.tasks.toFixed(0)} ms, of it script ${work.script.toFixed(0)}, style ${work.style.toFixed(0)}, layout ${work.layout.toFixed(0)}`,
  );
  stock.close();
});

test("typing at 5,000 touchpoints", async ({ people, server }) => {
  const page = await people.person();
  const { url, stock } = await map(page, server, 5_000);
  await ready(page, url);
  await cards(page).first().click();
  await panel(page).locator("textarea").last().focus();
  const took = await keysToPaint(page);
  await page.keyboard.type(SENTENCE.repeat(5), { delay: 40 });
  const keys = await took();
  console.log(`typing notes to paint at 5,000 touchpoints: ${spread(keys)} (${keys.length} keys)`);
  stock.close();
});

test("the work of a letter at 300 touchpoints and 12 lanes", async ({ people, server }) => {
  const page = await people.person();
  const { url, stock } = await map(page, server, 300);
  await ready(page, url);
  await cards(page).first().click();
  await panel(page).locator("textarea").last().focus();
  const letters = await worked(page, "keydown", async () => {
    // What follows a letter belongs to it: its frame, what is sent, and what is answered.
    await page.keyboard.type(PLAIN.repeat(3), { delay: 120 });
  });
  report("a letter", letters);
  stock.close();
});

test("a drag at 300 touchpoints and 12 lanes", async ({ people, server }) => {
  const page = await people.person();
  const { url, stock } = await map(page, server, 300);
  await ready(page, url);
  const card = await cards(page).nth(2).boundingBox();
  const canvas = await page.locator(".canvas").boundingBox();
  if (!card || !canvas) throw new Error("no card");
  // To and fro over all columns that are in sight, clear of the edges where the canvas scrolls.
  const left = canvas.x + 80, right = canvas.x + canvas.width - 80;
  const fro = async (): Promise<void> => {
    for (let n = 0; n < 4; n++) await page.mouse.move(n % 2 ? left : right, card.y + 60 + n * 70, { steps: 80 });
  };
  await page.mouse.move(card.x + 20, card.y + 20);
  await page.mouse.down();
  await page.mouse.move(card.x + 40, card.y + 40, { steps: 4 });
  await expect(page.locator(".ghost")).toBeVisible();
  await page.evaluate(() => {
    const frames: number[] = [];
    (window as unknown as { frames: number[] }).frames = frames;
    const frame = (at: number) => {
      if (!document.querySelector(".ghost")) return;
      frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await fro();
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames.splice(0));
  const between = frames.slice(1).map((at, n) => at - (frames[n] ?? at));
  const late = between.filter((ms) => ms > 20).length;
  console.log(`a drag ${HERE}, from frame to frame: ${spread(between)}, ${((late / between.length) * 100).toFixed(1)} % later than 20 ms (${between.length} frames, ${(1000 / percentile(between, 0.5)).toFixed(0)} a second)`);
  report("a move of it", await worked(page, "pointermove", fro));
  await page.mouse.up();
  await expect(page.locator(".ghost")).toHaveCount(0);
  stock.close();
});
