import type { Page } from "@playwright/test";
import { addCard, cardNamed, cards, openPanel, picture, saved, stages, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, flaws, panel, paste, toast } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const NAMES = ["Một", "Hai", "Ba", "Bốn"];
const marked = (page: Page) => page.locator("[data-touchpoint-id].is-marked");
const names = async (page: Page): Promise<string[][]> => (await picture(page)).map((column) => column.map((card) => card.slice(37)));

async function four(page: Page, language: Language = "vi"): Promise<string> {
  const url = await startMap(page, "purchase", "Nhiều thẻ", language);
  for (const name of NAMES) await addCard(page, name);
  await saved(page);
  await deskReady(page);
  return url;
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const bar = (page: Page) => page.getByRole("region", { name: say("bulk.label") });
  const pick = (page: Page, key: string) => bar(page).getByRole("combobox", { name: say(key), exact: true });

  test(`Ctrl and Shift mark cards; they are moved and changed as one step each, ${language}`, async ({ people }) => {
    const [page, other] = await two({ person: () => people.person({ language }) }, (page) => four(page, language));
    await cardNamed(page, "Một").click();
    await expect(panel(page)).toBeVisible();
    await cardNamed(page, "Ba").click({ modifiers: ["ControlOrMeta"] });
    await expect(marked(page)).toHaveText([/Một/, /Ba/]);
    await expect(bar(page)).toContainText(say("bulk.marked", { count: 2 }));
    await cardNamed(page, "Một").click({ modifiers: ["ControlOrMeta"] });
    await expect(marked(page)).toHaveText([/Ba/]);
    await cardNamed(page, "Hai").click();
    await expect(marked(page)).toHaveCount(0);
    await cardNamed(page, "Bốn").click({ modifiers: ["Shift"] });
    await expect(marked(page)).toHaveText([/Hai/, /Ba/, /Bốn/]);
    expect(await flaws(page)).toEqual([]);

    const before = await picture(page);
    const last = (await stages(page).last().getByRole("heading").textContent()) ?? "";
    await pick(page, "map.move_to").selectOption({ label: last });
    await expect.poll(() => names(page)).toEqual([["Một"], [], ["Hai", "Ba", "Bốn"]]);
    await expect(toast(page)).toContainText(say("bulk.moved", { count: 3, stage: last }));
    await expect.poll(() => names(other)).toEqual([["Một"], [], ["Hai", "Ba", "Bốn"]]);
    // The keys act although the list had the focus.
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(() => picture(page)).toEqual(before);
    await page.keyboard.press("ControlOrMeta+Shift+z");
    await expect.poll(() => names(page)).toEqual([["Một"], [], ["Hai", "Ba", "Bốn"]]);

    const digital = (page: Page) => cards(page).filter({ has: page.locator(`.card__top [aria-label="${say("panel.nature_digital")}"]`) });
    await pick(page, "panel.nature").selectOption("digital");
    await expect(digital(page)).toHaveCount(3);
    await expect(digital(other)).toHaveCount(3);
    await expect(pick(page, "panel.nature")).toHaveValue("");
    await pick(page, "panel.nature").selectOption("human");
    await expect(digital(page)).toHaveCount(0);
    await page.locator(".toast__do").click();
    await expect(digital(page)).toHaveCount(3);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(digital(page)).toHaveCount(0);
    await bar(page).getByRole("button", { name: say("bulk.none") }).click();
    await expect(bar(page)).toHaveCount(0);
  });

  test(`by keys alone: all marked, trashed together, taken back together, duplicated, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await four(page, language);
    await cardNamed(page, "Hai").focus();
    await page.keyboard.press("ControlOrMeta+d");
    await expect(cards(page)).toHaveCount(5);
    await expect.poll(() => names(page)).toEqual([["Một", "Hai", "Hai", "Ba", "Bốn"], [], []]);
    await expect(toast(page)).toContainText(say("map.duplicated", { count: 1 }));
    await expect(cards(page).nth(2)).toBeFocused();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(cards(page)).toHaveCount(4);

    await cardNamed(page, "Ba").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await expect(marked(page)).toHaveCount(4);
    await page.keyboard.press("ControlOrMeta+d");
    await expect(cards(page)).toHaveCount(8);
    await expect(marked(page)).toHaveCount(4);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(cards(page)).toHaveCount(4);

    await cardNamed(page, "Ba").focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+a");
    await expect(marked(page)).toHaveCount(4);
    await page.keyboard.press("Delete");
    await expect(cards(page)).toHaveCount(0);
    await expect(toast(page)).toContainText(say("bulk.trashed", { count: 4 }));
    await expect(bar(page)).toHaveCount(0);
    await page.locator(".toast__do").click();
    await expect.poll(() => names(page)).toEqual([NAMES, [], []]);
    // The menu of one card duplicates that one.
    await byMenu(page, cardNamed(page, "Một"), say("map.duplicate"));
    await expect.poll(() => names(page)).toEqual([["Một", ...NAMES], [], []]);
  });

  test(`emotions of several cards are set and taken back, for one persona or for all, each as one step, ${language}`, async ({ people }) => {
    const [page, other] = await two({ person: () => people.person({ language }) }, (page) => four(page, language));
    const felt = (page: Page, key: string) => cards(page).filter({ has: page.locator(`.card__top [aria-label="${say(`panel.${key}`)}"]`) });
    const mark = async (): Promise<void> => {
      await cardNamed(page, "Hai").focus();
      await page.keyboard.press("ControlOrMeta+a");
      await expect(marked(page)).toHaveCount(4);
    };
    const feel = (key: string) => pick(page, "bulk.emotion").selectOption({ label: say(key) });
    // Without personas they are those of customers in general.
    await mark();
    await expect(pick(page, "bulk.emotion_whose")).toHaveCount(0);
    await feel("panel.emotion_p1");
    for (const person of [page, other]) await expect(felt(person, "emotion_p1")).toHaveCount(4);
    await expect(toast(page)).toContainText(say("bulk.changed", { count: 4 }));
    await page.keyboard.press("ControlOrMeta+z");
    await expect(felt(page, "emotion_p1")).toHaveCount(0);
    await page.keyboard.press("Escape");

    await page.locator(".bar__name").click();
    const settings = page.getByRole("dialog", { name: say("map.settings") });
    for (const name of ["Linh", "Quân"]) {
      await settings.getByRole("button", { name: say("map.persona_add") }).click();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(name);
      await page.keyboard.press("Enter");
      await expect(settings.locator(".entry").filter({ has: page.locator(".who") })).toHaveCount(name === "Linh" ? 1 : 2);
    }
    await page.keyboard.press("Escape");
    await expect(settings).toBeHidden();
    await mark();
    const whose = pick(page, "bulk.emotion_whose");
    await expect(whose.locator("option:checked")).toHaveText(say("panel.emotion_of", { name: "Linh" }));
    await feel("panel.emotion_m2");
    await expect(felt(page, "emotion_m2")).toHaveCount(4);
    await whose.selectOption({ label: say("panel.emotion_of", { name: "Quân" }) });
    await feel("panel.emotion_p2");
    // The cards show Linh, who is in focus.
    await expect(felt(page, "emotion_m2")).toHaveCount(4);
    await page.locator(".legend").getByRole("button", { name: "Quân" }).click();
    await expect(felt(page, "emotion_p2")).toHaveCount(4);
    expect(await flaws(page)).toEqual([]);
    await mark();
    await whose.selectOption({ label: say("bulk.emotion_all") });
    await feel("bulk.emotion_unset");
    await expect(felt(page, "emotion_p2")).toHaveCount(0);
    await expect(felt(other, "emotion_m2")).toHaveCount(0);
    // One step for both personas.
    await page.locator(".toast__do").click();
    await expect(felt(page, "emotion_p2")).toHaveCount(4);
    await expect(felt(other, "emotion_m2")).toHaveCount(4);
  });

  test(`cards are copied from one map and pasted into another, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const goal = await startMap(page, "awareness", "Bản đồ kia", language);
    await four(page, language);
    await openPanel(page, "Hai");
    await panel(page).getByRole("combobox", { name: say("panel.nature") }).selectOption("physical");
    await panel(page).getByRole("textbox", { name: say("panel.owner"), exact: true }).fill("Thảo");
    await panel(page).getByRole("textbox", { name: say("panel.owner"), exact: true }).press("Enter");
    await cardNamed(page, "Hai").click();
    await cardNamed(page, "Bốn").click({ modifiers: ["ControlOrMeta"] });
    await expect(marked(page)).toHaveCount(2);
    await page.keyboard.press("ControlOrMeta+c");
    await expect(page.locator("p.live")).toContainText(say("bulk.copied", { count: 2 }));
    await saved(page);
    await page.goto(goal);
    await saved(page);
    await deskReady(page);
    await page.locator(".canvas").focus();
    await page.keyboard.press("ControlOrMeta+v");
    await expect.poll(async () => (await names(page))[0]).toEqual(["Hai", "Bốn"]);
    await expect(marked(page)).toHaveCount(2);
    await expect(cardNamed(page, "Hai").locator(`.card__top [aria-label="${say("panel.nature_physical")}"]`)).toBeVisible();
    await openPanel(page, "Hai");
    await expect(panel(page).getByRole("textbox", { name: say("panel.owner"), exact: true })).toHaveValue("Thảo");
    // Once more after the selected card; one step each.
    await cardNamed(page, "Hai").focus();
    await page.keyboard.press("ControlOrMeta+v");
    await expect.poll(async () => (await names(page))[0]).toEqual(["Hai", "Hai", "Bốn", "Bốn"]);
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(async () => (await names(page))[0]).toEqual(["Hai", "Bốn"]);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(cards(page)).toHaveCount(0);
  });

  test(`rows of a spreadsheet become cards, and what was not understood is reported, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await four(page, language);
    await cardNamed(page, "Một").click();
    const head = language === "vi" ? "Điểm chạm\tKênh\tBản chất\tMức độ quan trọng\tPhụ trách" : "Touchpoint\tChannel\tNature\tImportance\tOwner";
    const digital = say("panel.nature_digital");
    await paste(page, `${head}\r\nĐọc thực đơn\tTrang web\t${digital}\t4\tThảo\r\n"Hỏi giá\nqua Zalo"\tZalo\tmàu tím\t9\t\r\n\tKênh lạ\t\t\tĐức\r\n`);
    await expect(toast(page)).toContainText(say("bulk.pasted", { count: 2 }));
    const report = page.getByRole("dialog", { name: say("bulk.problems") });
    await expect(report.getByRole("listitem")).toHaveText([
      say("bulk.row", { row: 3, cell: "màu tím", why: say("bulk.why_unknown") }),
      say("bulk.row", { row: 3, cell: "9", why: say("bulk.why_unknown") }),
      say("bulk.row", { row: 4, cell: "Kênh lạ · Đức", why: say("bulk.why_no_name") }),
    ]);
    // The rows of these cells, as they were pasted, to be copied by keys.
    const rows = report.getByRole("textbox", { name: say("bulk.rows") });
    await expect(rows).toHaveValue(`${head}\n"Hỏi giá\nqua Zalo"\tZalo\tmàu tím\t9\t\n\tKênh lạ\t\t\tĐức\n`);
    await rows.focus();
    expect(await rows.evaluate((area: HTMLTextAreaElement) => area.selectionEnd - area.selectionStart === area.value.length)).toBe(true);
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(report).toBeHidden();
    await expect.poll(async () => (await names(page))[0]).toEqual(["Một", "Đọc thực đơn", "Hỏi giá qua Zalo", "Hai", "Ba", "Bốn"]);
    await expect(cardNamed(page, "Đọc thực đơn").locator(".card__channel")).toHaveText("Trang web");
    await expect(page.locator(".cell").filter({ hasText: "Kênh lạ" })).toHaveCount(0);
    await expect(cardNamed(page, "Đọc thực đơn").locator(`.card__top [aria-label="${digital}"]`)).toBeVisible();
    await cardNamed(page, "Đọc thực đơn").focus();
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(async () => (await names(page))[0]).toEqual(NAMES);
    // Too many at once: nothing is pasted, and it says so.
    await paste(page, Array.from({ length: 1001 }, (_, at) => `Dòng ${at}`).join("\n"));
    await expect(toast(page)).toContainText(say("bulk.too_many", { rows: 1001, max: 1000 }));
    await expect(cards(page)).toHaveCount(4);
  });
}

test("a paste into a text is a paste into that text", async ({ people }) => {
  const page = await people.person();
  await four(page);
  await openPanel(page, "Một");
  await panel(page).getByRole("textbox", { name: words("vi")("panel.notes") }).focus();
  await paste(page, "Hàng A\nHàng B");
  await cardNamed(page, "Hai").locator(".card__title").dblclick();
  await paste(page, "Hàng C\nHàng D");
  await page.keyboard.press("Escape");
  await expect(cards(page)).toHaveCount(4);
});
