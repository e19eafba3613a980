import type { Locator, Page } from "@playwright/test";
import { addCard, cardNamed, hydrated, openCafe, openPanel, saved, startMap } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, flaws, look, panel } from "../support/views.ts";
import { words, writtenDay } from "../support/words.ts";

/** What stands over a browser's own field of a day. */
const says = (field: Locator): Locator => field.locator("xpath=..").locator(".day__says");

/** The words cover the browser's, and go below the field while it is written in. */
async function covers(field: Locator): Promise<void> {
  await field.blur();
  const [over, under] = [await says(field).boundingBox(), await field.boundingBox()];
  if (!over || !under) throw new Error("nothing to see");
  expect(over.y).toBeGreaterThanOrEqual(under.y - 1);
  expect(over.y + over.height).toBeLessThanOrEqual(under.y + under.height + 1);
  await field.focus();
  await expect.poll(async () => ((await says(field).boundingBox())?.y ?? 0) >= under.y + under.height - 1).toBe(true);
  await field.blur();
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`days stand as the page writes them, whatever the browser does, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    await look(page, "insights", language);
    await deskReady(page);
    const next = page.getByLabel(say("insights.next"));
    await expect(says(next)).toHaveText(writtenDay(language, await next.inputValue()));
    await next.fill("2027-03-04");
    await expect(says(next)).toHaveText(writtenDay(language, "2027-03-04"));
    await expect(page.locator(".isec--review .isec__p").first()).toContainText(writtenDay(language, "2027-03-04"));
    await covers(next);
    expect(await flaws(page)).toEqual([]);
    await page.getByRole("button", { name: say("map.undo"), exact: true }).click();
    await expect(next).not.toHaveValue("2027-03-04");
    await expect(says(next)).toHaveText(writtenDay(language, await next.inputValue()));
  });

  test(`a moment has the day of whoever reads of it, ${language}`, async ({ people }) => {
    // Where their clocks are 25 hours apart it is never the same day.
    const zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];
    const [east, west] = (await Promise.all(zones.map((zone) => people.person({ language, zone })))) as [Page, Page];
    const url = await startMap(east, "purchase", "Hai ngày", language);
    await addCard(east, "Gọi món");
    await deskReady(east);
    await byMenu(east, cardNamed(east, "Gọi món"), say("map.to_trash"));
    await saved(east);
    const moment = new Date();
    const days: string[] = [];
    for (const [page, zone] of [[east, zones[0]], [west, zones[1]]] as const) {
      await page.goto(url);
      await hydrated(page);
      await deskReady(page);
      await page.getByRole("button", { name: say("trash.open"), exact: true }).click();
      const day = writtenDay(language, new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment));
      await expect(page.getByRole("dialog", { name: say("trash.title") }).locator(".bin__item")).toContainText(say("trash.when", { when: day }));
      days.push(day);
    }
    expect(days[0]).not.toBe(days[1]);
  });

  test(`a value of a metric is dated in the page's language, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await startMap(page, "purchase", "Ngày đo", language);
    await addCard(page, "Gọi món");
    await page.keyboard.press("Escape");
    await saved(page);
    await openPanel(page, "Gọi món");
    await panel(page).getByRole("combobox", { name: say("metric.add") }).selectOption("nps");
    const day = panel(page).getByLabel(say("metric.day"));
    await expect(says(day)).toHaveText(writtenDay(language, await day.inputValue()));
    await day.fill("");
    await expect(says(day)).toHaveText(say("date.pick"));
    // Without a day nothing is recorded, and it says so.
    const value = panel(page).getByRole("textbox", { name: say("metric.value") });
    await value.fill("40");
    await value.press("Enter");
    await expect(value).toHaveAttribute("aria-invalid", "true");
    await day.fill("2026-02-01");
    await expect(says(day)).toHaveText(writtenDay(language, "2026-02-01"));
    await covers(day);
    await value.press("Enter");
    await expect(value).toHaveValue("");
    await expect(panel(page).locator(".metric__now").last()).toHaveText("40");
  });
}
