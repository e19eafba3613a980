import type { Locator, Page } from "@playwright/test";
import { addCard, cardNamed, hydrated, openPanel, saved, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, flaws, panel, toast } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const settingsOf = (page: Page, language: Language): Locator => page.getByRole("dialog", { name: words(language)("map.settings") });
const entries = (page: Page, language: Language): Locator =>
  settingsOf(page, language).locator(".sec").filter({ has: page.getByRole("heading", { name: words(language)("map.personas") }) }).locator(".entry");

/** Adds a persona in the dialog about the map, which is open, and gives it a name. */
async function addPersona(page: Page, name: string, language: Language): Promise<void> {
  const count = await entries(page, language).count();
  await settingsOf(page, language).getByRole("button", { name: words(language)("map.persona_add") }).click();
  await expect(entries(page, language)).toHaveCount(count + 1);
  await expect(entries(page, language).last().locator("textarea").first()).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(name);
  await page.keyboard.press("Enter");
  await expect(entries(page, language).last().locator(".who").first()).not.toHaveText("");
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const start = (page: Page) => startMap(page, "purchase", "Chân dung", language);

  test(`personas are made, described, coloured, and seen by another person and after a reload, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, start);
    for (const page of [a, b]) {
      await deskReady(page);
      await page.locator(".bar__name").click();
    }
    await addPersona(a, "Minh Châu, nhân viên", language);
    await addPersona(a, "Ông Bảy", language);
    const [first, second] = [entries(a, language).first(), entries(a, language).last()];
    const [ofB, secondOfB] = [entries(b, language).first(), entries(b, language).last()];
    await expect(entries(b, language)).toHaveCount(2);
    // Initials, and a colour each of its own before any is chosen.
    const face = (entry: Locator) => entry.locator(".who").first();
    await expect(face(ofB)).toHaveText(await face(first).innerText());
    await expect(face(first)).toHaveText(/^\p{Lu}{1,2}$/u);
    await expect(face(first)).toHaveClass(/who--1/);
    await expect(face(second)).toHaveClass(/who--2/);

    const texts: [string, string][] = [
      ["map.persona_demographics", "24 tuổi, Thủ Đức"],
      ["map.persona_needs", "Chỗ ngồi yên tĩnh"],
      ["map.persona_difficulties", "Ít thời gian buổi sáng"],
    ];
    for (const [key, text] of texts) await first.getByRole("textbox", { name: say(key) }).fill(text);
    for (const [key, text] of texts) await expect(ofB.getByRole("textbox", { name: say(key) })).toHaveValue(text);
    // The two write about different personas at the same time.
    const [needs] = texts.slice(1);
    await Promise.all([
      first.getByRole("textbox", { name: say(needs?.[0] ?? "") }).pressSequentially("!"),
      secondOfB.getByRole("textbox", { name: say("map.persona_needs") }).pressSequentially("Báo giấy"),
    ]);
    await expect(second.getByRole("textbox", { name: say("map.persona_needs") })).toHaveValue("Báo giấy");

    const colour = (entry: Locator, number: number) => entry.getByRole("button", { name: say("map.persona_color", { number }), exact: true });
    await colour(first, 7).click();
    await expect(colour(first, 7)).toHaveAttribute("aria-pressed", "true");
    await expect(colour(first, 1)).toHaveAttribute("aria-pressed", "false");
    for (const entry of [first, ofB]) await expect(face(entry)).toHaveClass(/who--7/);
    expect(await flaws(a)).toEqual([]);

    // Renamed: the initials follow.
    const name = first.locator("textarea").first();
    await name.fill("Đan Thanh");
    await name.press("Enter");
    for (const entry of [first, ofB]) await expect(face(entry)).toHaveText("ĐT");
    await saved(a);
    await b.reload();
    await hydrated(b);
    await deskReady(b);
    await b.locator(".bar__name").click();
    await expect(ofB.locator("textarea").first()).toHaveValue("Đan Thanh");
    await expect(ofB.getByRole("textbox", { name: say("map.persona_difficulties") })).toHaveValue("Ít thời gian buổi sáng");
    await expect(face(ofB)).toHaveClass(/who--7/);

    await entries(a, language).first().getByRole("button", { name: say("map.to_trash") }).click();
    for (const page of [a, b]) await expect(entries(page, language)).toHaveCount(1);
    await a.locator(".toast__do").click();
    for (const page of [a, b]) await expect(entries(page, language)).toHaveCount(2);
  });

  test(`each persona has an emotion of its own at a touchpoint, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, async (page) => {
      const url = await start(page);
      await addCard(page, "Gọi món");
      await page.keyboard.press("Escape");
      return url;
    });
    await deskReady(a);
    await a.locator(".bar__name").click();
    for (const name of ["Linh", "Quân"]) await addPersona(a, name, language);
    await a.keyboard.press("Escape");
    await openPanel(a, "Gọi món");
    const feel = (page: Page, who: string, how: string) =>
      panel(page).getByRole("radiogroup", { name: say("panel.emotion_of", { name: who }) }).getByRole("radio", { name: say(`panel.${how}`), exact: true });
    const mark = (page: Page) => cardNamed(page, "Gọi món").locator(".card__top svg").last();
    await feel(a, "Linh", "emotion_p2").check({ force: true });
    await feel(a, "Quân", "emotion_m1").check({ force: true });
    // The card shows the first persona's, until another one is in focus.
    for (const page of [a, b]) await expect(mark(page)).toHaveAttribute("aria-label", say("panel.emotion_p2"));
    await a.locator(".legend").getByRole("button", { name: "Quân" }).click();
    await expect(mark(a)).toHaveAttribute("aria-label", say("panel.emotion_m1"));
    await expect(mark(b)).toHaveAttribute("aria-label", say("panel.emotion_p2"));
    await expect(a.locator(".curve__in")).toHaveAttribute("aria-label", new RegExp(say("map.curve_label", { name: "Quân", count: 1 })));

    // Who meets it is a fact of its own.
    await panel(a).getByRole("checkbox", { name: "Linh" }).check();
    await openPanel(b, "Gọi món");
    await expect(panel(b).getByRole("checkbox", { name: "Linh" })).toBeChecked();
    await expect(panel(b).getByRole("checkbox", { name: "Quân" })).not.toBeChecked();
    await expect(feel(b, "Linh", "emotion_p2")).toBeChecked();
    await expect(feel(b, "Quân", "emotion_m1")).toBeChecked();
    // The two rate for one persona each, at the same time.
    await Promise.all([
      feel(a, "Linh", "emotion_p0").check({ force: true }),
      feel(b, "Quân", "emotion_p1").check({ force: true }),
    ]);
    for (const page of [a, b]) {
      await expect(feel(page, "Linh", "emotion_p0")).toBeChecked();
      await expect(feel(page, "Quân", "emotion_p1")).toBeChecked();
    }

    // A persona is also added where it is missed, and meets this touchpoint at once.
    await panel(a).getByRole("button", { name: say("map.persona_add") }).click();
    await a.keyboard.insertText("Bác Hải");
    await a.keyboard.press("Enter");
    await expect(panel(b).getByRole("checkbox", { name: "Bác Hải" })).toBeChecked();
    expect(await flaws(a)).toEqual([]);
    await expect(toast(a)).toHaveCount(0);
  });
}
