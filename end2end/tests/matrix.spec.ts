import type { Page } from "@playwright/test";
import { addCard, cardNamed, cards, openCafe, openPanel, saved, startMap, two } from "../support/map.ts";
import { type People, expect, test } from "../support/test.ts";
import { dot, flaws, live, look, openView, panel } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

/** A score as it is written. */
const written = (score: number, language: Language): string => score.toFixed(1).replace(".", language === "vi" ? "," : ".");

const rated = (importance: number, performance: number, language: Language): string =>
  words(language)("touchpoint.rating_summary", { importance: written(importance, language), performance: written(performance, language) });

/** A small map in the matrix: nobody has rated anything. */
async function small(page: Page, language: Language = "vi"): Promise<string> {
  const url = await startMap(page, "purchase", "Ma trận nhỏ", language);
  for (const name of ["Gọi món", "Nhận món"]) await addCard(page, name);
  await saved(page);
  await look(page, "matrix", language);
  return url;
}

/** Where a rating stands in the plot, in pixels of the window. */
async function at(page: Page, importance: number, performance: number): Promise<[number, number]> {
  const plot = await page.locator(".plot").boundingBox();
  if (!plot) throw new Error("no plot");
  const share = (score: number) => 0.04 + ((score - 1) / 4) * 0.92;
  return [plot.x + share(performance) * plot.width, plot.y + (1 - share(importance)) * plot.height];
}

/** Drags what is under one point to another, and lets go. */
async function drag(page: Page, from: { x: number; y: number; width: number; height: number } | null, to: [number, number], drop = true): Promise<void> {
  if (!from) throw new Error("nothing to drag");
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 6 });
  if (drop) await page.mouse.up();
}

const own = (page: Page, criterion: "importance" | "performance", language: Language) => {
  const say = words(language);
  return page.getByRole("radiogroup", { name: `${say(`panel.${criterion}_short`)}, ${say("panel.your_rating")}` }).locator("input:checked");
};

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`arrow keys rate, and Enter opens what one has rated, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await small(page, language);
    await expect(page.locator(".tray [data-rate]")).toHaveCount(2);
    // Who has not rated starts in the middle.
    await page.locator(".tray [data-rate]").first().focus();
    await page.keyboard.press("ArrowUp");
    await expect(dot(page, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(4, 3, language)}`);
    await expect(live(page)).toContainText(say("matrix.rated", { name: "Gọi món", importance: 4, performance: 3 }));
    await expect(dot(page, "Gọi món")).toBeFocused();
    for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft"]) await page.keyboard.press(key);
    await expect(dot(page, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(5, 2, language)}`);
    await expect(page.locator(".tray [data-rate]")).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(page.locator(".panel__title")).toHaveValue("Gọi món");
    await expect(own(page, "importance", language)).toHaveAccessibleName(say("panel.score_of", { score: 5, label: say("panel.score_5") }));
    await expect(own(page, "performance", language)).toHaveAccessibleName(say("panel.score_of", { score: 2, label: say("panel.score_2") }));
    // One's own rating only: nobody else's was touched, and undo takes back one step.
    await expect(panel(page).locator(".sec__n").first()).toHaveText(say("panel.raters", { count: 1 }));
    await dot(page, "Gọi món").focus();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(dot(page, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(5, 3, language)}`);
    await expect(page.getByText(say("matrix.all_rated"))).toHaveCount(0);
  });

  test(`a dot is dragged to a rating, Escape lets go of it, and a press is no drag, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await small(page, language);
    await page.locator(".tray [data-rate]").first().focus();
    await page.keyboard.press("ArrowUp");
    const name = dot(page, "Gọi món");
    await expect(name).toHaveClass(/dotm/);
    await drag(page, await name.boundingBox(), await at(page, 2, 5));
    await expect(name).toHaveAttribute("aria-label", `1. Gọi món: ${rated(2, 5, language)}`);
    await expect(panel(page)).toHaveCount(0);

    await drag(page, await name.boundingBox(), await at(page, 4, 1), false);
    await expect(name).toHaveClass(/is-dragged/);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await expect(name).not.toHaveClass(/is-dragged/);
    await expect(name).toHaveAttribute("aria-label", `1. Gọi món: ${rated(2, 5, language)}`);

    // Outside the plot nothing is rated.
    await drag(page, await name.boundingBox(), [700, 30]);
    await expect(name).toHaveAttribute("aria-label", `1. Gọi món: ${rated(2, 5, language)}`);

    await name.click();
    await expect(page.locator(".panel__title")).toHaveValue("Gọi món");
  });

  test(`a quadrant gets a name of the team, and the field's again, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => small(page, language));
    await look(b, "matrix", language);
    const field = (page: Page) => page.getByRole("textbox", { name: say("matrix.quadrant_label", { name: say("matrix.concentrate") }) });
    await expect(field(b)).toHaveValue(say("matrix.concentrate"));
    await field(a).fill("Sửa trong tuần này");
    await field(a).press("Enter");
    await expect(field(b)).toHaveValue("Sửa trong tuần này");
    await saved(a);
    await b.reload();
    await expect(field(b)).toHaveValue("Sửa trong tuần này");
    await field(a).fill("");
    await field(a).press("Enter");
    await expect(field(b)).toHaveValue(say("matrix.concentrate"));
    await expect(field(a)).toHaveValue(say("matrix.concentrate"));
  });

  test(`what comes first is important and performs badly, then goes by the gap; a press opens it, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    const count = await cards(page).count();
    await look(page, "matrix", language);
    const rows = page.locator(".rank .ri");
    await expect(page.locator("[data-rate]")).toHaveCount(count);
    await expect(page.locator(".plot [data-rate]")).toHaveCount(await rows.count());
    const ratings = await page.locator(".plot [data-rate]").evaluateAll((dots) =>
      dots.map((dot) => {
        const numbers = (dot.getAttribute("aria-label") ?? "").replaceAll(",", ".").match(/\d+\.\d/g) ?? [];
        return { rank: Number.parseInt(dot.getAttribute("aria-label") ?? ""), importance: Number(numbers.at(-2)), performance: Number(numbers.at(-1)) };
      }),
    );
    ratings.sort((one, other) => one.rank - other.rank);
    expect(ratings.map((it) => it.rank)).toEqual(ratings.map((_, at) => at + 1));
    const isFirst = (it: (typeof ratings)[0]) => it.importance >= 3 && it.performance < 3;
    const first = ratings.filter(isFirst).length;
    expect(first).toBeGreaterThan(0);
    expect(ratings.slice(0, first).every(isFirst)).toBe(true);
    await expect(page.locator(".ri:not(.ri--late)")).toHaveCount(first);
    await expect(page.locator(".status")).toContainText(say("map.foot_first", { count: first }));
    for (const group of [ratings.slice(0, first), ratings.slice(first)])
      for (const [at, it] of group.entries()) {
        const before = group[at - 1];
        // Shown with one decimal: less than that may be rounded either way.
        if (before) expect(before.importance - before.performance - (it.importance - it.performance)).toBeGreaterThan(-0.21);
      }
    const name = await rows.first().locator(".ri__t").textContent();
    await rows.first().locator("[data-open]").click();
    await expect(page.locator(".panel__title")).toHaveValue(name ?? "");
    await expect(dot(page, name ?? "")).toHaveClass(/is-selected/);
  });

  test(`in a rating round each sees their own scores only, until all are shown, ${language}`, async ({ people }) => {
    await round(people, language);
  });
}

async function round(people: People, language: Language): Promise<void> {
  const say = words(language);
  const [a, b] = await two({ person: () => people.person({ language }) }, (page) => small(page, language));
  await a.getByRole("button", { name: say("matrix.round_start") }).click();
  await expect(a.locator(".round")).toContainText(say("matrix.round_hint", { rated: 0, all: 2 }));
  await a.locator(".tray [data-rate]").first().focus();
  for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft"]) await a.keyboard.press(key);
  await expect(dot(a, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(5, 1, language)}`);
  await expect(a.locator(".round")).toContainText(say("matrix.round_hint", { rated: 1, all: 2 }));
  await saved(a);

  // B's card, panel, matrix and wheel say nothing of it.
  await expect(cardNamed(b, "Gọi món").locator("svg.rate")).toHaveAttribute("aria-label", say("touchpoint.rating_none"));
  await openPanel(b, "Gọi món");
  await expect(panel(b).locator(".strip__mean").first()).toHaveText("");
  await expect(panel(b).locator(".strip__marks")).toHaveCount(0);
  await expect(own(b, "importance", language)).toHaveCount(0);
  await look(b, "matrix", language);
  await expect(b.locator(".round")).toContainText(say("matrix.round_hint", { rated: 0, all: 2 }));
  await expect(b.locator(".tray [data-rate]")).toHaveCount(2);
  await expect(b.locator(".plot [data-rate]")).toHaveCount(0);
  await look(b, "wheel", language);
  await expect(b.locator(".w-perf, .w-gap, .w-imp")).toHaveCount(0);
  await look(b, "insights", language);
  await expect(b.locator(".insights .isec").last().locator("[data-open]")).toHaveCount(2);

  // What the server renders does not say it either.
  const reader = await people.person({ language, script: false });
  await reader.goto(b.url().replace("/insights", "/matrix"));
  await expect(reader.locator(".plot [data-rate]")).toHaveCount(0);

  await look(b, "matrix", language);
  await b.locator(".tray [data-rate]").first().focus();
  await b.keyboard.press("ArrowDown");
  await expect(dot(b, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(2, 3, language)}`);
  await saved(b);
  await expect(dot(a, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(5, 1, language)}`);

  await a.getByRole("button", { name: say("matrix.reveal") }).click();
  for (const page of [a, b]) await expect(dot(page, "Gọi món")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(3.5, 2, language)}`);
  await expect(panel(b).locator(".strip__mean").first()).toHaveText(written(3.5, language));
  await expect(b.locator(".round")).toHaveCount(0);
  await look(b, "map", language);
  await expect(cardNamed(b, "Gọi món").locator("svg.rate")).toHaveAttribute("aria-label", rated(3.5, 2, language));
}

test("what is not rated yet is dragged into the plot", async ({ people }) => {
  const page = await people.person();
  await small(page);
  await drag(page, await page.locator(".tray [data-rate]").first().boundingBox(), await at(page, 5, 1));
  await expect(page.locator(".plot [data-rate]")).toHaveAttribute("aria-label", `1. Gọi món: ${rated(5, 1, "vi")}`);
});

test("a finger rates too, and scrolling the page is not in its way", async ({ people }) => {
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  const url = await small(page);
  await openView(page, url, "matrix");
  await page.locator(".tray [data-rate]").first().focus();
  await page.keyboard.press("ArrowUp");
  const name = dot(page, "Gọi món");
  await expect(name).toHaveClass(/dotm/);
  await name.scrollIntoViewIfNeeded();
  const box = await name.boundingBox();
  if (!box) throw new Error("no dot");
  const [toX, toY] = await at(page, 1, 5);
  const touch = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", x?: number, y?: number) =>
    touch.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined || y === undefined ? [] : [{ x, y }] });
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await send("touchStart", x, y);
  for (let step = 1; step <= 6; step++) await send("touchMove", x + ((toX - x) * step) / 6, y + ((toY - y) * step) / 6);
  await send("touchEnd");
  await expect(name).toHaveAttribute("aria-label", `1. Gọi món: ${rated(1, 5, "vi")}`);
});

test("dots of one place stand apart", async ({ people }) => {
  const page = await people.person();
  await small(page);
  for (const name of ["Gọi món", "Nhận món"]) {
    await page.locator(".tray [data-rate]").filter({ hasText: name }).focus();
    await page.keyboard.press("ArrowUp");
    await expect(page.locator(".plot [data-rate]").filter({ hasText: name })).toBeVisible();
  }
  const boxes = await page.locator(".plot [data-rate]").evaluateAll((dots) => dots.map((dot) => dot.getBoundingClientRect()).map(({ x, y, width }) => ({ x, y, width })));
  const [one, other] = boxes;
  if (!one || !other) throw new Error("two dots wanted");
  expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(one.width - 1);
});

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`on a phone dots that are too close are one button, which lists them, ${language}`, async ({ people }) => {
    const page = await people.person({ language, viewport: { width: 390, height: 844 } });
    const url = await openCafe(page, language);
    await openView(page, url, "matrix");
    const heaps = page.locator(".heap:visible");
    const alone = page.locator(".plot .dotm:visible");
    await expect(heaps.first()).toBeVisible();
    const counts = (await heaps.allTextContents()).map((text) => Number(text.replace("×", "")));
    const all = await page.locator(".plot .dotm").count();
    expect(counts.reduce((sum, count) => sum + count, 0) + (await alone.count())).toBe(all);

    // A finger's width from each to each, and nothing on top of it.
    const middles = await page.locator(".heap:visible, .plot .dotm:visible").evaluateAll((all) =>
      all.map((it) => {
        const { x, y, width, height } = it.getBoundingClientRect();
        const [midX, midY] = [x + width / 2, y + height / 2];
        return { x: midX, y: midY, own: it.contains(document.elementFromPoint(midX + 20, midY)) };
      }),
    );
    for (const [i, one] of middles.entries()) for (const other of middles.slice(i + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(43);
    expect(middles.filter((it) => !it.own)).toEqual([]);
    expect(await flaws(page)).toEqual([]);

    const most = counts.indexOf(Math.max(...counts));
    await expect(heaps.nth(most)).toHaveAttribute("aria-label", say("matrix.heap", { count: counts[most] ?? 0 }));
    await heaps.nth(most).click();
    const list = page.getByRole("dialog", { name: say("matrix.heap_title") });
    await expect(list.getByRole("listitem")).toHaveCount(counts[most] ?? 0);
    for (const row of await list.getByRole("listitem").getByRole("button").all()) expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(await flaws(page)).toEqual([]);
    // Escape goes back to where one was.
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await expect(heaps.nth(most)).toBeFocused();
    await page.keyboard.press("Enter");
    const row = list.getByRole("listitem").getByRole("button").last();
    const name = await row.locator(".ri__t").textContent();
    await row.click();
    await expect(list).toBeHidden();
    await expect(page.locator(".peek")).toBeVisible();
    await expect(page.locator(".panel__title")).toHaveValue(name ?? "");
  });
}
