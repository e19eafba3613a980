import AxeBuilder from "@axe-core/playwright";
import { openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`the improvements of all maps stand on one page, with and without a script, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const map = await openCafe(page, language);
    for (const script of [true, false]) {
      const reader = await people.person({ script, language });
      await reader.goto("/");
      await reader.locator(".shelf__more").click();
      await expect(reader).toHaveURL(/\/improvements$/);
      await expect(reader.getByRole("heading", { level: 1 })).toHaveText(say("improvements.title"));
      await expect(reader.locator(".imps__tab").first()).toContainText(say("improvements.running"));
      const rows = reader.locator(".imps__list li");
      expect(await rows.count()).toBeGreaterThan(0);
      // Other maps of this server stand there, too.
      await expect(rows.locator(`a[href^="${new URL(map).pathname}/loop#improvement-"]`).first()).toBeVisible();
      if (script) {
        const other = await people.person({ language });
        await other.goto((await rows.first().getByRole("link").getAttribute("href")) ?? "");
        await expect(other.locator("[data-job]:target")).toBeInViewport();
      }
      await reader.locator(".imps__tab").nth(3).click();
      await expect(reader).toHaveURL(/show=judged/);
      await reader.getByRole("combobox", { name: say("improvements.owner") }).fill("khong ai ca");
      await reader.getByRole("button", { name: say("improvements.filter"), exact: true }).click();
      await expect(reader.locator(".teach")).toContainText(say("improvements.nothing_of", { owner: "khong ai ca", show: say("improvements.judged") }));
      await expect(reader.locator(".imps__form input[name=owner]")).toHaveValue("khong ai ca");
    }
  });

  for (const width of [1440, 390]) {
    test(`the page of improvements is accessible at ${width}, ${language}`, async ({ people }) => {
      const page = await people.person({ language });
      await openCafe(page, language);
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/improvements");
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.filter((it) => it.impact === "serious" || it.impact === "critical")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}

test("the server is told which day it is where the reader is", async ({ people }) => {
  // Three quarters of an hour off, all year.
  const page = await people.person({ zone: "Asia/Kathmandu" });
  await page.goto("/");
  const said = async () => (await page.context().cookies()).find((cookie) => cookie.name === "zone")?.value;
  await expect.poll(said).toBe("345");
});
