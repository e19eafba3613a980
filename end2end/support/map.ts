import { expect, type Locator, type Page } from "@playwright/test";
import { type Language, words } from "./words.ts";

/** Waits until the page answers to clicks. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
}

/** Waits until the server has stored everything this page did. */
export async function saved(page: Page): Promise<void> {
  await expect(page.locator("[data-sync]")).toHaveAttribute("data-sync", "saved");
}

/** Creates the café example from the home page and waits for its map. */
export async function openCafe(page: Page, language: Language = "vi"): Promise<string> {
  const say = words(language);
  await page.goto("/");
  await hydrated(page);
  await page.getByRole("button", { name: say("home.example") }).click();
  await page.waitForURL(/\/map\/[0-9a-f-]{36}$/);
  await hydrated(page);
  await saved(page);
  return page.url();
}

/** Starts an empty map from a stage set by its words key, e.g. `purchase`. */
export async function startMap(page: Page, set: string, title: string, language: Language = "vi"): Promise<string> {
  const say = words(language);
  await page.goto("/");
  await hydrated(page);
  await page.getByRole("textbox", { name: say("home.title_label") }).fill(title);
  await page.getByRole("radio", { name: say(`home.set.${set}.name`) }).check();
  await page.getByRole("button", { name: say("home.create") }).click();
  await page.waitForURL(/\/map\/[0-9a-f-]{36}$/);
  await hydrated(page);
  await saved(page);
  return page.url();
}

export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
  await saved(page);
}

export const cards = (page: Page): Locator => page.locator("[data-touchpoint-id]");
export const stages = (page: Page): Locator => page.locator("[data-stage-id]");
export const cardNamed = (page: Page, name: string): Locator => cards(page).filter({ hasText: name });

/** The cards as the reader sees them, stage by stage. */
export async function picture(page: Page): Promise<string[][]> {
  return page.evaluate(() => {
    const columns = new Map<string, string[]>();
    for (const column of document.querySelectorAll("[data-column]")) {
      const names = [...column.querySelectorAll("[data-touchpoint-id]")].map(
        (card) => `${card.getAttribute("data-touchpoint-id")} ${card.querySelector(".card__title")?.textContent ?? ""}`,
      );
      columns.set(column.getAttribute("data-column") ?? "", names);
    }
    return [...columns.values()];
  });
}

/** Renames a card in place, as a person does: double-click, type, Enter. */
export async function rename(page: Page, from: string, to: string): Promise<void> {
  await cardNamed(page, from).first().locator(".card__title").dblclick();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(to);
  await page.keyboard.press("Enter");
  await expect(cardNamed(page, to).first()).toBeVisible();
}
