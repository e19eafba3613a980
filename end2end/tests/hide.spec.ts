import type { Page } from "@playwright/test";
import { cards, hydrated, openCafe, saved, stages, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, toast } from "../support/views.ts";
import { words } from "../support/words.ts";

const lanes = (page: Page) => page.locator("[data-lane-id]");

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a stage is left out of the picture and shown again, by its menu and by keys alone, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => openCafe(page, language));
    await deskReady(a);
    await deskReady(b);
    const count = await cards(a).count();
    const heads = await stages(a).getByRole("heading").allTextContents();
    const name = heads[1] ?? "";
    const inside = await a.locator("[data-column]").nth(1).locator("[data-touchpoint-id]").count();
    await byMenu(a, stages(a).nth(1), say("map.hide"));
    await expect(toast(a)).toContainText(say("map.hid", { name }));
    for (const page of [a, b]) {
      await expect(stages(page)).toHaveCount(heads.length - 1);
      await expect(cards(page)).toHaveCount(count - inside);
    }
    await saved(a);
    await b.reload();
    await hydrated(b);
    await deskReady(b);
    await expect(stages(b)).toHaveCount(heads.length - 1);
    await byMenu(b, stages(b).first(), say("map.show_hidden", { name }));
    for (const page of [a, b]) {
      await expect(stages(page).getByRole("heading")).toHaveText(heads);
      await expect(cards(page)).toHaveCount(count);
    }
    // The message takes it back as well.
    await byMenu(a, stages(a).last(), say("map.hide"));
    await expect(stages(a)).toHaveCount(heads.length - 1);
    await a.locator(".toast__do").click();
    await expect(stages(a)).toHaveCount(heads.length);
  });

  test(`a lane is left out of the picture and shown again where it was, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => startMap(page, "purchase", "Hàng ẩn", language));
    await deskReady(a);
    await deskReady(b);
    const heads = await lanes(a).locator(".lane__name").allTextContents();
    const name = say("lane.kind.pains");
    expect(heads).toContain(name);
    const lane = lanes(a).filter({ hasText: name });
    await byMenu(a, lane, say("map.hide"));
    for (const page of [a, b]) await expect(lanes(page)).toHaveCount(heads.length - 1);
    await expect(toast(a)).toContainText(say("map.hid", { name }));
    const add = b.getByRole("button", { name: say("lane.add") });
    await add.focus();
    await b.keyboard.press("Enter");
    const item = b.getByRole("menu").getByText(say("map.show_hidden", { name }), { exact: true });
    await expect(item).toBeVisible();
    await b.keyboard.press("Enter");
    for (const page of [a, b]) await expect(lanes(page).locator(".lane__name")).toHaveText(heads);
    // The row of the cards stays.
    await lanes(a).filter({ hasText: say("lane.kind.touchpoints") }).focus();
    await a.keyboard.press("Shift+F10");
    await expect(a.getByRole("menu")).toBeVisible();
    await expect(a.getByRole("menu").getByText(say("map.hide"), { exact: true })).toHaveCount(0);
  });
}

test("when every stage is hidden, there is a way to show them again", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await startMap(page, "blank", "Ẩn hết");
  await deskReady(page);
  const name = (await stages(page).getByRole("heading").textContent()) ?? "";
  await byMenu(page, stages(page).first(), say("map.hide"));
  await expect(stages(page)).toHaveCount(0);
  await saved(page);
  await page.reload();
  await hydrated(page);
  await page.getByRole("button", { name: say("map.show_hidden", { name }) }).click();
  await expect(stages(page)).toHaveCount(1);
});

test("a stage is hidden and shown on a phone", async ({ people }) => {
  const say = words("vi");
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  await startMap(page, "purchase", "Trên điện thoại");
  await deskReady(page);
  const menu = page.getByRole("menu");
  await stages(page).first().locator("[data-menu]").click();
  await menu.getByText(say("map.hide"), { exact: true }).click();
  await expect(stages(page)).toHaveCount(2);
  await stages(page).first().locator("[data-menu]").click();
  const entry = menu.getByText(/./).filter({ hasText: say("map.show_hidden", { name: "" }).trim() });
  await entry.first().click();
  await expect(stages(page)).toHaveCount(3);
});
