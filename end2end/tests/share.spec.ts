import type { Locator, Page } from "@playwright/test";
import { addCard, cards, openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { flaws } from "../support/views.ts";
import { words } from "../support/words.ts";

type Say = ReturnType<typeof words>;

/** Opens the dialog of the share links from the bar. */
async function openLinks(page: Page, say: Say): Promise<Locator> {
  await page.getByRole("button", { name: say("share.title"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: say("share.title") });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Makes a link after `fill` has changed what it gives, and says its address. */
async function makeLink(dialog: Locator, say: Say, fill: (form: Locator) => Promise<void> = async () => {}): Promise<string> {
  await dialog.getByRole("button", { name: say("share.make"), exact: true }).click();
  const form = dialog.locator(".share__form");
  await fill(form);
  await form.getByRole("button", { name: say("share.create"), exact: true }).click();
  return dialog.getByLabel(say("share.address"), { exact: true }).inputValue();
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a link with a password and hidden rows is read on a phone without a script, and revoked while open, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    const dialog = await openLinks(page, say);
    await expect(dialog.getByText(say("share.none"))).toBeVisible();
    const link = await makeLink(dialog, say, async (form) => {
      await form.getByLabel(say("share.label"), { exact: true }).fill("Ban giám đốc");
      for (const lane of ["pains", "opportunities", "goals"]) await form.getByLabel(say(`lane.kind.${lane}`), { exact: true }).uncheck();
      await form.getByLabel(say("share.password"), { exact: true }).fill("cà phê sữa");
    });
    await expect(dialog.locator(".share__line")).toHaveCount(1);
    await expect(dialog.locator(".share__line")).toContainText("Ban giám đốc");
    expect(await flaws(page)).toEqual([]);

    // What must not be seen, as the map has it.
    const hidden = await page.locator(".note--pain, .note--chance").allInnerTexts();
    expect(hidden.length).toBeGreaterThan(10);

    const client = await people.person({ language, script: false });
    await client.setViewportSize({ width: 390, height: 844 });
    await client.goto(link);
    await expect(client.getByRole("heading", { level: 1 })).toHaveText(say("shared.locked"));
    await client.locator("input[name=password]").fill("sai rồi");
    await client.locator("button[type=submit]").click();
    await expect(client.getByRole("alert")).toHaveText(say("shared.locked_wrong"));
    await client.locator("input[name=password]").fill("cà phê sữa");
    await client.locator("button[type=submit]").click();
    await expect(client.locator(".sh-tp").first()).toBeVisible();
    // The browser itself reports the status of a page that asks for a password.
    people.complaints.length = 0;
    const shown = await client.content();
    for (const text of hidden) expect(shown).not.toContain(text);
    expect(await client.locator(".sh-tp").count()).toBe(await cards(page).count());
    expect(await client.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await client.getByRole("link", { name: say("view.matrix"), exact: true }).click();
    await expect(client.locator(".sh-rank .ri").first()).toBeVisible();
    await client.getByRole("link", { name: say("view.wheel"), exact: true }).click();
    await expect(client.locator("svg.wheel")).toBeVisible();

    // With a script the page follows the map, and closes with the link.
    const reader = await people.person({ language });
    await reader.goto(link);
    await reader.locator("input[name=password]").fill("cà phê sữa");
    await reader.locator("button[type=submit]").click();
    await expect(reader.locator(".sh-tp").first()).toBeVisible();
    people.complaints.length = 0;
    await page.keyboard.press("Escape");
    await addCard(page, "Điểm chạm vừa thêm");
    await expect(reader.getByRole("heading", { name: "Điểm chạm vừa thêm" })).toBeVisible();
    await openLinks(page, say);
    await dialog.getByRole("button", { name: say("share.revoke"), exact: true }).click();
    await expect(reader.getByRole("heading", { level: 1 })).toHaveText(say("shared.closed"), { timeout: 5_000 });
    expect((await client.goto(link))?.status()).toBe(404);
    await expect(dialog.getByText(say("share.revoked"))).toBeVisible();
    people.complaints.length = 0;
  });

  test(`a guest comments without a script, and the team reads it, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    const dialog = await openLinks(page, say);
    const link = await makeLink(dialog, say, async (form) => {
      await form.getByRole("combobox", { name: say("share.access") }).selectOption({ label: say("share.comment") });
    });
    await page.keyboard.press("Escape");
    const guest = await people.person({ language, script: false });
    await guest.setViewportSize({ width: 390, height: 844 });
    await guest.goto(link);
    const first = guest.locator(".sh-tp").first();
    const name = await first.locator(".sh-tp__t").innerText();
    await first.locator(".sh-talk").click();
    await expect(guest.getByRole("heading", { level: 1 })).toHaveText(name);
    await guest.locator("input[name=guest]").fill("Chị Mai");
    await guest.locator("textarea").fill("Ảnh này cũ rồi");
    await guest.locator("button[type=submit]").click();
    await expect(guest.getByRole("status")).toHaveText(say("shared.sent"));
    // Who has said their name is not asked for it again.
    await expect(guest.locator("input[name=guest]")).toHaveValue("Chị Mai");
    await page.locator(".talk button").click();
    await expect(page.getByText("Ảnh này cũ rồi")).toBeVisible();
    await expect(page.getByText("Chị Mai")).toBeVisible();
  });
}

test("a page that is read keeps its place when something above it changes", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await openCafe(page);
  const dialog = await openLinks(page, say);
  const link = await makeLink(dialog, say);
  await page.keyboard.press("Escape");
  const reader = await people.person();
  await reader.setViewportSize({ width: 390, height: 844 });
  await reader.goto(link);
  const last = reader.locator(".sh-tp").last();
  await last.scrollIntoViewIfNeeded();
  const name = await last.locator(".sh-tp__t").innerText();
  const before = (await last.boundingBox())!.y;
  await addCard(page, "Thêm ở trên cùng");
  await expect(reader.getByRole("heading", { name: "Thêm ở trên cùng" })).toHaveCount(1);
  const after = (await reader.locator(".sh-tp", { hasText: name }).last().boundingBox())!.y;
  expect(Math.abs(after - before)).toBeLessThan(2);
});

test("a link is changed, gets another address, and says how it was used", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await openCafe(page);
  const dialog = await openLinks(page, say);
  // Nothing to look at is nothing to make.
  await dialog.getByRole("button", { name: say("share.make"), exact: true }).click();
  const form = dialog.locator(".share__form");
  for (const view of ["map", "matrix", "wheel"]) await form.getByLabel(say(`view.${view}`), { exact: true }).uncheck();
  await form.getByRole("button", { name: say("share.create"), exact: true }).click();
  await expect(form.getByRole("alert")).toHaveText(say("share.lacks_view"));
  await form.getByLabel(say("view.wheel"), { exact: true }).check();
  await form.getByRole("button", { name: say("share.create"), exact: true }).click();
  const link = await dialog.getByLabel(say("share.address"), { exact: true }).inputValue();
  const reader = await people.person();
  await reader.goto(link);
  await expect(reader.locator("svg.wheel")).toBeVisible();
  await dialog.getByRole("button", { name: say("map.edit"), exact: true }).click();
  await form.getByLabel(say("view.map"), { exact: true }).check();
  await form.getByRole("button", { name: say("share.save"), exact: true }).click();
  await expect(reader.locator(".sh-tp").first()).toBeVisible();
  await dialog.getByRole("button", { name: say("share.renew"), exact: true }).click();
  await expect(dialog.getByLabel(say("share.address"), { exact: true })).not.toHaveValue(link);
  await expect(reader.getByRole("heading", { level: 1 })).toHaveText(say("shared.closed"));
  await page.keyboard.press("Escape");
  await openLinks(page, say);
  await expect(dialog.locator(".share__line")).toContainText("Đã mở");
  people.complaints.length = 0;
});

test("the client's page is accessible on a phone and on a desk, and prints as it reads", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await openCafe(page);
  const link = await makeLink(await openLinks(page, say), say);
  await page.close();
  const reader = await people.person();
  for (const path of ["", "/matrix", "/wheel"]) {
    await reader.setViewportSize(path === "" ? { width: 390, height: 844 } : { width: 1440, height: 900 });
    await reader.goto(link + path);
    expect(await flaws(reader)).toEqual([]);
  }
  await reader.goto(link);
  await reader.emulateMedia({ media: "print" });
  await expect(reader.locator(".sh-tabs")).toBeHidden();
  await expect(reader.locator(".sh-tp").first()).toBeVisible();
});
