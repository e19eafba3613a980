import { randomUUID } from "node:crypto";
import { hydrated, saved } from "../support/map.ts";
import { fill, Stock } from "../support/stock.ts";
import { test } from "../support/test.ts";

const percentile = (values: number[], p: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];

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
    // From the key to the frame that shows it: the next frame's callback, then the task after that frame.
    await page.evaluate(() => {
      const took: number[] = [];
      (window as unknown as { took: number[] }).took = took;
      document.addEventListener(
        "keydown",
        () => {
          const start = performance.now();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => took.push(performance.now() - start);
            channel.port2.postMessage(0);
          });
        },
        { capture: true },
      );
    });
    const report = async (what: string) => {
      const took = await page.evaluate(() => (window as unknown as { took: number[] }).took.splice(0));
      console.log(`${what} at ${cards} touchpoints: p50 ${percentile(took, 0.5).toFixed(1)} ms, p95 ${percentile(took, 0.95).toFixed(1)} ms (${took.length} keys)`);
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
