import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { hydrated, saved } from "./map.ts";
import { type Language, words } from "./words.ts";

export const VIEWS = ["map", "matrix", "wheel", "insights"] as const;
export type View = (typeof VIEWS)[number];

/** What stands behind a map's own address. */
export const path = (view: View): string => (view === "map" ? "" : `/${view}`);

/** What shows that a way of looking is there. */
export const sign: Record<View, string> = { map: ".canvas", matrix: ".plot", wheel: "svg.wheel", insights: ".insights" };

export const tab = (page: Page, view: View, language: Language = "vi"): Locator =>
  page.getByRole("navigation", { name: words(language)("view.label") }).getByRole("link", { name: words(language)(`view.${view}`), exact: true });

/** Goes to another way of looking by its tab. */
export async function look(page: Page, view: View, language: Language = "vi"): Promise<void> {
  await tab(page, view, language).click();
  await expect(page.locator(sign[view])).toBeVisible();
}

/** Loads a map as it is looked at this way. */
export async function openView(page: Page, url: string, view: View): Promise<void> {
  await page.goto(url + path(view));
  await hydrated(page);
  await saved(page);
  await deskReady(page);
}

/** Waits until what opens over the map is here: it comes in a file of its own. */
export async function deskReady(page: Page): Promise<void> {
  await expect(page.locator("dialog.dialog").first()).toBeAttached();
}

/** What axe has to say about the page. */
export async function flaws(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target).join(" ")}`);
}

/** Nothing of the page stands beside the window. */
export const fits = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

export const panel = (page: Page): Locator => page.locator("aside.panel");
export const toast = (page: Page): Locator => page.locator(".toast");
export const live = (page: Page): Locator => page.locator("p.live");

/** The dot or the chip of a touchpoint in the matrix. */
export const dot = (page: Page, name: string): Locator => page.locator("[data-rate]").filter({ hasText: name });

/** Opens the menu of what has the focus and presses an entry, by keys alone. */
export async function byMenu(page: Page, on: Locator, entry: string): Promise<void> {
  await on.focus();
  await page.keyboard.press("Shift+F10");
  const item = page.getByRole("menu").locator("[role^=menuitem]").filter({ has: page.getByText(entry, { exact: true }) });
  await expect(item).toBeVisible();
  while (!(await item.evaluate((item) => item === document.activeElement))) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

/** Pastes a text as the clipboard brings it. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => {
    const clipboard = new DataTransfer();
    clipboard.setData("text/plain", text);
    (document.activeElement ?? document.body).dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
  }, text);
}

/** Says who one is. */
export async function introduce(page: Page, name: string, language: Language = "vi"): Promise<void> {
  await deskReady(page);
  await page.locator(".face--me").click();
  const field = page.getByRole("textbox", { name: words(language)("presence.name") });
  await field.fill(name);
  await field.press("Enter");
  await expect(field).toBeHidden();
}
