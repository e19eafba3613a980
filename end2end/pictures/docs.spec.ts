import type { Page } from "@playwright/test";
import { cardNamed, hydrated, openCafe, saved } from "../support/map.ts";
import { Server } from "../support/server.ts";
import { expect, People, test as base } from "../support/test.ts";
import { deskReady, path } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const docs = new URL("../../docs/", import.meta.url).pathname;
const say = words("vi");
/** One screen each in the other language, in the dark and on a phone. */
const LOOKS: [Language, "light" | "dark", number, number, "map" | "matrix" | "wheel"][] = [
  ["en", "light", 1440, 900, "matrix"],
  ["vi", "dark", 1440, 900, "wheel"],
  ["vi", "light", 390, 844, "map"],
];

/** Each look has a server of its own, so that no page lists what was made for another. */
const test = base.extend<{ fresh: { people: People; server: Server } }>({
  fresh: async ({ browser }, use) => {
    const server = await Server.start();
    const people = new People(browser, server);
    await use({ people, server });
    await people.close();
    await server.remove();
  },
});

/** A screen as it is looked at when nothing moves any more. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
  await page.evaluate(() => document.fonts.ready);
}

/** A screen of a map, with what comes in files of its own. */
async function openMap(page: Page, url: string): Promise<void> {
  await open(page, url);
  await saved(page);
  await deskReady(page);
}

for (const [language, light, width, height, view] of LOOKS)
  test(`${view}-${language}-${light}-${width}`, async ({ fresh: { people } }, { title }) => {
    const page = await people.person({ language, dark: light === "dark", viewport: { width, height } });
    await page.emulateMedia({ reducedMotion: "reduce" });
    const url = await openCafe(page, language);
    await openMap(page, url + path(view));
    await page.screenshot({ path: `${docs}${title}.png` });
  });

test("every screen", async ({ fresh: { people, server } }) => {
  const page = await people.person({ viewport: { width: 1440, height: 900 } });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const take = (name: string) => page.screenshot({ path: `${docs}${name}-vi-light-1440.png` });
  const url = await openCafe(page);
  await deskReady(page);

  await cardNamed(page, "Chờ lấy món giờ cao điểm").first().click();
  await expect(page.locator(".panel__title")).toBeVisible();
  await take("map");
  for (const view of ["matrix", "wheel", "insights"]) {
    await openMap(page, `${url}/${view}`);
    await take(view);
  }

  await openMap(page, `${url}/loop`);
  await take("loop");
  // What a card needs to go on stands in it.
  const job = page.locator('.loops__board [data-cell="decide"] [data-job]').first();
  await job.focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(page.locator(".gate")).toBeVisible();
  await take("gate");

  await openMap(page, `${url}/feedback`);
  await take("feedback");
  const board = new URL(url).pathname.split("/")[2] ?? "";
  const made = await page.request.post(`${server.url}/api/forms/create`, { form: { board, label: "QR 4", score: "csat" } });
  const form = (await made.json()) as { path: string };
  await page.goto(form.path);
  await page.evaluate(() => document.fonts.ready);
  await take("form");

  await openMap(page, url);
  await page.locator(".talk button").click();
  await expect(page.getByRole("dialog", { name: say("comment.title") })).toBeVisible();
  await take("comments");

  await open(page, "/improvements");
  await take("improvements");
  await open(page, "/");
  await take("home");
});
