import AxeBuilder from "@axe-core/playwright";
import { hydrated, open, openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { flaws } from "../support/views.ts";
import { words } from "../support/words.ts";

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a form is made, answered without a script, seen at once, and closed, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const map = await openCafe(page, language);
    await open(page, `${map}/feedback`);
    await hydrated(page);
    await page.getByRole("button", { name: say("feedback.forms") }).click();
    const dialog = page.getByRole("dialog", { name: say("feedback.forms") });
    await expect(dialog.getByText(say("feedback.forms_none"))).toBeVisible();
    await dialog.getByLabel(say("feedback.form_label")).fill("QR 4");
    await dialog.getByRole("button", { name: say("feedback.form_make") }).click();
    await expect(dialog.getByRole("img", { name: say("feedback.form_qr") })).toBeVisible();
    const link = await dialog.getByLabel(say("feedback.form_link")).inputValue();
    await expect(dialog.locator(".forms__line")).toHaveCount(1);
    expect(await flaws(page)).toEqual([]);
    // On paper: what is asked and the code, and nothing that is worked with.
    const file = page.waitForEvent("download");
    await dialog.getByRole("button", { name: say("feedback.form_svg"), exact: true }).click();
    expect((await file).suggestedFilename()).toBe("touchloop-qr.svg");
    await expect(dialog.getByRole("button", { name: say("feedback.form_print"), exact: true })).toBeVisible();
    await page.emulateMedia({ media: "print" });
    await expect(dialog.locator(".forms__ask")).toHaveText(say("form.title"));
    await expect(dialog.locator(".forms__ask")).toBeVisible();
    await expect(dialog.locator(".forms__qr svg")).toBeVisible();
    await expect(dialog.locator(".forms__make")).toBeHidden();
    await expect(page.locator(".voices__head")).toBeHidden();
    await page.emulateMedia({ media: "screen" });

    const customer = await people.person({ language, script: false });
    await customer.setViewportSize({ width: 390, height: 844 });
    await customer.goto(link);
    await customer.locator("button[type=submit]").click();
    await expect(customer.getByRole("alert")).toBeVisible();
    // The browser itself reports the status of a page that says what is missing; of one that is closed below, too.
    people.complaints.length = 0;
    await customer.locator("textarea").fill("Chờ lâu quá mức");
    await customer.locator("input[name=score][value='2']").check();
    await customer.locator("button[type=submit]").click();
    await expect(customer).toHaveURL(/thanks/);

    await page.keyboard.press("Escape");
    await expect(page.getByText("Chờ lâu quá mức").first()).toBeVisible();

    await page.getByRole("button", { name: say("feedback.forms") }).click();
    await dialog.getByRole("button", { name: say("feedback.form_revoke"), exact: true }).click();
    await expect(dialog.getByRole("button", { name: say("feedback.form_revoke"), exact: true })).toHaveCount(0);
    expect((await customer.goto(link))?.status()).toBe(404);
    people.complaints.length = 0;
  });
}

test("the form is accessible on a phone", async ({ people, server }) => {
  const page = await people.person();
  const map = await openCafe(page);
  const board = new URL(map).pathname.split("/")[2]!;
  const made = await page.request.post(`${server.url}/api/forms/create`, { form: { board, label: "QR", score: "nps" } });
  const { path } = (await made.json()) as { path: string };
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(path);
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.filter((it) => it.impact === "serious" || it.impact === "critical")).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
