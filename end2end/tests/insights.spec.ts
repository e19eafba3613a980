import type { Page } from "@playwright/test";
import { addCard, cards, openCafe, rename, saved, startMap, two } from "../support/map.ts";
import { Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, flaws, look, panel, tab } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

/** The bars under a heading: what each is called, and its number. */
async function bars(page: Page, heading: string): Promise<Record<string, string>> {
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
  const all = await section.last().locator(".ibar").evaluateAll((all) => all.map((bar) => [bar.querySelector(".ibar__name")?.textContent ?? "", bar.querySelector(".ibar__n")?.textContent ?? ""]));
  return Object.fromEntries(all);
}

async function small(page: Page, language: Language = "vi"): Promise<string> {
  const url = await startMap(page, "purchase", "Nhận định nhỏ", language);
  await addCard(page, "Đọc đánh giá", 0);
  await addCard(page, "Gọi món", 1);
  await saved(page);
  await look(page, "insights", language);
  return url;
}

/** Adds a brand asset and gives it a name. */
async function addAsset(page: Page, name: string, language: Language = "vi"): Promise<void> {
  const names = page.locator(".asset textarea");
  const count = await names.count();
  await page.getByRole("button", { name: words(language)("insights.asset_add") }).click();
  await expect(names).toHaveCount(count + 1);
  await expect(names.last()).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(name);
  await page.keyboard.press("Enter");
  await expect(page.locator(".mgrid__a").filter({ hasText: name })).toBeVisible();
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`coverage and the rule of 7 count what the map has, ${language}`, async ({ people, server }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    const count = await cards(page).count();
    const stock = await new Stock(server, url.split("/").at(-1) as string).synced();
    const all = [...stock.entities("touchpoints").values()];
    const phase = (card: (typeof all)[0]) => stock.entities("stages").get((card.get("place") as { stage: string }).stage)?.get("phase");
    const personas = [...stock.entities("personas").entries()].map(([id, persona]) => [id, persona.get("name")] as const);
    stock.close();
    expect(all).toHaveLength(count);
    await look(page, "insights", language);
    const facets = {
      "phase.label": ["phase.", ["before", "during", "after"], phase],
      "panel.nature": ["panel.nature_", ["physical", "digital", "human", "communication"], (card: (typeof all)[0]) => card.get("nature")],
      "panel.directness": ["panel.directness_", ["direct", "indirect"], (card: (typeof all)[0]) => card.get("directness")],
      "panel.control": ["panel.control_", ["own", "outside"], (card: (typeof all)[0]) => card.get("control")],
    } as const;
    for (const [heading, [key, values, read]] of Object.entries(facets)) {
      const wanted: [string, string][] = values.map((value) => [say(key + value), String(all.filter((card) => read(card) === value).length)]);
      const unset = all.filter((card) => !read(card)).length;
      if (unset > 0) wanted.push([say("panel.unset"), String(unset)]);
      expect(await bars(page, say(heading)), heading).toEqual(Object.fromEntries(wanted));
    }
    const met = (persona: string) => all.filter((card) => phase(card) === "before" && card.get(`persona/${persona}`)).length;
    expect(personas.length).toBe(3);
    // The seven is a notch on each bar, and no end of it.
    await expect(page.locator(".ibar--goal")).toHaveCount(3);
    expect(await bars(page, say("insights.seven"))).toEqual(Object.fromEntries(personas.map(([id, name]) => [name, say("insights.seven_of", { count: met(id), goal: 7 })])));
  });

  test(`marks of brand assets go round by presses and by keys, and count, ${language}`, async ({ people }) => {
    const [page, other] = await two({ person: () => people.person({ language }) }, (page) => small(page, language));
    await addAsset(page, "Logo", language);
    await look(other, "insights", language);
    const mark = (page: Page, at: number) => page.locator(".mgrid [data-card]").nth(at);
    const label = (card: string, asset: string, is: string) => `${card}, ${asset}: ${say(`insights.${is}`)}`;
    await expect(mark(page, 0)).toHaveAttribute("aria-label", label("Đọc đánh giá", "Logo", "unmarked"));
    for (const is of ["consistent", "inconsistent", "absent", "not_applicable", "unmarked", "consistent"]) {
      await mark(page, 0).click();
      await expect(mark(page, 0)).toHaveAttribute("aria-label", label("Đọc đánh giá", "Logo", is));
    }
    const score = (page: Page) => page.locator(".mgrid__n").first();
    await expect(score(page)).toHaveText(/^100\s?%$/);
    await page.keyboard.press("ArrowDown");
    await expect(mark(page, 1)).toBeFocused();
    for (const [key, is] of [["1", "consistent"], ["2", "inconsistent"], ["3", "absent"], ["4", "not_applicable"], ["0", "unmarked"], ["2", "inconsistent"]] as const) {
      await page.keyboard.press(key);
      await expect(mark(page, 1)).toHaveAttribute("aria-label", label("Gọi món", "Logo", is));
      await expect(mark(page, 1)).toBeFocused();
    }
    // Of the asset, and of each touchpoint.
    await expect(score(page)).toHaveText(/^50\s?%$/);
    await expect(page.locator(".mgrid tbody .mgrid__s")).toHaveText([/^100\s?%$/, /^0\s?%$/]);
    await expect(score(other)).toHaveText(/^50\s?%$/);
    await expect(mark(other, 1)).toHaveAttribute("aria-label", label("Gọi món", "Logo", "inconsistent"));
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(mark(page, 1)).toHaveAttribute("aria-label", label("Gọi món", "Logo", "unmarked"));
  });

  test(`a review is recorded with its day and who, and what is changed after it is listed, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await small(page, language);
    await deskReady(page);
    await page.locator(".face--me").click();
    const name = page.getByRole("textbox", { name: say("presence.name") });
    await name.fill("Minh Thư");
    await name.press("Enter");
    const review = page.locator(".isec--review");
    await expect(review).toContainText(say("insights.never_reviewed"));
    await page.getByRole("button", { name: say("insights.mark") }).click();
    await expect(review.locator(".isec__p").first()).toContainText("Minh Thư");
    await expect(review.locator(".isec__p").first()).toContainText(String(new Date().getFullYear()));
    await expect(review).toContainText(say("insights.nothing_changed"));
    // A year later, or when the team says.
    const next = page.getByLabel(say("insights.next"));
    const today = await page.evaluate(() => new Date().toISOString().slice(0, 10));
    await expect(next).toHaveValue(`${Number(today.slice(0, 4)) + 1}${today.slice(4)}`);
    await expect(review.locator(".tag--late")).toHaveCount(0);
    await next.fill("2020-02-29");
    await expect(review.locator(".tag--late")).toHaveText(say("insights.overdue"));

    await look(page, "map", language);
    await rename(page, "Gọi món", "Gọi món ở quầy");
    await page.keyboard.press("Escape");
    await addCard(page, "Chờ món", 1);
    await look(page, "insights", language);
    const listed = (heading: string) => review.locator("h3").filter({ hasText: say(`insights.${heading}`) });
    await expect(listed("edited")).toHaveText(`${say("insights.edited")} · 1`);
    await expect(listed("edited").locator("xpath=following-sibling::ul[1]")).toHaveText("Gọi món ở quầy");
    await expect(listed("added")).toHaveText(`${say("insights.added")} · 1`);
    await expect(listed("added").locator("xpath=following-sibling::ul[1]")).toHaveText("Chờ món");
    await expect(listed("moved")).toHaveCount(0);
    await saved(page);
    await page.reload();
    await saved(page);
    await expect(review).toContainText("Minh Thư");
    await expect(listed("edited")).toHaveCount(1);
    await review.getByRole("button", { name: "Gọi món ở quầy" }).click();
    await expect(page.locator(".panel__title")).toHaveValue("Gọi món ở quầy");
  });
}

test("several assets: a new one is named where it stands, and its trash is offered back", async ({ people }) => {
  const page = await people.person();
  await small(page);
  await addAsset(page, "Logo");
  await addAsset(page, "Khẩu hiệu");
  await expect(page.locator(".mgrid__a")).toHaveCount(2);
  await expect(page.locator(".mgrid__a").first()).toContainText("Logo");
  const first = page.locator(".mgrid [data-card]").first();
  await first.focus();
  await page.keyboard.press("1");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("3");
  await expect(page.locator(".mgrid tbody .mgrid__s").first()).toHaveText(/^50\s?%$/);
  await page.locator(".asset").first().getByRole("button", { name: words("vi")("map.to_trash") }).click();
  await expect(page.locator(".mgrid__a")).toHaveCount(1);
  await expect(page.locator(".mgrid tbody .mgrid__s").first()).toHaveText(/^0\s?%$/);
  await page.locator(".toast__do").click();
  await expect(page.locator(".mgrid__a")).toHaveCount(2);
  await expect(first).toHaveAttribute("aria-label", `Đọc đánh giá, Logo: ${words("vi")("insights.consistent")}`);
});

test("an asset's name that is too long is held for that asset alone", async ({ people }) => {
  const page = await people.person();
  await small(page);
  await addAsset(page, "Logo");
  await addAsset(page, "Màu");
  const names = page.locator(".asset textarea");
  const long = "x".repeat(230);
  await names.first().fill(long);
  await names.first().press("Enter");
  await expect(names.first()).toHaveAttribute("aria-invalid", "true");
  await tab(page, "wheel").click();
  await expect(page.locator("svg.wheel")).toBeVisible();
  await look(page, "insights");
  await expect(names.first()).toHaveValue(long);
  await expect(names.last()).toHaveValue("Màu");
  await names.first().focus();
  await names.first().press("Escape");
  await expect(names.first()).toHaveValue("Logo");
});

test("what is not rated is listed, opens, and leaves the list when it is rated", async ({ people }) => {
  const page = await people.person();
  await small(page);
  const say = words("vi");
  const unrated = page.locator(".insights .isec").last();
  await expect(unrated.locator("[data-open]")).toHaveText(["Đọc đánh giá", "Gọi món"]);
  await unrated.locator("[data-open]").last().click();
  await expect(page.locator(".panel__title")).toHaveValue("Gọi món");
  for (const criterion of ["importance", "performance"])
    await panel(page).getByRole("radiogroup", { name: `${say(`panel.${criterion}_short`)}, ${say("panel.your_rating")}` }).locator("label").nth(3).click();
  await expect(unrated.locator("[data-open]")).toHaveText(["Đọc đánh giá"]);
});

test("a map with nothing in it leads to where touchpoints and personas are added", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Nhận định trống");
  await look(page, "insights");
  const say = words("vi");
  await expect(page.getByText(say("insights.empty"))).toBeVisible();
  await expect(page.getByText(say("matrix.all_rated"))).toHaveCount(0);
  await expect(page.getByText(say("insights.no_personas"))).toBeVisible();
  expect(await flaws(page)).toEqual([]);
  await deskReady(page);
  await page.locator(".insights").getByRole("button", { name: say("map.settings") }).click();
  const settings = page.getByRole("dialog", { name: say("map.settings") });
  await expect(settings).toBeVisible();
  await expect(settings.getByRole("button", { name: say("map.persona_add") })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
  await page.locator(".insights").getByRole("link", { name: say("view.to_map") }).click();
  await expect(page.locator(".canvas")).toBeVisible();
});
