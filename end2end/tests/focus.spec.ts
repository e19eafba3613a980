import type { Locator, Page } from "@playwright/test";
import { addCard, cardNamed, cards, open, openCafe, openPanel, rename, saved, stages, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

const say = words("vi");
const editor = (page: Page): Locator => page.locator(".card textarea");
const menuItem = (page: Page, name: string): Locator => page.getByRole("menu").getByText(name, { exact: true });

async function three(people: { person: () => Promise<Page> }): Promise<[Page, Page]> {
  const [a, b] = await two(people, async (page) => {
    const url = await startMap(page, "purchase", "Con trỏ");
    for (const name of ["Một", "Hai", "Ba"]) await addCard(page, name);
    await saved(page);
    return url;
  });
  await expect(cards(b)).toHaveCount(3);
  return [a, b];
}

/** B moves things; A's typing has to go on as if nothing had happened. */
const moves: [string, (b: Page) => Promise<void>][] = [
  ["to another column", async (b) => keys(b, cardNamed(b, "Hai"), "Alt+ArrowRight")],
  ["within its column", async (b) => keys(b, cardNamed(b, "Hai"), "Alt+ArrowUp")],
  ["with its stage", async (b) => keys(b, stages(b).first(), "Alt+ArrowRight")],
];

async function keys(page: Page, on: Locator, key: string): Promise<void> {
  await on.focus();
  await page.keyboard.press(key);
}

for (const [how, move] of moves) {
  test(`a card that somebody else moves ${how} keeps the focus, the half-typed name and the caret`, async ({ people }) => {
    const [a, b] = await three(people);
    const id = await cardNamed(a, "Hai").getAttribute("data-touchpoint-id");
    const before = await where(a, id);
    await cardNamed(a, "Hai").locator(".card__title").dblclick();
    await a.keyboard.press("ControlOrMeta+a");
    await a.keyboard.insertText("Gõ dở");
    await editor(a).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(1, 3));
    await move(b);
    await expect.poll(() => where(a, id)).not.toBe(before);
    await expect(editor(a)).toBeFocused();
    await expect(editor(a)).toHaveValue("Gõ dở");
    expect(await editor(a).evaluate((area: HTMLTextAreaElement) => [area.selectionStart, area.selectionEnd])).toEqual([1, 3]);
    await expect(cardNamed(b, "Hai")).toBeVisible();
    await a.keyboard.press("End");
    await a.keyboard.insertText(" rồi xong");
    await a.keyboard.press("Enter");
    await expect(cardNamed(b, "Gõ dở rồi xong")).toBeVisible();
  });

  test(`a card that somebody else moves ${how} keeps the focus`, async ({ people }) => {
    const [a, b] = await three(people);
    const id = await cardNamed(a, "Hai").getAttribute("data-touchpoint-id");
    const before = await where(a, id);
    await cardNamed(a, "Hai").focus();
    await move(b);
    await expect.poll(() => where(a, id)).not.toBe(before);
    await expect(cardNamed(a, "Hai")).toBeFocused();
  });
}

/** Where a card stands: its column's place and its own place in it. */
async function where(page: Page, id: string | null): Promise<string> {
  return page.evaluate((id) => {
    const card = document.querySelector(`[data-touchpoint-id="${id}"]`);
    const column = card?.closest("[data-column]");
    const columns = [...document.querySelectorAll("[data-column]")];
    return `${columns.indexOf(column as Element)}/${[...(column?.querySelectorAll("[data-touchpoint-id]") ?? [])].indexOf(card as Element)}`;
  }, id);
}

test("who loses a card to the trash finds the focus on its neighbour", async ({ people }) => {
  const [a, b] = await three(people);
  // By the menu of the card.
  await cardNamed(a, "Hai").focus();
  await a.keyboard.press("Shift+F10");
  await menuItem(a, say("map.to_trash")).click();
  await expect(cards(a)).toHaveCount(2);
  await expect(cardNamed(a, "Ba")).toBeFocused();
  // The message's undo gives it to what came back.
  await a.locator(".toast__do").click();
  await expect(cardNamed(a, "Hai")).toBeFocused();
  // By the panel's menu.
  await openPanel(a, "Hai");
  await a.locator(".panel__head [aria-haspopup]").click();
  await menuItem(a, say("map.to_trash")).click();
  await expect(cardNamed(a, "Ba")).toBeFocused();
  await a.locator(".toast__do").click();
  await expect(cardNamed(a, "Hai")).toBeFocused();
  // By somebody else.
  await keys(b, cardNamed(b, "Hai"), "Delete");
  await expect(cards(a)).toHaveCount(2);
  await expect(cardNamed(a, "Ba")).toBeFocused();
});

test("a stage that goes gives the focus to the next one, and gets it back by undo", async ({ people }) => {
  const [a, b] = await three(people);
  await keys(a, stages(a).nth(1), "Delete");
  await expect(stages(a)).toHaveCount(2);
  await expect(stages(a).nth(1)).toBeFocused();
  await a.locator(".toast__do").click();
  await expect(stages(a)).toHaveCount(3);
  await expect(stages(a).nth(1)).toBeFocused();
  // Its row for adding has the focus when somebody else takes it away.
  await a.locator("[data-column]").nth(1).locator(".add").focus();
  await keys(b, stages(b).nth(1), "Delete");
  await expect(stages(a)).toHaveCount(2);
  await expect(a.locator("body")).not.toBeFocused();
});

test("an open editor that somebody else takes away says so and keeps what was typed", async ({ people }) => {
  const [a, b] = await three(people);
  await cardNamed(a, "Hai").locator(".card__title").dblclick();
  await a.keyboard.press("ControlOrMeta+a");
  await a.keyboard.insertText("Gõ dở");
  await keys(b, cardNamed(b, "Hai"), "Delete");
  await expect(a.locator(".toast")).toContainText(say("trash.deleted_by_someone"));
  await expect(cards(a)).toHaveCount(2);
  await a.locator(".toast__do").click();
  await expect(cardNamed(a, "Gõ dở")).toBeFocused();
  await expect(cardNamed(b, "Gõ dở")).toBeVisible();

  // A row that adds goes with its stage; what was typed is there again with it.
  await a.locator("[data-column] .add").first().click();
  await a.keyboard.insertText("Thẻ dở");
  await keys(b, stages(b).first(), "Delete");
  await expect(a.locator(".toast")).toContainText(say("trash.deleted_by_someone"));
  await a.locator(".toast__do").click();
  await expect(stages(a)).toHaveCount(3);
  await a.locator("[data-column] .add").first().click();
  await expect(a.locator(".card--new textarea")).toHaveValue("Thẻ dở");
});

test("the panel says that its card is gone with its stage, and brings it back", async ({ people }) => {
  const [a, b] = await three(people);
  await openPanel(a, "Hai");
  await keys(b, stages(b).first(), "Delete");
  await expect(a.locator(".gone")).toContainText(say("trash.deleted_by_someone"));
  await a.locator(".gone button").click();
  await expect(a.locator(".gone")).toHaveCount(0);
  await expect(cards(a)).toHaveCount(3);
});

test("a message about the trash goes when undo has brought the thing back", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Lời nhắn");
  await addCard(page, "Một");
  await keys(page, cardNamed(page, "Một"), "Delete");
  await expect(page.locator(".toast")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(cards(page)).toHaveCount(1);
  await expect(page.locator(".toast")).toHaveCount(0);
});

test("a note is left, and emptied, without losing the focus or its words", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Ghi chú");
  const column = page.locator('[data-col]:not([data-col="lane"]) .goal-add').first();
  await column.click();
  await page.keyboard.insertText("Khách muốn nhanh");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText("Khách muốn rẻ");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  const note = page.locator("[data-note-id]").filter({ hasText: "Khách muốn nhanh" });
  await note.dblclick();
  await page.keyboard.press("Escape");
  await expect(note).toBeFocused();
  await note.dblclick();
  await page.locator(".cell textarea").fill("");
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-note-id]")).toHaveCount(1);
  await expect(page.locator("[data-note-id]")).toBeFocused();
  await expect(page.locator(".toast")).toContainText("Khách muốn nhanh");
  await page.locator(".toast__do").click();
  await expect(note).toBeVisible();
});

test("Tab keeps the name and goes on to the next card", async ({ people }) => {
  const [a] = await three(people);
  await cardNamed(a, "Một").focus();
  await a.keyboard.press("Enter");
  await a.keyboard.press("ControlOrMeta+a");
  await a.keyboard.insertText("Một rưỡi");
  await a.keyboard.press("Tab");
  await expect(cardNamed(a, "Một rưỡi")).toBeVisible();
  await expect(editor(a)).toHaveValue("Hai");
  await expect(editor(a)).toBeFocused();
  await a.keyboard.press("Shift+Tab");
  await expect(editor(a)).toHaveValue("Một rưỡi");
  await a.keyboard.press("Escape");
  await expect(cardNamed(a, "Một rưỡi")).toBeFocused();
});

test("an entry of the settings is named at once, and leaves the focus to its neighbour", async ({ people }) => {
  const page = await people.person();
  await openCafe(page);
  await page.locator(".bar__name").click();
  const settings = page.getByRole("dialog", { name: say("map.settings") });
  const entries = settings.locator(".sec").last().locator(".entry");
  const count = await entries.count();
  await settings.getByRole("button", { name: say("map.channel_add") }).click();
  await expect(entries).toHaveCount(count + 1);
  await expect(entries.last().locator("textarea")).toBeFocused();
  await page.keyboard.insertText("Zalo của quán");
  await page.keyboard.press("Enter");
  await expect(entries.last().locator("textarea")).toHaveValue("Zalo của quán");

  // What is said about the trash can be heard and pressed over the dialog.
  await entries.first().getByRole("button", { name: say("map.to_trash") }).click();
  await expect(entries).toHaveCount(count);
  await expect(page.locator("body")).not.toBeFocused();
  expect(await settings.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  await page.locator(".toast__do").click();
  await expect(entries).toHaveCount(count + 1);

  // A title that is too long says why where it stands, and holds nobody.
  const title = settings.getByRole("textbox", { name: say("map.title_label") });
  await title.fill("dài ".repeat(55));
  await title.press("Enter");
  await expect(settings.locator(".problem")).toContainText("200");
  await settings.getByRole("textbox", { name: say("map.brand") }).focus();
  await expect(settings.getByRole("textbox", { name: say("map.brand") })).toBeFocused();
  await title.focus();
  await title.press("Escape");
  await expect(settings).toBeVisible();
  await expect(title).not.toHaveAttribute("aria-invalid");
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
  // Messages are back on the page.
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await keys(page, cardNamed(page, "Chờ lâu"), "Delete");
  await page.locator(".toast__do").click();
  await expect(cardNamed(page, "Chờ lâu")).toBeVisible();
});

test("cards without a stage can be walked to and away from", async ({ people, server }) => {
  const { Stock } = await import("../support/stock.ts");
  const { randomUUID } = await import("node:crypto");
  const Y = await import("yjs");
  const page = await people.person();
  const url = await startMap(page, "purchase", "Không chỗ");
  await addCard(page, "Một");
  await saved(page);
  const stock = await new Stock(server, url.split("/").at(-1) as string).synced();
  try {
    stock.doc.transact(() => {
      const card = new Y.Map<unknown>();
      card.set("name", "Lạc");
      card.set("place", { stage: randomUUID(), rank: "80" });
      stock.entities("touchpoints").set(randomUUID(), card);
    });
    await expect(cardNamed(page, "Lạc")).toBeVisible();
  } finally {
    stock.close();
  }
  await cardNamed(page, "Lạc").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(cardNamed(page, "Lạc")).not.toBeFocused();
  await expect(page.locator("[data-nav]:focus")).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await expect(cardNamed(page, "Lạc")).toBeFocused();
});
