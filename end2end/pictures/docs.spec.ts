import { randomUUID } from "node:crypto";
import { cardNamed, cards, hydrated, openCafe, saved } from "../support/map.ts";
import { fill, Stock } from "../support/stock.ts";
import { test } from "../support/test.ts";

const docs = new URL("../../docs/", import.meta.url).pathname;
const names = { vi: "Chờ lấy món giờ cao điểm", en: "Waiting" };

for (const language of ["vi", "en"] as const) {
  for (const dark of [false, true]) {
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      const name = `${language}-${dark ? "dark" : "light"}-${width}.png`;
      test(name, async ({ people, server }) => {
        const page = await people.person({ language, dark, viewport: { width, height } });
        await page.emulateMedia({ reducedMotion: "reduce" });
        const url = await openCafe(page, language);
        if (width > 1240) await cardNamed(page, names[language]).first().click();
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: `${docs}map-${name}` });
        for (const view of ["matrix", "wheel", "insights"]) {
          await page.goto(`${url}/${view}`);
          await hydrated(page);
          await page.screenshot({ path: `${docs}${view}-${name}` });
        }
        await page.goto("/");
        await hydrated(page);
        await page.screenshot({ path: `${docs}home-${name}` });
        if (language === "vi" && !dark && width === 1440) {
          const board = randomUUID();
          const stock = await new Stock(server, board).synced();
          fill(stock, 300);
          await page.goto(`/map/${board}`);
          await hydrated(page);
          await saved(page);
          await cards(page).first().waitFor();
          await page.screenshot({ path: `${docs}map-300-${name}` });
          stock.close();
        }
      });
    }
  }
}
