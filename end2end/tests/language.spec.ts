import { hydrated, openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

test("the first language follows Accept-Language, then Vietnamese", async ({ people }) => {
  for (const [locale, language] of [
    ["en-GB", "en"],
    ["vi-VN", "vi"],
    ["de-DE", "vi"],
  ] as const) {
    const page = await people.person({ locale });
    await page.goto("/");
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words(language)("home.headline"));
  }
});

test("the switch in the header is remembered", async ({ people }) => {
  const page = await people.person();
  await page.goto("/");
  await hydrated(page);
  await page.getByRole("button", { name: words("vi")("app.language_switch_label") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words("en")("home.headline"));
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words("en")("home.headline"));
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("the switch works with JavaScript off", async ({ people }) => {
  const page = await people.person({ script: false });
  await page.goto("/");
  await page.getByRole("button", { name: words("vi")("app.language_switch_label") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words("en")("home.headline"));
});

test("the café example comes in the reader's language", async ({ people }) => {
  const page = await people.person({ language: "en" });
  await openCafe(page, "en");
  await expect(page.getByRole("heading", { name: words("en")("phase.before") }).or(page.getByText(words("en")("phase.before"))).first()).toBeVisible();
  await expect(page.locator("body")).not.toContainText("Chờ lấy món");
});
