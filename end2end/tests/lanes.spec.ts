import type { Locator, Page } from "@playwright/test";
import { addCard, hydrated, openCafe, saved, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, flaws, live, toast } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const lanes = (page: Page): Locator => page.locator("[data-lane-id]");
const names = (page: Page): Locator => page.locator(".lane__name");
const laneNamed = (page: Page, name: string): Locator => lanes(page).filter({ hasText: name });
/** The cells of a lane's row, stage by stage. */
const cells = (page: Page, name: string): Locator => page.locator(".row").filter({ has: page.locator(".lane__name", { hasText: name }) }).locator(".cell");

/** Adds a row of the team's own by the menu under the rows, and gives it a name. */
async function addLane(page: Page, name: string, language: Language = "vi"): Promise<void> {
  const say = words(language);
  await page.getByRole("button", { name: say("lane.add") }).click();
  await page.getByRole("menu").getByText(say("lane.kind.text"), { exact: true }).click();
  await expect(page.locator("[data-lane-id] .inline")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(name);
  await page.keyboard.press("Enter");
  await expect(laneNamed(page, name)).toBeVisible();
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a row of one's own is added, renamed, written in, moved, hidden and trashed, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => startMap(page, "purchase", "Hàng riêng", language));
    await deskReady(a);
    const old = await names(a).allTextContents();
    await addLane(a, "Hậu trường", language);
    await addLane(a, "Hệ thống", language);
    for (const page of [a, b]) await expect(names(page)).toHaveText([...old, "Hậu trường", "Hệ thống"]);

    // Renamed in place, by keys and by a double press.
    await laneNamed(a, "Hệ thống").focus();
    await a.keyboard.press("Enter");
    await a.keyboard.press("ControlOrMeta+a");
    await a.keyboard.insertText("Phần mềm");
    await a.keyboard.press("Enter");
    await expect(laneNamed(b, "Phần mềm")).toBeVisible();
    await laneNamed(a, "Phần mềm").locator(".lane__name").dblclick();
    await a.keyboard.press("ControlOrMeta+a");
    await a.keyboard.insertText("Công cụ");
    await a.keyboard.press("Escape");
    await expect(names(a).last()).toHaveText("Phần mềm");

    // Several notes in one cell, and another one in the next stage.
    await cells(a, "Hậu trường").first().getByRole("button").click();
    for (const note of ["Soạn thực đơn", "Chụp ảnh món"]) {
      await a.keyboard.insertText(note);
      await a.keyboard.press("Enter");
    }
    await a.keyboard.press("Escape");
    for (const page of [a, b]) await expect(cells(page, "Hậu trường").first().locator("[data-note-id]")).toHaveText(["Soạn thực đơn", "Chụp ảnh món"]);
    await cells(b, "Hậu trường").nth(1).getByRole("button").click();
    await b.keyboard.insertText("Pha chế");
    await b.keyboard.press("Enter");
    await b.keyboard.press("Escape");
    await expect(cells(a, "Hậu trường").nth(1).locator("[data-note-id]")).toHaveText(["Pha chế"]);
    expect(await flaws(a)).toEqual([]);

    // By keys and by the menu; what is written goes with the row.
    await laneNamed(a, "Phần mềm").focus();
    await a.keyboard.press("Alt+ArrowUp");
    await expect(names(a)).toHaveText([...old, "Phần mềm", "Hậu trường"]);
    await expect(laneNamed(a, "Phần mềm")).toBeFocused();
    await expect(live(a)).toHaveText(say("a11y.moved_lane", { name: "Phần mềm", position: old.length + 1, count: old.length + 2 }));
    await byMenu(a, laneNamed(a, "Hậu trường"), say("map.move_up"));
    for (const page of [a, b]) await expect(names(page)).toHaveText([...old, "Hậu trường", "Phần mềm"]);
    await expect(cells(b, "Hậu trường").first().locator("[data-note-id]")).toHaveText(["Soạn thực đơn", "Chụp ảnh món"]);

    await byMenu(a, laneNamed(a, "Hậu trường"), say("map.hide"));
    for (const page of [a, b]) await expect(names(page)).toHaveText([...old, "Phần mềm"]);
    await b.getByRole("button", { name: say("lane.add") }).click();
    await b.getByRole("menu").getByText(say("map.show_hidden", { name: "Hậu trường" }), { exact: true }).click();
    for (const page of [a, b]) {
      await expect(names(page)).toHaveText([...old, "Hậu trường", "Phần mềm"]);
      await expect(cells(page, "Hậu trường").nth(1).locator("[data-note-id]")).toHaveText(["Pha chế"]);
    }

    await laneNamed(a, "Hậu trường").focus();
    await a.keyboard.press("Delete");
    for (const page of [a, b]) await expect(names(page)).toHaveText([...old, "Phần mềm"]);
    await expect(toast(a)).toContainText(say("trash.moved_named", { name: "Hậu trường" }));
    await a.locator(".toast__do").click();
    for (const page of [a, b]) await expect(cells(page, "Hậu trường").first().locator("[data-note-id]")).toHaveText(["Soạn thực đơn", "Chụp ảnh món"]);
  });
}

test("two people write in one cell of a row at the same time, and both notes are there", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Cùng một ô"));
  await deskReady(a);
  await addLane(a, "Nội bộ");
  await expect(laneNamed(b, "Nội bộ")).toBeVisible();
  for (const page of [a, b]) await cells(page, "Nội bộ").first().getByRole("button").click();
  await a.keyboard.insertText("Dọn bàn");
  await b.keyboard.insertText("Đếm tiền");
  await Promise.all([a.keyboard.press("Enter"), b.keyboard.press("Enter")]);
  await a.keyboard.press("Escape");
  await b.keyboard.press("Escape");
  await saved(a);
  await saved(b);
  const notes = (page: Page) => cells(page, "Nội bộ").first().locator("[data-note-id]").allTextContents();
  await expect.poll(async () => [...(await notes(a))].sort()).toEqual(["Dọn bàn", "Đếm tiền"].sort());
  await expect.poll(() => notes(b)).toEqual(await notes(a));
});

test("a row is dragged to another place, and the row of the cards cannot go", async ({ people }) => {
  const page = await people.person();
  await openCafe(page);
  await deskReady(page);
  const old = await names(page).allTextContents();
  const [from, to] = [await names(page).nth(1).boundingBox(), await names(page).first().boundingBox()];
  if (!from || !to) throw new Error("no rows");
  await page.mouse.move(from.x + 8, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 8, to.y + 2, { steps: 8 });
  await page.mouse.up();
  await expect(names(page)).toHaveText([old[1], old[0], ...old.slice(2)] as string[]);
  const say = words("vi");
  const touchpoints = laneNamed(page, say("lane.kind.touchpoints"));
  await touchpoints.focus();
  await page.keyboard.press("Delete");
  await expect(touchpoints).toBeVisible();
  await expect(toast(page)).toHaveCount(0);
});

test("an empty map says what belongs where, until it stands there", async ({ people }) => {
  const page = await people.person();
  const url = await startMap(page, "purchase", "Còn trống");
  await page.mouse.move(0, 0);
  const say = words("vi");
  for (const kind of ["goals", "actions", "obstacles"]) {
    const prompts = cells(page, say(`lane.kind.${kind}`)).locator(".goal-add");
    await expect(prompts.first(), kind).toHaveCSS("opacity", "1");
    await expect(prompts.nth(1), kind).toHaveCSS("opacity", "0");
  }
  const taught = page.locator(".cell__teach");
  await expect(taught).toHaveText([say("map.channels_empty"), say("map.notes_empty"), say("map.notes_empty")]);
  const board = page.locator(".loops__teach");
  await page.goto(`${url}/loop`);
  await expect(board).toHaveText(say("loops.empty_map"));
  await page.goto(url);
  await hydrated(page);
  await addCard(page, "Gọi món");
  await saved(page);
  await page.goto(`${url}/loop`);
  await expect(board).toHaveText(say("loops.empty"));
});
