import type { Page } from "@playwright/test";
import { cardNamed, cards, hydrated, openCafe, saved } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, flaws, sign } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const bar = (page: Page) => page.locator("search.find");
const text = (page: Page) => bar(page).getByRole("searchbox");
const out = (page: Page) => page.locator("[data-touchpoint-id].is-out");

/** Opens the bar for finding by its keys. */
async function find(page: Page): Promise<void> {
  await deskReady(page);
  await page.keyboard.press("ControlOrMeta+f");
  await expect(text(page)).toBeFocused();
}

/** Lets only touchpoints with a value through. */
async function filter(page: Page, facet: string, value: string, language: Language): Promise<void> {
  await bar(page).getByRole("combobox", { name: words(language)("find.filter") }).selectOption({ label: facet });
  const values = bar(page).getByRole("combobox", { name: facet, exact: true });
  const option = values.locator("option").filter({ hasText: new RegExp(`^${value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")} \\(`) });
  await values.selectOption((await option.getAttribute("value")) ?? "");
  await expect(bar(page).getByRole("button", { name: `${facet}: ${value}` })).toBeVisible();
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const found = (page: Page, count: number) => expect(bar(page).locator(".find__n")).toHaveText(say("home.found", { count }));

  test(`words are found without accents, and what is not found steps back, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    const count = await cards(page).count();
    await find(page);
    const typed = language === "vi" ? "CLIP chuyen di quan" : "hopper CAFE clip";
    await page.keyboard.insertText(typed);
    await found(page, 1);
    await expect(out(page)).toHaveCount(count - 1);
    await expect(page.locator("[data-touchpoint-id]:not(.is-out)")).toContainText(language === "vi" ? "Xem clip của một bạn chuyên đi quán" : "Watching a café-hopper’s clip");
    // A note of a touchpoint is found like its name.
    await text(page).fill(language === "vi" ? "612 danh gia" : "612 reviews");
    await found(page, 1);
    await text(page).fill("zzzz");
    await found(page, 0);
    await expect(out(page)).toHaveCount(count);
    expect(await flaws(page)).toEqual([]);
    await bar(page).getByRole("button", { name: say("find.clear") }).click();
    await expect(out(page)).toHaveCount(0);
    await expect(bar(page)).toHaveCount(0);
  });

  test(`filter by channel and persona, group by nature, keep the view and choose it again, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    const count = await cards(page).count();
    const channel = "Google Maps";
    const on = await cards(page).filter({ has: page.locator(".card__channel", { hasText: channel }) }).count();
    expect(on).toBeGreaterThan(1);
    await find(page);
    await filter(page, say("panel.channel"), channel, language);
    await found(page, on);
    await expect(out(page)).toHaveCount(count - on);
    await filter(page, say("find.persona"), language === "vi" ? "Linh, sinh viên" : "Linh, student", language);
    await expect(bar(page).locator(".tag--go")).toHaveCount(2);
    const both = Number((await bar(page).locator(".find__n").textContent())?.match(/\d+/)?.[0]);
    expect(both).toBeGreaterThan(0);
    expect(both).toBeLessThanOrEqual(on);
    await bar(page).locator(".tag--go").first().click();
    await expect(bar(page).locator(".tag--go")).toHaveCount(1);
    await bar(page).locator(".tag--go").first().click();
    await expect(out(page)).toHaveCount(0);

    // Groups hold what the cards say of themselves.
    const natures = ["physical", "digital", "human", "communication"].map((nature) => say(`panel.nature_${nature}`));
    const wanted: Record<string, number> = {};
    for (const nature of natures) wanted[nature] = await cards(page).filter({ has: page.locator(`.card__top [aria-label="${nature}"]`) }).count();
    await bar(page).getByRole("combobox", { name: say("find.group") }).selectOption({ label: say("panel.nature") });
    await expect(page.locator(".groups .group")).toHaveCount(4);
    const groups = await page.locator(".groups .group").evaluateAll((all) =>
      all.map((group) => [group.querySelector("h2")?.firstChild?.textContent?.trim() ?? "", group.querySelectorAll("[data-touchpoint-id]").length] as const),
    );
    expect(Object.fromEntries(groups)).toEqual(wanted);
    await filter(page, say("panel.channel"), channel, language);
    await expect(cards(page)).toHaveCount(on);
    expect(await flaws(page)).toEqual([]);

    const name = `${channel}, ${say("find.by", { facet: say("panel.nature") })}`;
    await bar(page).getByRole("button", { name: say("find.keep") }).click();
    await expect(page.locator(".toast")).toContainText(say("find.kept", { name }));
    const views = (page: Page) => bar(page).getByRole("combobox", { name: say("find.views") });
    await expect(views(page).locator("option:checked")).toHaveText(name);
    await saved(page);

    const other = await people.person({ language });
    await other.goto(url);
    await page.reload();
    for (const person of [page, other]) {
      await hydrated(person);
      await saved(person);
      await expect(bar(person)).toHaveCount(0);
      await find(person);
      await views(person).selectOption({ label: name });
      await expect(person.locator(".groups .group").first()).toBeVisible();
      await expect(cards(person)).toHaveCount(on);
      await expect(bar(person).locator(".tag--go")).toHaveCount(1);
      await expect(bar(person).getByRole("combobox", { name: say("find.group") }).locator("option:checked")).toHaveText(say("panel.nature"));
    }
    // Taken out of the list, and back.
    const kept = views(other).locator("option").filter({ hasText: name });
    await expect(kept).toHaveCount(1);
    await bar(page).getByRole("button", { name: say("find.forget") }).click();
    await expect(kept).toHaveCount(0);
    await page.locator(".toast__do").click();
    await expect(kept).toHaveCount(1);
  });

  test(`the palette leads to a card, a view and a deed by keys alone, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    await deskReady(page);
    const palette = page.getByRole("dialog", { name: say("find.palette") });
    const field = palette.getByRole("combobox");
    const summon = async (typed: string) => {
      await page.keyboard.press("ControlOrMeta+k");
      await expect(field).toBeFocused();
      await page.keyboard.insertText(typed);
    };
    await summon(language === "vi" ? "clip chuyen di quan" : "hopper cafe clip");
    const name = language === "vi" ? "Xem clip của một bạn chuyên đi quán" : "Watching a café-hopper’s clip";
    await expect(palette.locator("[aria-selected=true]")).toContainText(name);
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await expect(palette).toBeHidden();
    await expect(page.locator(".panel__title")).toHaveValue(new RegExp(name));
    await expect(cardNamed(page, name)).toHaveClass(/is-selected/);

    // Down and up go round the list.
    await summon("");
    await expect(palette.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowUp");
    await expect(palette.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect(palette.getByRole("option").nth(1)).toHaveText(say("view.matrix"));
    await expect(field).toHaveAttribute("aria-activedescendant", (await palette.getByRole("option").nth(1).getAttribute("id")) ?? "");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${url}/matrix`);
    await expect(page.locator(sign.matrix)).toBeVisible();

    await summon(say("view.map"));
    await page.keyboard.press("Enter");
    await expect(page.locator(sign.map)).toBeVisible();
    await summon("zzzz");
    await expect(palette).toContainText(say("find.nothing"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await expect(palette).toBeHidden();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await summon(say("map.copy_address"));
    await page.keyboard.press("Enter");
    await expect(page.locator(".toast")).toContainText(say("map.address_copied"));
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
    await summon(say("find.label"));
    await page.keyboard.press("Enter");
    await expect(text(page)).toBeFocused();
  });
}

test("the bar for finding fits a phone", async ({ people }) => {
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  await openCafe(page);
  await deskReady(page);
  await page.getByRole("button", { name: words("vi")("find.palette") }).click();
  await page.keyboard.insertText(words("vi")("find.label"));
  await page.keyboard.press("Enter");
  await expect(text(page)).toBeFocused();
  await page.keyboard.insertText("clip chuyen di quan");
  await expect(bar(page).locator(".find__n")).toHaveText(words("vi")("home.found", { count: 1 }));
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(await flaws(page)).toEqual([]);
  for (const control of await bar(page).locator("input, select, button").all()) {
    const box = await control.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 391, await control.evaluate((it) => it.outerHTML.slice(0, 80))).toBe(true);
  }
});
