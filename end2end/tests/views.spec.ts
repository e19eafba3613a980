import { cards, hydrated, openCafe, saved, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, dot, fits, flaws, live, look, openView, panel, path, sign, tab, VIEWS } from "../support/views.ts";
import { words } from "../support/words.ts";

for (const language of ["vi", "en"] as const) {
  test(`tabs change the view and the address, and the browser goes back and forth, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    for (const view of ["matrix", "wheel", "insights", "map"] as const) {
      await look(page, view, language);
      await expect(page).toHaveURL(url + path(view));
      await expect(tab(page, view, language)).toHaveAttribute("aria-current", "page");
      await expect(page.locator(".tabs [aria-current]")).toHaveCount(1);
    }
    for (const view of ["insights", "wheel"] as const) {
      await page.goBack();
      await expect(page).toHaveURL(url + path(view));
      await expect(page.locator(sign[view])).toBeVisible();
    }
    await page.goForward();
    await expect(page.locator(sign.insights)).toBeVisible();
    await expect(tab(page, "insights", language)).toHaveAttribute("aria-current", "page");
    expect(await page.evaluate(() => "stayed" in window)).toBe(true);

    // By keys alone, and another window stays the browser's affair.
    await tab(page, "matrix", language).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(sign.matrix)).toBeVisible();
    const [other] = await Promise.all([page.context().waitForEvent("page"), tab(page, "wheel", language).click({ modifiers: ["ControlOrMeta"] })]);
    await expect(other).toHaveURL(`${url}/wheel`);
    await expect(page).toHaveURL(`${url}/matrix`);
  });

  test(`every view is there without a script, and is taken over without a jump, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    const count = await cards(page).count();

    const reader = await people.person({ language, script: false });
    await reader.goto(`${url}/matrix`);
    await expect(reader.locator("html")).toHaveAttribute("lang", language);
    await expect(reader.locator("[data-rate]")).toHaveCount(count);
    await expect(reader.getByRole("heading", { name: words(language)("matrix.first") })).toBeVisible();
    await tab(reader, "wheel", language).click();
    await expect(reader).toHaveURL(`${url}/wheel`);
    await expect(reader.locator("[data-spoke]")).toHaveCount(count);
    await tab(reader, "insights", language).click();
    await expect(reader.getByRole("heading", { name: words(language)("insights.coverage"), exact: true })).toBeVisible();
    await expect(reader.locator(".mgrid tbody tr")).toHaveCount(count);

    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
          if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift = ((window as unknown as { shift?: number }).shift ?? 0) + entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const view of ["matrix", "wheel", "insights"] as const) {
      const reply = await page.goto(url + path(view));
      expect(reply?.status()).toBe(200);
      await hydrated(page);
      await saved(page);
      await deskReady(page);
      await expect(page.locator(sign[view])).toHaveCount(1);
      expect(await page.evaluate(() => (window as unknown as { shift?: number }).shift ?? 0), view).toBeLessThan(0.02);
    }
    // What was rendered answers.
    await page.locator(".insights [data-open]").first().click();
    await expect(panel(page)).toBeVisible();
  });

  for (const dark of [false, true])
    test(`axe reports nothing on matrix, wheel and insights, ${language}, ${dark ? "dark" : "light"}`, async ({ people }) => {
      const page = await people.person({ language, dark });
      await openCafe(page, language);
      for (const view of ["matrix", "wheel", "insights"] as const) {
        await look(page, view, language);
        expect(await flaws(page), view).toEqual([]);
      }
    });

  test(`a phone shows every view, and the details as a sheet, ${language}`, async ({ people }) => {
    const page = await people.person({ language, dark: language === "en", viewport: { width: 390, height: 844 } });
    const url = await openCafe(page, language);
    for (const view of VIEWS) {
      await openView(page, url, view);
      expect(await fits(page), view).toBe(true);
      expect(await flaws(page), view).toEqual([]);
    }
    await look(page, "matrix", language);
    await page.locator(".rank [data-open]").first().click();
    await expect(page.locator(".peek")).toBeVisible();
    await page.locator(".peek").click();
    await expect(page.locator(".peek")).toHaveAttribute("aria-expanded", "true");
    await expect(page.locator(".panel__title")).toBeVisible();
    expect(await flaws(page)).toEqual([]);
  });

  test(`two people rate one touchpoint in the matrix at the same time, and both ratings count, ${language}`, async ({ people }) => {
    const say = words(language);
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => openCafe(page, language));
    for (const page of [a, b]) await look(page, "matrix", language);
    const id = await a.locator(".plot [data-rate]").first().getAttribute("data-rate");
    const on = (page: typeof a) => page.locator(`[data-rate="${id}"]`);
    const before = await on(a).getAttribute("aria-label");
    await on(a).focus();
    await on(b).focus();
    await Promise.all([a.keyboard.press("ArrowRight"), b.keyboard.press("ArrowDown")]);
    await saved(a);
    await saved(b);
    await expect(on(a)).not.toHaveAttribute("aria-label", before ?? "");
    await expect.poll(async () => (await on(a).getAttribute("aria-label")) === (await on(b).getAttribute("aria-label"))).toBe(true);
    await expect(on(a)).toBeFocused();
    await expect(on(b)).toBeFocused();
    await b.keyboard.press("Enter");
    // The example has five raters.
    await expect(panel(b).locator(".sec__n").first()).toHaveText(say("panel.raters", { count: 7 }));
  });
}

test("what somebody rates in the matrix is seen on the wheel, and undo works in every view", async ({ people }) => {
  const [a, b] = await two(people, openCafe);
  await look(a, "matrix");
  await look(b, "wheel");
  const name = "Chờ lấy món giờ cao điểm";
  const spoke = b.locator(`[data-spoke="${await dot(a, name).getAttribute("data-rate")}"]`);
  const [dotBefore, spokeBefore] = [await dot(a, name).getAttribute("aria-label"), await spoke.getAttribute("aria-label")];
  await dot(a, name).focus();
  await a.keyboard.press("ArrowRight");
  await expect(dot(a, name)).not.toHaveAttribute("aria-label", dotBefore ?? "");
  await expect(live(a)).toContainText(name);
  await expect(spoke).not.toHaveAttribute("aria-label", spokeBefore ?? "");
  await a.keyboard.press("ControlOrMeta+z");
  await expect(dot(a, name)).toHaveAttribute("aria-label", dotBefore ?? "");
  await expect(spoke).toHaveAttribute("aria-label", spokeBefore ?? "");
});
