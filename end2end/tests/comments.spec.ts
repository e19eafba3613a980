import type { Page } from "@playwright/test";
import { addCard, cardNamed, openPanel, saved, stages, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, flaws, introduce, panel } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

async function twoCards(page: Page, language: Language): Promise<string> {
  const url = await startMap(page, "purchase", "Bình luận", language);
  for (const name of ["Gọi món", "Chờ món"]) await addCard(page, name);
  await saved(page);
  return url;
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const dialog = (page: Page) => page.getByRole("dialog", { name: say("comment.title") });
  const fresh = (page: Page) => panel(page).getByRole("textbox", { name: say("comment.add") });
  const button = (page: Page) => page.locator(".talk button");

  test(`comment, answer, resolve; what is new is counted until it is read, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => twoCards(page, language));
    await introduce(a, "Thảo", language);
    await introduce(b, "Đức", language);
    await openPanel(a, "Gọi món");
    await fresh(a).fill("Chỗ này khách hay hỏi lại.");
    await fresh(a).press("Enter");
    await expect(panel(a).locator(".thread")).toContainText("Thảo");
    await expect(fresh(a)).toHaveValue("");
    await expect(button(a)).toHaveAccessibleName(say("comment.title"));

    await expect(button(b)).toHaveAccessibleName(say("comment.unread", { count: 1 }));
    await expect(b.locator(".badge")).toHaveText("1");
    await button(b).click();
    const thread = dialog(b).locator(".thread");
    await expect(thread).toContainText("Chỗ này khách hay hỏi lại.");
    await expect(thread.locator(".thread__about")).toHaveText("Gọi món");
    await expect(b.locator(".badge")).toHaveCount(0);
    expect(await flaws(b)).toEqual([]);
    // Another's words are not one's own to change.
    await expect(thread.getByRole("button", { name: say("comment.take_back") })).toHaveCount(0);
    await thread.getByRole("button", { name: say("comment.answer") }).click();
    const answer = thread.getByRole("textbox", { name: say("comment.answer") });
    await expect(answer).toBeFocused();
    await b.keyboard.insertText("Bảng giá sẽ to hơn.");
    await b.keyboard.press("Shift+Enter");
    await b.keyboard.insertText("Tuần sau có.");
    await b.keyboard.press("Enter");
    await expect(thread.locator(".said")).toHaveCount(2);

    await expect(panel(a).locator(".said")).toHaveCount(2);
    await expect(panel(a).locator(".said").last()).toContainText("Đức");
    await expect(panel(a).locator(".said__text").last()).toHaveText("Bảng giá sẽ to hơn.\nTuần sau có.", { useInnerText: true });
    await panel(a).getByRole("button", { name: say("comment.settle") }).click();
    await expect(panel(a).locator(".thread")).toHaveClass(/is-settled/);
    await expect(thread).toHaveCount(0);
    await dialog(b).getByRole("checkbox", { name: say("comment.show_settled") }).check();
    await expect(thread).toHaveClass(/is-settled/);
    await thread.getByRole("button", { name: say("comment.reopen") }).click();
    await expect(panel(a).locator(".thread")).not.toHaveClass(/is-settled/);

    // What was read stays read.
    await saved(b);
    await b.reload();
    await deskReady(b);
    await expect(button(b)).toHaveAccessibleName(say("comment.title"));
  });

  test(`one's own comment is changed and taken back, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => twoCards(page, language));
    await openPanel(a, "Gọi món");
    await openPanel(b, "Gọi món");
    await fresh(a).fill("Sai chính tả");
    await panel(a).getByRole("button", { name: say("comment.send") }).last().click();
    await expect(panel(b).locator(".said__text")).toHaveText("Sai chính tả");
    await expect(b.locator(".badge")).toHaveCount(0);
    await panel(a).locator(".said").getByRole("button", { name: say("map.edit") }).click();
    const field = panel(a).locator(".thread").getByRole("textbox", { name: say("map.edit") });
    await field.fill("Đúng chính tả");
    await field.press("Enter");
    await expect(panel(b).locator(".said__text")).toHaveText("Đúng chính tả");
    await expect(panel(b).locator(".said__who")).toContainText(say("comment.edited"));
    // With an answer under it, its place stays.
    await panel(b).getByRole("button", { name: say("comment.answer") }).click();
    await b.keyboard.insertText("Đã thấy");
    await b.keyboard.press("Enter");
    await expect(panel(a).locator(".said__text")).toHaveText(["Đúng chính tả", "Đã thấy"]);
    await panel(a).locator(".said").getByRole("button", { name: say("comment.take_back") }).click();
    for (const page of [a, b]) {
      await expect(panel(page).locator(".said__gone")).toHaveText(say("comment.taken_back"));
      await expect(panel(page)).not.toContainText("Đúng chính tả");
    }
  });

  test(`a thread outlives its touchpoint and its stage, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => twoCards(page, language));
    await openPanel(a, "Chờ món");
    await fresh(a).fill("Đo lại phút chờ.");
    await fresh(a).press("Enter");
    await expect(panel(a).locator(".thread")).toBeVisible();
    // On a stage, by the menu.
    const stage = await stages(a).last().getByRole("heading").textContent();
    await byMenu(a, stages(a).last(), say("comment.on"));
    await expect(dialog(a).locator(".thread__about").first()).toHaveText(stage ?? "");
    const field = dialog(a).getByRole("textbox", { name: say("comment.add") });
    await field.fill("Giai đoạn này để sau.");
    await field.press("Enter");
    await expect(dialog(a).locator(".thread")).toHaveCount(2);
    await a.keyboard.press("Escape");
    await expect(dialog(a)).toBeHidden();

    await cardNamed(b, "Chờ món").focus();
    await b.keyboard.press("Delete");
    await stages(b).last().focus();
    await b.keyboard.press("Delete");
    await expect(stages(b)).toHaveCount(2);
    await button(b).click();
    const about = (page: Page, words: string) => dialog(page).locator(".thread").filter({ hasText: words }).locator(".thread__about");
    await expect(about(b, "Đo lại phút chờ.")).toHaveText(say("comment.about_gone", { name: "Chờ món" }));
    await expect(about(b, "Giai đoạn này để sau.")).toHaveText(say("comment.about_gone", { name: stage ?? "" }));
    await b.keyboard.press("Escape");
    // Back again, it leads to its card.
    await b.keyboard.press("ControlOrMeta+z");
    await b.keyboard.press("ControlOrMeta+z");
    await expect(cardNamed(b, "Chờ món")).toBeVisible();
    await button(b).click();
    await about(b, "Đo lại phút chờ.").click();
    await expect(dialog(b)).toBeHidden();
    await expect(b.locator(".panel__title")).toHaveValue("Chờ món");
  });
}

test("Enter that ends a letter of an input method sends nothing", async ({ people }) => {
  const page = await people.person();
  await twoCards(page, "vi");
  await openPanel(page, "Gọi món");
  const field = panel(page).getByRole("textbox", { name: words("vi")("comment.add") });
  await field.fill("tieengs");
  await field.evaluate((area) => area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })));
  await expect(field).toHaveValue("tieengs");
  await expect(panel(page).locator(".thread")).toHaveCount(0);
  await field.press("Enter");
  await expect(panel(page).locator(".said__text")).toHaveText("tieengs");
});
