import AxeBuilder from "@axe-core/playwright";
import { cardNamed, hydrated, openCafe, startMap } from "../support/map.ts";
import { expect, test } from "../support/test.ts";

for (const language of ["vi", "en"] as const) {
  for (const dark of [false, true]) {
    test(`axe reports nothing on home and map, ${language}, ${dark ? "dark" : "light"}`, async ({ people }) => {
      const page = await people.person({ language, dark });
      await page.goto("/");
      await hydrated(page);
      expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`)).toEqual([]);
      await openCafe(page, language);
      expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`)).toEqual([]);
      await page.locator("[data-touchpoint-id]").first().click();
      await expect(page.locator(".panel")).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`)).toEqual([]);
    });
  }
}

test("nothing shifts when hydration ends", async ({ people }) => {
  const page = await people.person();
  const url = await openCafe(page);
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift = ((window as unknown as { shift?: number }).shift ?? 0) + entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url);
  await hydrated(page);
  expect(await page.evaluate(() => (window as unknown as { shift?: number }).shift ?? 0)).toBeLessThan(0.02);
});

test("a phone shows the map and its panel as a sheet", async ({ people }) => {
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  await openCafe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await cardNamed(page, "Thấy ảnh quán").first().click();
  await expect(page.locator(".panel")).toBeVisible();
});

test("the map is walked and edited by keyboard alone", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Chỉ bàn phím");
  const add = page.locator("[data-column] .add").first();
  await add.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.insertText("Một");
  await page.keyboard.press("Enter");
  await expect(cardNamed(page, "Một")).toBeVisible();
  await page.keyboard.insertText("Hai");
  await page.keyboard.press("Enter");
  await expect(cardNamed(page, "Hai")).toBeVisible();
  await page.keyboard.press("Escape");
  await cardNamed(page, "Hai").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(page.locator("[data-touchpoint-id]").first()).toContainText("Hai");
  await page.keyboard.press("ArrowDown");
  await expect(cardNamed(page, "Một")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.locator("[data-touchpoint-id]")).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator("[data-touchpoint-id]")).toHaveCount(2);
});
