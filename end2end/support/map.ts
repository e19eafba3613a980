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

/** The same once a server is there again: a page waits up to 30 s from one try to the next. */
export async function caughtUp(page: Page): Promise<void> {
  await expect(page.locator("[data-sync]")).toHaveAttribute("data-sync", "saved", { timeout: 45_000 });
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

/** Adds a card at the end of a stage through its own row. */
export async function addCard(page: Page, name: string, stage = 0): Promise<void> {
  await page.locator("[data-column]").nth(stage).locator(".add").click();
  await page.keyboard.insertText(name);
  await page.keyboard.press("Enter");
  await expect(cardNamed(page, name)).toBeVisible();
  await page.keyboard.press("Escape");
}

/** Two people on one map. */
export async function two(people: { person: () => Promise<Page> }, make: (page: Page) => Promise<string>): Promise<[Page, Page]> {
  const a = await people.person();
  const url = await make(a);
  const b = await people.person();
  await open(b, url);
  return [a, b];
}

/** Opens a card's panel and waits until it is there. */
export async function openPanel(page: Page, name: string): Promise<void> {
  await cardNamed(page, name).first().click();
  await expect(page.locator(".panel__title")).toHaveValue(name);
}

/** The chip that says what is stored. */
export const chip = (page: Page): Locator => page.locator("[data-sync]");

/** What lies in this device's storage under names that begin like this. */
export async function stored(page: Page, beginning: string): Promise<Record<string, string>> {
  return page.evaluate(
    (beginning) => Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith(beginning))) as Record<string, string>,
    beginning,
  );
}

/** Fills this origin's storage to the last byte. */
export async function fillStorage(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (let size = 1 << 20; size > 0; size >>= 1)
      for (let n = 0; ; n++)
        try {
          localStorage.setItem(`ballast.${size}.${n}`, "x".repeat(size));
        } catch {
          break;
        }
  });
}
