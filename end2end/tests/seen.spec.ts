import type { Page } from "@playwright/test";
import { cards, hydrated, openCafe, saved, startMap } from "../support/map.ts";
import type { Server } from "../support/server.ts";
import { Stock } from "../support/stock.ts";
import { type People, expect, test } from "../support/test.ts";
import { deskReady, fits, flaws, live, look } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const back = (page: Page) => page.locator("[data-touchpoint-id].is-back");
const pick = (page: Page, language: Language) => page.locator(".canvas").getByRole("combobox", { name: words(language)("find.seen_as") });

/** The personas of a map and the touchpoints that each meets, as any program reads them. */
async function personas(server: Server, url: string) {
  const stock = await new Stock(server, url.split("/").at(-1) as string).synced();
  const all = [...stock.entities("touchpoints").entries()];
  const rank = (persona: { get: (field: string) => unknown }) => (persona.get("place") as { rank: string }).rank;
  const inOrder = [...stock.entities("personas").entries()].sort(([, a], [, b]) => (rank(a) < rank(b) ? -1 : 1));
  const read = inOrder.map(([id, persona]) => ({
    id,
    name: String(persona.get("name")),
    meets: all.filter(([, card]) => card.get(`persona/${id}`)).map(([card]) => card),
    feels: all.filter(([, card]) => card.get(`emotion/${id}`) !== undefined).length,
  }));
  stock.close();
  return read;
}

async function cafe(people: People, language: Language, viewport?: { width: number; height: number }): Promise<[Page, string]> {
  const page = await people.person({ language, viewport });
  const url = await openCafe(page, language);
  await deskReady(page);
  return [page, url];
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a persona is chosen on the map: the rest steps back, the curve is its own, ${language}`, async ({ people, server }) => {
    const [page, url] = await cafe(people, language);
    const count = await cards(page).count();
    const [linh, quan] = await personas(server, url);
    if (!linh || !quan) throw new Error("the example has personas");
    const others = page.locator(".curve path.c-b");
    await expect(others).toHaveCount(2);
    // Everybody's map shows one persona's emotions, and says whose; the next one is a Tab away.
    const felt = page.locator(".felt");
    const [called] = linh.name.split(",");
    await expect(felt).toHaveText(say("find.felt_by", { name: called ?? "" }));
    await page.locator(".legend button").first().focus();
    await page.keyboard.press("Tab");
    await expect(page.locator(".legend").getByRole("button", { name: quan.name })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(felt).toHaveAttribute("title", quan.name);
    await pick(page, language).selectOption({ label: `${quan.name} (${quan.meets.length})` });
    await expect(back(page)).toHaveCount(count - quan.meets.length);
    for (const id of quan.meets) await expect(page.locator(`[data-touchpoint-id="${id}"]`)).not.toHaveClass(/is-back/);
    await expect(back(page).first()).toBeVisible();
    await expect(others).toHaveCount(0);
    await expect(felt).toHaveCount(0);
    await expect(page.locator(".curve__in")).toHaveAttribute("aria-label", new RegExp(say("map.curve_label", { name: quan.name, count: quan.feels })));
    await expect(live(page)).toHaveText(say("find.seen_by", { name: quan.name, count: quan.meets.length }));
    await expect(page.locator("footer.status")).toContainText(say("map.foot_found", { count: quan.meets.length, all: count }));
    // No bar is asked for; what is marked is what is looked at.
    await expect(page.locator("search.find")).toHaveCount(0);
    expect(await flaws(page)).toEqual([]);
    await page.locator(`[data-touchpoint-id="${quan.meets[0]}"]`).focus();
    await page.keyboard.press("ControlOrMeta+a");
    await expect(page.locator("[data-touchpoint-id].is-marked")).toHaveCount(quan.meets.length);
    await page.keyboard.press("Escape");

    // The names beside the curve turn the map too.
    await page.locator(".legend").getByRole("button", { name: linh.name }).click();
    await expect(pick(page, language)).toHaveValue(linh.id);
    await expect(back(page)).toHaveCount(count - linh.meets.length);

    // Other views follow, and say by what.
    await look(page, "wheel", language);
    await expect(page.locator("[data-spoke]")).toHaveCount(linh.meets.length);
    await expect(page.locator("search.find").getByRole("button", { name: `${say("find.persona")}: ${linh.name}` })).toBeVisible();
    await look(page, "map", language);
    await expect(page.locator("search.find")).toHaveCount(0);
    await pick(page, language).selectOption("");
    await expect(back(page)).toHaveCount(0);
    await expect(others).toHaveCount(2);
    await expect(live(page)).toHaveText(say("find.seen_by_all"));
  });

  test(`by keys alone: the list, and the palette, ${language}`, async ({ people, server }) => {
    const [page, url] = await cafe(people, language);
    const count = await cards(page).count();
    const all = await personas(server, url);
    const [first] = all;
    const last = all.at(-1);
    if (!first || !last) throw new Error("no personas");
    await pick(page, language).focus();
    await page.keyboard.press("ArrowDown");
    await expect(pick(page, language)).toHaveValue(first.id);
    await expect(pick(page, language)).toBeFocused();
    await expect(back(page)).toHaveCount(count - first.meets.length);

    const palette = page.getByRole("dialog", { name: say("find.palette") });
    const summon = async (goal: string) => {
      await page.keyboard.press("ControlOrMeta+k");
      await expect(palette.getByRole("combobox")).toBeFocused();
      await page.keyboard.insertText(goal);
      await expect(palette.locator("[aria-selected=true]")).toHaveText(goal);
      await page.keyboard.press("Enter");
      await expect(palette).toBeHidden();
    };
    await summon(say("find.see_everybody"));
    await expect(back(page)).toHaveCount(0);
    await summon(say("find.see_by", { name: last.name }));
    await expect(pick(page, language)).toHaveValue(last.id);
    await expect(back(page)).toHaveCount(count - last.meets.length);
  });

  test(`on a phone it stands where the map begins, and the map fits, ${language}`, async ({ people, server }) => {
    const [page, url] = await cafe(people, language, { width: 390, height: 844 });
    const count = await cards(page).count();
    const [linh] = await personas(server, url);
    if (!linh) throw new Error("no personas");
    const box = await pick(page, language).boundingBox();
    expect(box && box.height >= 44 && box.x >= 0 && box.x + box.width <= 390).toBe(true);
    await pick(page, language).selectOption(linh.id);
    await expect(back(page)).toHaveCount(count - linh.meets.length);
    expect(await fits(page)).toBe(true);
    expect(await flaws(page)).toEqual([]);
  });

  test(`insights say that they follow the filter, and follow it, ${language}`, async ({ people, server }) => {
    const [page, url] = await cafe(people, language);
    const count = await cards(page).count();
    const [linh] = await personas(server, url);
    if (!linh) throw new Error("no personas");
    await pick(page, language).selectOption(linh.id);
    await look(page, "insights", language);
    const part = page.locator(".ipart");
    await expect(part).toContainText(say("insights.part", { count: linh.meets.length, all: count }));
    const section = (heading: string) => page.locator("section.isec").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
    const numbers = await section(say("insights.coverage")).locator(".cover").first().locator(".ibar__n").allTextContents();
    expect(numbers.reduce((sum, number) => sum + Number(number), 0)).toBe(linh.meets.length);
    await expect(section(say("insights.seven")).locator(".ibar__name")).toHaveText([linh.name]);
    await expect(page.locator(".mgrid tbody tr")).toHaveCount(linh.meets.length);
    expect(await flaws(page)).toEqual([]);
    await part.getByRole("button", { name: say("insights.whole") }).click();
    await expect(part).toHaveCount(0);
    await expect(section(say("insights.seven")).locator(".ibar__name")).toHaveCount(3);
    await expect(page.locator(".mgrid tbody tr")).toHaveCount(count);
    await expect(page.locator("search.find")).toHaveCount(0);
    await expect(page.locator("#main")).toBeFocused();
  });
}

test("with another filter the rest goes out of the picture, and a persona that is trashed filters nothing unseen", async ({ people, server }) => {
  const [page, url] = await cafe(people, "vi");
  const say = words("vi");
  const [linh] = await personas(server, url);
  if (!linh) throw new Error("no personas");
  await pick(page, "vi").selectOption(linh.id);
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.insertText("ca phe");
  await expect(back(page)).toHaveCount(0);
  await expect(page.locator("[data-touchpoint-id].is-out").first()).toBeHidden();
  await page.locator("search.find").getByRole("searchbox").fill("");
  await expect(back(page).first()).toBeVisible();
  await page.locator(".bar__name").click();
  const settings = page.getByRole("dialog", { name: say("map.settings") });
  await settings.locator(".sec").first().locator(".entry").first().getByRole("button", { name: say("map.to_trash") }).click();
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
  // The list knows it no longer; the bar says what filters and takes it away.
  await expect(pick(page, "vi")).toHaveValue("");
  await page.locator("search.find .tag--go").click();
  await expect(page.locator("[data-touchpoint-id].is-out, [data-touchpoint-id].is-back")).toHaveCount(0);
});

test("a map without personas has nothing to choose, and has it once there is one", async ({ people }) => {
  const page = await people.person();
  const say = words("vi");
  await startMap(page, "purchase", "Chưa có chân dung");
  await deskReady(page);
  await expect(pick(page, "vi")).toHaveCount(0);
  await page.locator(".bar__name").click();
  await page.getByRole("dialog", { name: say("map.settings") }).getByRole("button", { name: say("map.persona_add") }).click();
  await page.keyboard.press("Escape");
  await expect(pick(page, "vi")).toBeVisible();
  await saved(page);
  await page.reload();
  await hydrated(page);
  await expect(pick(page, "vi")).toHaveValue("");
});
