import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { spread } from "../support/figures.ts";
import { cards, caughtUp, chip, hydrated, open, openPanel, saved, stored } from "../support/map.ts";
import type { Server } from "../support/server.ts";
import { fill, Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

const say = words("vi");
const TOUCHPOINTS = 300;
const LOADS = 7;
const EDITS = 1_000;

/** Times every task in which a draft is written. */
function timeDrafts(): void {
  const noted = window as unknown as { drafts: number[] };
  noted.drafts = [];
  let wrote = false;
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (name: string, value: string) {
    wrote ||= name.startsWith("touchloop.draft.");
    return set.call(this, name, value);
  };
  const wait = window.setTimeout.bind(window);
  window.setTimeout = ((then: () => void, ...rest: unknown[]) =>
    wait(() => {
      wrote = false;
      const began = performance.now();
      then();
      if (wrote) noted.drafts.push(performance.now() - began);
    }, ...(rest as [number]))) as typeof window.setTimeout;
}

/** A map of the size on the server, opened and kept by this browser. */
async function keptMap(page: Page, server: Server): Promise<string> {
  const board = randomUUID();
  fill(await new Stock(server, board).synced(), TOUCHPOINTS);
  const url = `${server.url}/map/${board}`;
  await expect.poll(async () => (await page.request.get(url)).status(), { timeout: 60_000 }).toBe(200);
  await open(page, url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect.poll(async () => Object.keys(await stored(page, `touchloop.copy.${board}`)).length, { timeout: 30_000 }).toBe(1);
  return url;
}

test("a map opens without the server, is drafted on, and is sent", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  await page.addInitScript(timeDrafts);
  let bytes = 0;
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => (bytes += payload.length)));
  const url = await keptMap(page, server);
  await server.down();

  const starts: number[] = [];
  for (let n = 0; n < LOADS; n++) {
    await page.goto("about:blank");
    await page.goto(url);
    await hydrated(page);
    await expect(cards(page)).toHaveCount(TOUCHPOINTS);
    starts.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
  }
  console.log(`${TOUCHPOINTS} touchpoints without the server, from the address to the map, which answers at once: ${spread(starts)} (${LOADS})`);

  await openPanel(page, (await cards(page).first().locator(".card__title").innerText()).trim());
  await page.getByRole("textbox", { name: say("panel.notes") }).pressSequentially("mười chữ!!".repeat(EDITS / 10));
  await expect(chip(page)).toContainText(`${EDITS}`);
  await expect
    .poll(async () => Number(JSON.parse(Object.values(await stored(page, "touchloop.draft."))[0] ?? "{}").unsent))
    .toBe(EDITS);
  const took = await page.evaluate(() => (window as unknown as { drafts: number[] }).drafts);
  console.log(`writing its draft: ${spread(took)} of the main thread (${took.length})`);
  const [draft = ""] = Object.values(await stored(page, "touchloop.draft."));
  console.log(`its draft in local storage: ${(draft.length / TOUCHPOINTS).toFixed(0)} letters a touchpoint, ${(draft.length / 1024).toFixed(0)} Ki in all`);

  bytes = 0;
  await server.up();
  const began = Date.now();
  // The browser says that the network is back: nobody waits for the next try.
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await caughtUp(page);
  console.log(`level with the server after ${EDITS} edits: ${Date.now() - began} ms, ${(bytes / 1024).toFixed(1)} KiB sent`);
  await saved(page);
});
