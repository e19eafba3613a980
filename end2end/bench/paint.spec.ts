import { randomUUID } from "node:crypto";
import { keysToPaint, spread } from "../support/figures.ts";
import { hydrated, saved } from "../support/map.ts";
import { fill, Stock } from "../support/stock.ts";
import { test } from "../support/test.ts";

for (const cards of [35, 300]) {
  test(`edit to paint at ${cards} touchpoints`, async ({ people, server }) => {
    const board = randomUUID();
    const stock = await new Stock(server, board).synced();
    fill(stock, cards);
    const page = await people.person();
    await page.goto(`${server.url}/map/${board}`);
    await hydrated(page);
    await saved(page);
    await page.locator("[data-touchpoint-id]").first().click();
    const taken = await keysToPaint(page);
    const report = async (what: string) => {
      const took = await taken();
      console.log(`${what} at ${cards} touchpoints: ${spread(took)} (${took.length} keys)`);
    };
    // As fast as a quick hand: 25 letters a second, 10 moves a second.
    await page.locator(".panel textarea").last().focus();
    await page.keyboard.type("khách chờ lâu mà không biết đã đến lượt chưa ".repeat(5), { delay: 40 });
    await report("typing notes to paint");
    const card = page.locator("[data-touchpoint-id]").first();
    await card.focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press(i % 2 ? "Alt+ArrowUp" : "Alt+ArrowDown", { delay: 100 });
    await report("moving a card to paint");
    stock.close();
  });
}
