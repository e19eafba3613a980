import { expect } from "@playwright/test";
import { setUp, test } from "../support/accounts.ts";
import { addCard, cardNamed, chip, hydrated, saved, startMap } from "../support/map.ts";
import { flaws } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

for (const language of ["vi", "en"] satisfies Language[]) {
  test(`a link that lets edit: a guest says who they are and works in the map, until the link is revoked (${language})`, async ({ people, accounts }) => {
    test.slow();
    const say = words(language);
    const linh = await people.person({ language });
    await setUp(linh, accounts, language);
    const url = await startMap(linh, "purchase", "Mời khách", language);
    await addCard(linh, "Gọi món");
    await saved(linh);
    await linh.getByRole("button", { name: say("share.title"), exact: true }).click();
    const dialog = linh.getByRole("dialog", { name: say("share.title") });
    await dialog.getByRole("button", { name: say("share.make"), exact: true }).click();
    const form = dialog.locator(".share__form");
    await form.getByRole("combobox", { name: say("share.access") }).selectOption({ label: say("share.edit") });
    // It discloses everything, and says so in the place of what can be chosen.
    await expect(form.getByText(say("share.edit_hint"))).toBeVisible();
    await expect(form.getByText(say("share.views"), { exact: true })).toHaveCount(0);
    expect(await flaws(linh)).toEqual([]);
    await form.getByRole("button", { name: say("share.create"), exact: true }).click();
    const link = await dialog.getByLabel(say("share.address"), { exact: true }).inputValue();
    await expect(dialog.locator(".share__line")).toContainText(say("share.edit"));
    await linh.keyboard.press("Escape");

    const guest = await people.person({ language, viewport: { width: 390, height: 844 } });
    await guest.goto(link);
    await expect(guest.getByRole("heading", { level: 1 })).toHaveText(say("shared.edit"));
    expect(await flaws(guest)).toEqual([]);
    await guest.getByLabel(say("presence.name"), { exact: true }).fill("Chị Mai");
    await guest.getByRole("button", { name: say("presence.confirm"), exact: true }).click();
    await guest.waitForURL(url);
    await hydrated(guest);
    await saved(guest);
    await guest.setViewportSize({ width: 1440, height: 900 });
    await addCard(guest, "Trả tiền bằng VietQR");
    await expect(cardNamed(linh, "Trả tiền bằng VietQR")).toBeVisible();
    await expect(linh.locator(".people")).toContainText("M");
    // Who may share is not the guest; nor does the start page show them the team's maps.
    await expect(guest.getByRole("button", { name: say("share.title"), exact: true })).toHaveCount(0);

    await linh.getByRole("button", { name: say("share.title"), exact: true }).click();
    await dialog.locator(".share__line").getByRole("button", { name: say("share.revoke"), exact: true }).click();
    await expect(chip(guest)).toHaveAttribute("data-sync", "rejected");
    await guest.goto("/");
    await hydrated(guest);
    await expect(guest.locator("#shelf-cards .mapcard")).toHaveCount(0);
    await guest.goto(link);
    await expect(guest.getByRole("heading", { level: 1 })).not.toHaveText(say("shared.edit"));
    people.complaints.length = 0;
  });
}
