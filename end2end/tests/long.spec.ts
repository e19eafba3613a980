import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { cardNamed, cards, hydrated, saved } from "../support/map.ts";
import { fill, Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import type { Server } from "../support/server.ts";
import { deskReady, panel } from "../support/views.ts";

const MANY = 1_200;

async function openLong(page: Page, server: Server): Promise<Stock> {
  const board = randomUUID();
  const stock = await new Stock(server, board).synced();
  fill(stock, MANY);
  const url = `${server.url}/map/${board}`;
  // There is no such map before the first of it is stored.
  await expect.poll(async () => (await page.request.get(url)).status()).toBe(200);
  await page.goto(url);
  await hydrated(page);
  await saved(page);
  await deskReady(page);
  return stock;
}

const titled = (page: Page, name: RegExp): Locator => page.locator(".card__title").filter({ hasText: name });
const inThePage = (page: Page): Promise<number> => cards(page).count();

test("of a long map only what is near the screen stands in the page", async ({ people, server }) => {
  const page = await people.person();
  const stock = await openLong(page, server);
  await expect(cardNamed(page, "Điểm chạm số 1").first()).toBeVisible();
  expect(await inThePage(page)).toBeLessThan(MANY / 2);

  // What comes near is drawn, what has gone far is not; the room of all of it is kept.
  const height = await page.locator(".canvas").evaluate((canvas) => canvas.scrollHeight);
  await page.locator(".canvas").evaluate((canvas) => canvas.scrollTo(0, canvas.scrollHeight / 2));
  await expect(titled(page, /^Điểm chạm số [56]\d\d$/).first()).toBeVisible();
  await expect(titled(page, /^Điểm chạm số 1$/)).toHaveCount(0);
  await expect.poll(() => inThePage(page)).toBeLessThan(MANY / 2);
  const later = await page.locator(".canvas").evaluate((canvas) => canvas.scrollHeight);
  expect(Math.abs(later - height) / height).toBeLessThan(0.2);

  // What is looked for is drawn wherever it is.
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.insertText("số 1187");
  await page.keyboard.press("Enter");
  await expect(panel(page).locator(".panel__title")).toHaveValue("Điểm chạm số 1187");
  await expect(cardNamed(page, "Điểm chạm số 1187")).toBeInViewport();
  stock.close();
});

test("keys walk down a long column without a gap", async ({ people, server }) => {
  const page = await people.person();
  const stock = await openLong(page, server);
  await cards(page).first().focus();
  const seen: string[] = [];
  for (let i = 0; i < 50; i++) {
    seen.push((await page.locator(":focus .card__title").textContent()) ?? "");
    await page.keyboard.press("ArrowDown");
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `Điểm chạm số ${i * 6 + 1}`));
  stock.close();
});

test("what somebody else writes repaints one card and not the grid", async ({ people, server }) => {
  const page = await people.person();
  const stock = await openLong(page, server);
  await page.evaluate(() => {
    const seen = new Set<string>();
    (window as unknown as { seen: Set<string> }).seen = seen;
    new MutationObserver((records) => {
      for (const record of records) {
        const element = record.target instanceof Element ? record.target : record.target.parentElement;
        seen.add(element?.closest("[data-touchpoint-id]")?.getAttribute("data-touchpoint-id") ?? "elsewhere");
      }
    }).observe(document.querySelector(".canvas")!, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  const id = (await cards(page).nth(3).getAttribute("data-touchpoint-id")) ?? "";
  stock.entities("touchpoints").get(id)?.set("name", "Tên do người khác đặt");
  await expect(cardNamed(page, "Tên do người khác đặt")).toBeVisible();
  expect(await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])).toEqual([id]);
  stock.close();
});
