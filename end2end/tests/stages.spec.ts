import type { Page } from "@playwright/test";
import { addCard, cardNamed, cards, saved, stages, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, flaws, live, toast } from "../support/views.ts";
import { words } from "../support/words.ts";

const heads = (page: Page) => stages(page).getByRole("heading");

/** The bands of phases: what each is called, and over how many stages it goes. */
const bands = (page: Page): Promise<[string, string][]> =>
  page.locator(".phase").evaluateAll((all) => all.map((band) => [band.textContent?.trim() ?? "", (band as HTMLElement).style.getPropertyValue("--span").trim()]));

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const [before, during, after] = ["before", "during", "after"].map((phase) => say(`phase.${phase}`)) as [string, string, string];
  const start = (title: string, set = "purchase") => (page: Page) => startMap(page, set, title, language);

  test(`a stage set is applied to a map: what has cards stays, and one step takes it back, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, start("Đổi bộ giai đoạn"));
    await deskReady(a);
    const old = await heads(a).allTextContents();
    await addCard(a, "Gọi món", 1);
    await saved(a);
    await a.locator(".bar__name").click();
    const settings = a.getByRole("dialog", { name: say("map.settings") });
    await settings.getByRole("combobox", { name: say("map.set_apply") }).selectOption({ label: say("home.set.life_cycle.name") });
    await expect(toast(a)).toContainText(say("map.set_applied", { name: say("home.set.life_cycle.name") }));
    // The stage with the card is in front, the empty ones are gone.
    for (const page of [a, b]) {
      await expect(stages(page)).toHaveCount(6);
      await expect(heads(page).first()).toHaveText(old[1] ?? "");
      await expect(page.locator("[data-column]").first()).toContainText("Gọi món");
    }
    await a.locator(".toast__do").click();
    for (const page of [a, b]) await expect(heads(page)).toHaveText(old);
    await a.keyboard.press("Escape");
    await expect(settings).toBeHidden();
  });

  test(`stages of one's own: added, named, put into a phase, and moved by keys and by menu, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await start("Giai đoạn riêng", "blank")(page);
    await deskReady(page);
    await expect(stages(page)).toHaveCount(1);
    for (const name of ["Nghe nói", "Ghé thử", "Quay lại"]) {
      await page.getByRole("button", { name: say("map.stage_add"), exact: true }).click();
      await expect(page.locator("[data-stage-id] .inline")).toBeFocused();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(name);
      await page.keyboard.press("Enter");
      await expect(heads(page).last()).toHaveText(name);
    }
    await stages(page).first().focus();
    await page.keyboard.press("Delete");
    await expect(heads(page)).toHaveText(["Nghe nói", "Ghé thử", "Quay lại"]);
    expect(await bands(page)).toEqual([[before, "3"]]);

    // The bands follow the phases: adjacent stages of one phase share theirs.
    await byMenu(page, stages(page).nth(1), during);
    await expect(stages(page).nth(1)).toBeFocused();
    await expect.poll(() => bands(page)).toEqual([
      [before, "1"],
      [during, "1"],
      [before, "1"],
    ]);
    await byMenu(page, stages(page).nth(2), after);
    await expect.poll(() => bands(page)).toEqual([
      [before, "1"],
      [during, "1"],
      [after, "1"],
    ]);
    await byMenu(page, stages(page).nth(2), during);
    await expect.poll(() => bands(page)).toEqual([
      [before, "1"],
      [during, "2"],
    ]);
    expect(await flaws(page)).toEqual([]);

    await addCard(page, "Uống thử", 1);
    await page.keyboard.press("Escape");
    await stages(page).nth(1).focus();
    await page.keyboard.press("Alt+ArrowLeft");
    await expect(heads(page)).toHaveText(["Ghé thử", "Nghe nói", "Quay lại"]);
    await expect(live(page)).toHaveText(say("a11y.moved_stage", { name: "Ghé thử", position: 1, count: 3 }));
    await expect(page.locator("[data-column]").first()).toContainText("Uống thử");
    await expect.poll(() => bands(page)).toEqual([
      [during, "1"],
      [before, "1"],
      [during, "1"],
    ]);
    await page.keyboard.press("Alt+ArrowLeft");
    await expect(live(page)).toHaveText(say("a11y.cannot_move"));
    await byMenu(page, stages(page).first(), say("map.move_right"));
    await expect(heads(page)).toHaveText(["Nghe nói", "Ghé thử", "Quay lại"]);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(heads(page)).toHaveText(["Ghé thử", "Nghe nói", "Quay lại"]);
  });
}

test("a stage is dragged with its cards, and another person sees it there", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Kéo giai đoạn"));
  await addCard(a, "Trả tiền", 1);
  await a.keyboard.press("Escape");
  const old = await heads(a).allTextContents();
  const from = await heads(a).nth(1).boundingBox();
  const to = await stages(a).first().boundingBox();
  if (!from || !to) throw new Error("no stages");
  await a.mouse.move(from.x + 10, from.y + from.height / 2);
  await a.mouse.down();
  await a.mouse.move(to.x + 12, to.y + to.height / 2, { steps: 8 });
  await expect(a.locator(".ghost")).toHaveCount(1);
  await a.mouse.up();
  for (const page of [a, b]) {
    await expect(heads(page)).toHaveText([old[1], old[0], old[2]] as string[]);
    await expect(page.locator("[data-column]").first()).toContainText("Trả tiền");
  }
});

test("two people move one stage at the same time: it stands once, and for both in one place", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "awareness", "Cùng dời giai đoạn"));
  const names = await heads(a).allTextContents();
  await addCard(a, "Thẻ của giai đoạn giữa", 2);
  await expect(cardNamed(b, "Thẻ của giai đoạn giữa")).toBeVisible();
  await a.keyboard.press("Escape");
  await stages(a).nth(2).focus();
  await stages(b).nth(2).focus();
  await Promise.all([a.keyboard.press("Alt+ArrowLeft"), b.keyboard.press("Alt+ArrowRight")]);
  await saved(a);
  await saved(b);
  await expect.poll(async () => JSON.stringify(await heads(a).allTextContents()) === JSON.stringify(await heads(b).allTextContents())).toBe(true);
  expect([...(await heads(a).allTextContents())].sort()).toEqual([...names].sort());
  await expect(cards(a)).toHaveCount(1);
  await expect(cards(b)).toHaveCount(1);
});
