import AxeBuilder from "@axe-core/playwright";
import { cardNamed, hydrated, openCafe, startMap } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, flaws } from "../support/views.ts";
import { words } from "../support/words.ts";

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

test("the bar of a phone has room for the name, a finger hits all of it, and its menu holds the rest", async ({ people }) => {
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  await openCafe(page);
  await deskReady(page);
  const say = words("vi");
  const shown = page.locator(".bar--map :is(a, button):visible");
  for (const { name, width, height } of await shown.evaluateAll((all) =>
    all.map((it) => ({ name: it.className, width: it.getBoundingClientRect().width, height: it.getBoundingClientRect().height })),
  ))
    expect(Math.min(width, height), name).toBeGreaterThanOrEqual(44);
  // The name of the example stands there whole.
  const name = page.locator(".bar__name");
  expect(await name.evaluate((name) => name.scrollWidth <= name.clientWidth && name.clientWidth > 140)).toBe(true);
  await name.click();
  await expect(page.getByRole("dialog", { name: say("map.settings") })).toBeVisible();
  await page.keyboard.press("Escape");

  const more = page.locator(".bar__more");
  const item = (key: string) => page.getByRole("menuitem", { name: say(key), exact: true });
  await more.click();
  await expect(item("share.title")).toBeFocused();
  expect(await flaws(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(more).toBeFocused();
  await page.keyboard.press("Enter");
  await item("trash.open").click();
  await expect(page.getByRole("dialog", { name: say("trash.title") })).toBeVisible();
  await page.keyboard.press("Escape");
  await more.click();
  await item("app.language_switch_label").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("on paper the map lies, with its name and nothing to press", async ({ people }) => {
  const page = await people.person({ dark: true });
  await openCafe(page);
  await deskReady(page);
  await cardNamed(page, "Thấy ảnh quán").first().click();
  await expect(page.locator(".panel")).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.locator(".bar__title")).toBeVisible();
  for (const shown of [".stage", ".lane", ".card", ".curve"]) await expect(page.locator(shown).first(), shown).toBeVisible();
  for (const control of [".bar__end", ".tabs", ".status", "aside.panel", ".add", ".goal-add", ".lane--add", ".card > .more"]) await expect(page.locator(control).first(), control).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
  const sheets = (await page.pdf({ preferCSSPageSize: true })).toString("latin1").matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g);
  const sizes = [...sheets].map(([, width, height]) => Number(width) > Number(height));
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes).not.toContain(false);
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
