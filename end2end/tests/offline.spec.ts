import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import * as Y from "yjs";
import { addCard, cardNamed, cards, caughtUp, chip, fillStorage, hydrated, open, openCafe, openPanel, picture, rename, stages, startMap, stored, two } from "../support/map.ts";
import { Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { type Language, words } from "../support/words.ts";

const say = words("vi");
const idOf = (url: string) => new URL(url).pathname.split("/")[2] ?? "";
const here = (page: Page) => page.locator("#shelf-cards .mapcard");

/** Waits until this browser has the whole product, and a copy of the map that is open. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect.poll(async () => Object.keys(await stored(page, `touchloop.copy.${idOf(page.url())}`)).length).toBe(1);
}

/** Goes to a map that the server knows nothing of. */
async function openAlone(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
}

for (const language of ["vi", "en"] satisfies Language[]) {
  test(`after one visit a map, the start page and a new map open without the server (${language})`, async ({ people, server }) => {
    test.slow();
    const say = words(language);
    const page = await people.person({ language, keeps: true });
    const url = await openCafe(page, language);
    const title = await page.getByRole("heading", { level: 1 }).innerText();
    const before = await picture(page);
    await kept(page);
    await server.down();

    // A map that was opened here.
    await openAlone(page, url);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(chip(page)).toHaveAttribute("data-sync", "offline");
    expect(await picture(page)).toEqual(before);
    const name = (await cards(page).first().locator(".card__title").innerText()).trim();
    await rename(page, name, `${name} !`);
    await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
    // A part of the product that this page has not needed yet.
    await page.getByRole("link", { name: say("view.loops"), exact: true }).click();
    await expect(page.locator(".job").first()).toBeVisible();

    // The start page: what there is on this device, found without accents.
    await openAlone(page, "/");
    await expect(here(page)).toHaveCount(1);
    await expect(here(page)).toContainText(title);
    await expect(here(page)).toContainText(say("offline.waits"));
    await page.getByRole("searchbox").fill("khong co dau");
    await expect(here(page)).toHaveCount(0);
    await page.getByRole("searchbox").fill("");
    await expect(here(page)).toHaveCount(1);
    await page.goto("/improvements");
    await expect(page.getByRole("heading", { name: say("offline.needs_network") })).toBeVisible();

    // A map of one's own, and one from an example.
    await openAlone(page, "/");
    await page.getByRole("textbox", { name: say("home.title_label") }).fill("Vẽ trên tàu");
    await page.getByRole("radio", { name: say("home.set.purchase.name") }).check();
    await page.getByRole("button", { name: say("home.create") }).click();
    await page.waitForURL(/\/map\/[0-9a-f-]{36}$/);
    await hydrated(page);
    await expect(stages(page)).toHaveCount(3);
    await addCard(page, "Hỏi giá qua Zalo");
    const mine = page.url();
    await openAlone(page, "/");
    await expect(here(page)).toHaveCount(2);
    await expect(here(page).filter({ hasText: "Vẽ trên tàu" })).toContainText(say("offline.only_here"));
    await page.getByRole("button", { name: say("home.example") }).click();
    await page.waitForURL((to) => to.pathname.startsWith("/map/") && to.href !== mine);
    await hydrated(page);
    await expect(cards(page)).toHaveCount(before.flat().length);

    // The server is there again: each is sent when it is opened, and the start page says which wait.
    await server.up();
    await caughtUp(page);
    await openAlone(page, "/");
    await expect(page.locator("#shelf-here .mapcard")).toHaveCount(2);
    await expect(page.locator("#shelf-here")).toContainText("Vẽ trên tàu");
    await openAlone(page, mine);
    await caughtUp(page);
    const other = await people.person({ language });
    await open(other, mine);
    await expect(cardNamed(other, "Hỏi giá qua Zalo")).toBeVisible();
    await openAlone(page, url);
    await caughtUp(page);
    await open(other, url);
    expect(await picture(other)).toEqual(await picture(page));
    await expect(cardNamed(other, `${name} !`)).toBeVisible();
    await openAlone(page, "/");
    await expect(page.locator("#shelf-here .mapcard")).toHaveCount(0);
  });
}

test("a map that was never opened here is not there without the server, and that is said", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  const url = await openCafe(page);
  await kept(page);
  await server.down();
  await page.goto(url.replace(/.{12}$/, "0".repeat(12)));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say("error.not_here"));
  await server.up();
});

test("a draft of a closed browser, without server or network, is whole when it is opened again, and is sent", async ({ people, server }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), "touchloop-browser-"));
  const browser = async () => {
    const context = await chromium.launchPersistentContext(folder, {
      ...test.info().project.use.launchOptions,
      baseURL: server.url,
      locale: "vi-VN",
      viewport: { width: 1440, height: 900 },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    people.watch(page);
    return { context, page };
  };
  try {
    const first = await browser();
    await openCafe(first.page);
    await kept(first.page);
    await server.down();
    await first.context.close();

    // The café example, and a thousand edits: names, moves, and one for each letter.
    const second = await browser();
    await openAlone(second.page, "/");
    const known = await here(second.page).count();
    await second.page.getByRole("button", { name: say("home.example") }).click();
    await second.page.waitForURL(/\/map\/[0-9a-f-]{36}$/);
    await hydrated(second.page);
    const url = second.page.url();
    const before = await cards(second.page).count();
    await addCard(second.page, "Hỏi lại giá");
    for (let n = 1; n <= 20; n++) await rename(second.page, n === 1 ? "Hỏi lại giá" : `Hỏi lại giá ${n - 1}`, `Hỏi lại giá ${n}`);
    await openPanel(second.page, "Hỏi lại giá 20");
    const notes = second.page.getByRole("textbox", { name: say("panel.notes") });
    const text = "mười chữ!!".repeat(98);
    await notes.pressSequentially(text);
    await expect(chip(second.page)).toContainText(/Ngoại tuyến, 1\d\d\d /);
    const wrote = await second.page.evaluate(() => Date.now());
    // In the middle of typing; a moment before, what stood there was kept.
    await expect
      .poll(async () => Number(JSON.parse(Object.values(await stored(second.page, `touchloop.draft.${idOf(url)}`))[0] ?? "{}").unsent))
      .toBeGreaterThan(1000);
    expect(wrote).toBeGreaterThan(0);
    await second.context.close();

    const third = await browser();
    await openAlone(third.page, "/");
    await expect(here(third.page)).toHaveCount(known + 1);
    await openAlone(third.page, url);
    await expect(cards(third.page)).toHaveCount(before + 1);
    await openPanel(third.page, "Hỏi lại giá 20");
    await expect(third.page.getByRole("textbox", { name: say("panel.notes") })).toHaveValue(text);
    await server.up();
    await caughtUp(third.page);
    const other = await people.person();
    await open(other, url);
    expect(await picture(other)).toEqual(await picture(third.page));
    await openPanel(other, "Hỏi lại giá 20");
    await expect(other.getByRole("textbox", { name: say("panel.notes") })).toHaveValue(text);
    await third.context.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.up();
  }
});

test("two tabs without the server show each other's edits, and are sent once", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  const url = await openCafe(page);
  await kept(page);
  await server.down();
  await openAlone(page, url);
  const tab = await page.context().newPage();
  await openAlone(tab, url);
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(cardNamed(tab, "Chờ lâu")).toBeVisible();
  await addCard(tab, "Gọi thêm bánh");
  await expect(cardNamed(page, "Gọi thêm bánh")).toBeVisible();
  for (const one of [page, tab]) await expect(chip(one)).toContainText(say("sync.offline_unsent", { count: 2 }));
  await server.up();
  for (const one of [page, tab]) await caughtUp(one);
  const other = await people.person();
  await open(other, url);
  await expect(cardNamed(other, "Chờ lâu")).toBeVisible();
  await expect(cardNamed(other, "Gọi thêm bánh")).toHaveCount(1);
});

test("f44 a page of another release says so, and keeps what is unsent through its reload", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  let newer = true;
  // The server's own word, put in its mouth: message 102, the name of the release.
  await page.routeWebSocket(/\/sync\//, (page) => {
    const server = page.connectToServer();
    page.onMessage((frame) => server.send(frame));
    server.onMessage((frame) => {
      const bytes = Buffer.from(frame as Buffer);
      page.send(newer && bytes[0] === 102 ? Buffer.from([102, 4, ...Buffer.from("next")]) : frame);
    });
  });
  await openCafe(page);
  await kept(page);
  const notice = page.locator("[data-newer]");
  await expect(notice).toHaveAccessibleName(say("offline.newer"));
  await server.down();
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  // Reloaded while the server is away still, so that nothing can have been sent before.
  await Promise.all([page.waitForEvent("load"), notice.click()]);
  await hydrated(page);
  await expect(cardNamed(page, "Chờ lâu")).toBeVisible();
  await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  newer = false;
  await server.up();
  await caughtUp(page);
  await expect(notice).toHaveCount(0);
});

test("a full storage gives up copies of what the server has, the longest unopened first, and no draft", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  const urls: string[] = [];
  for (let n = 0; n < 3; n++) {
    urls.push(await openCafe(page));
    await kept(page);
  }
  const copies = async () => Object.keys(await stored(page, "touchloop.copy.")).map((name) => name.split(".").at(-1));
  expect((await copies()).sort()).toEqual(urls.map(idOf).sort());
  await fillStorage(page);
  await server.down();
  await rename(page, "Chờ lấy món giờ cao điểm", "Viết khi hết chỗ");
  await expect(chip(page)).toContainText(say("sync.saved_here"));
  await expect.poll(async () => (await copies()).includes(idOf(urls[0] ?? ""))).toBe(false);
  expect(await copies()).toContain(idOf(urls[2] ?? ""));
  expect(Object.keys(await stored(page, "touchloop.draft."))).toEqual([`touchloop.draft.${idOf(urls[2] ?? "")}`]);

  // What there is, and what can be freed, is said where one looks.
  await chip(page).click();
  const dialog = page.getByRole("dialog", { name: say("sync.title") });
  await expect(dialog).toContainText(say("offline.room", { size: "X" }).split("X")[0]?.trim() ?? "");
  if ((await copies()).length > 1) await dialog.getByRole("button", { name: say("offline.free") }).click();
  await expect.poll(copies).toEqual([idOf(urls[2] ?? "")]);
  await expect(dialog.getByRole("button", { name: say("offline.free") })).toHaveCount(0);
  await page.keyboard.press("Escape");

  // It opens with the edit, and is sent.
  await openAlone(page, urls[2] ?? "");
  await expect(cardNamed(page, "Viết khi hết chỗ")).toBeVisible();
  await server.up();
  await caughtUp(page);
});

test("a draft is handed over as a file and goes on as a map on another device; another file is refused", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  await openCafe(page);
  await kept(page);
  await server.down();
  await rename(page, "Chờ lấy món giờ cao điểm", "Viết trên tàu");
  await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  await chip(page).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: say("sync.download") }).click()]);
  const path = await file.path();
  await server.up();

  const other = await people.person();
  await other.goto("/");
  await hydrated(other);
  const field = other.getByLabel(say("offline.open_file"));
  await field.setInputFiles({ name: "anh.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await expect(other.getByRole("alert").filter({ hasText: say("offline.open_file_bad") })).toBeVisible();
  await field.setInputFiles(path);
  await other.waitForURL(/\/map\/[0-9a-f-]{36}$/);
  await hydrated(other);
  await caughtUp(other);
  await expect(cardNamed(other, "Viết trên tàu")).toBeVisible();
  expect(other.url()).not.toBe(page.url());
});

test("what was written on a map that the server has not any more can be kept as a new one", async ({ people, server }) => {
  const page = await people.person({ keeps: true });
  let gone = false;
  // As the server turns away whoever may not see a board: message 101 about no update in particular, "not allowed".
  await page.routeWebSocket(/\/sync\//, (page) => {
    if (gone) return page.send(Buffer.from([101, 0, 6, 0]));
    page.connectToServer();
  });
  const url = await openCafe(page);
  await kept(page);
  await server.down();
  await rename(page, "Chờ lấy món giờ cao điểm", "Viết lúc không có mạng");
  await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  gone = true;
  await server.up();
  await expect(chip(page)).toHaveAttribute("data-sync", "rejected", { timeout: 45_000 });
  await chip(page).click();
  gone = false;
  await page.getByRole("button", { name: say("offline.anew") }).click();
  await page.waitForURL((to) => to.pathname.startsWith("/map/") && to.href !== url);
  await hydrated(page);
  await caughtUp(page);
  await expect(cardNamed(page, "Viết lúc không có mạng")).toBeVisible();
  expect(Object.keys(await stored(page, "touchloop.draft."))).toEqual([]);
  const other = await people.person();
  await open(other, page.url());
  await expect(cardNamed(other, "Viết lúc không có mạng")).toBeVisible();
});

/** Edits one map with keys alone, a step an edit: cards are added, moved, and some trashed, the map's own among them. */
async function works(page: Page, who: string, steps: number): Promise<string[]> {
  const names: string[] = [];
  const adds = Math.floor(steps / 5);
  await page.locator("[data-column]").nth(who.charCodeAt(0) % 3).locator(".add").click();
  for (let n = 0; n < adds; n++) {
    names.push(`${who} ${n}`);
    await page.keyboard.insertText(`${who} ${n}`);
    await page.keyboard.press("Enter");
  }
  await page.keyboard.press("Escape");
  await expect(cardNamed(page, `${who} ${adds - 1}`)).toBeVisible();
  let left = steps - adds;
  for (let n = 0; left > 0; n++) {
    // Any that is drawn: of a long column that is a piece.
    await cards(page).nth((n * 13) % (await cards(page).count())).focus();
    // Now and then one goes into the trash.
    for (const key of n % 8 === 7 ? ["Delete"] : ["Alt+ArrowRight", "Alt+ArrowUp", "Alt+ArrowUp", "Alt+ArrowLeft", "Alt+ArrowDown", "Alt+ArrowUp"]) {
      if (left === 0) break;
      await page.keyboard.press(key);
      left -= 1;
    }
  }
  return names;
}

test("two devices offline and a program online edit one map for 500 steps each: all end equal, and nothing typed is lost", async ({ people, server }) => {
  test.setTimeout(480_000);
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Ba nơi"));
  for (const name of ["Đọc đánh giá", "Gọi món", "Trả tiền", "Nhận hoá đơn"]) await addCard(a, name);
  for (const page of [a, b]) await caughtUp(page);
  await expect(cardNamed(b, "Nhận hoá đơn")).toBeVisible();
  const stock = await new Stock(server, idOf(a.url())).synced();
  for (const page of [a, b]) await page.context().setOffline(true);
  for (const page of [a, b]) await expect(chip(page)).toHaveAttribute("data-sync", "offline");
  const [ans, bas] = await Promise.all([works(a, "An", 500), works(b, "Ba", 500)]);
  const own = program(stock, 500);
  for (const page of [a, b]) await page.context().setOffline(false);
  for (const page of [a, b]) await caughtUp(page);
  const names = () => [...stock.entities("touchpoints").values()].map((card) => String(card.get("name")));
  await expect.poll(() => names().filter((name) => /^(An|Ba) /.test(name)).length).toBe(ans.length + bas.length);
  // Long columns are drawn in pieces, so the documents are compared: those that the devices keep, and the program's.
  for (const page of [a, b]) await expect.poll(async () => print(await copyIn(page))).toBe(print(stock.doc));
  // Each name stands on a card or lies in the trash, once.
  for (const name of [...ans, ...bas, ...own]) expect(names().filter((known) => known === name), name).toEqual([name]);
  stock.close();
});

/** The copy that a device keeps of its one map. */
async function copyIn(page: Page): Promise<Y.Doc> {
  const doc = new Y.Doc();
  const [copy] = Object.values(await stored(page, "touchloop.copy."));
  if (copy) Y.applyUpdate(doc, Buffer.from(JSON.parse(copy) as string, "base64"));
  return doc;
}

/** What tells documents of different content apart. */
function print(doc: Y.Doc): string {
  const all = ["stages", "lanes", "touchpoints"].map((root) => Object.entries(doc.getMap(root).toJSON()).sort(([a], [b]) => a.localeCompare(b)));
  const sorted = (_: string, value: unknown) =>
    value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b))) : value;
  return createHash("sha256").update(JSON.stringify(all, sorted)).digest("hex");
}

/** The same by a program: adds, renames, moves and trashes. */
function program(stock: Stock, steps: number): string[] {
  const [stage = ""] = [...stock.entities("stages").keys()];
  const cards = stock.entities("touchpoints");
  const made: string[] = [];
  for (let n = 0; n < steps; n++) {
    const known = [...cards.values()];
    const card = known[(n * 7) % known.length];
    if (n % 5 === 0) {
      const fresh = new Y.Map<unknown>();
      fresh.set("name", `Cao ${made.length}`);
      fresh.set("place", { stage, rank: `${(n + 1).toString(16).padStart(4, "0")}80` });
      cards.set(randomUUID(), fresh);
      made.push(`Cao ${made.length}`);
    } else if (n % 50 === 49) card?.set("trashed", Date.now());
    else card?.set("place", { stage, rank: `${((n * 31) % 4096).toString(16).padStart(4, "0")}80` });
  }
  return made;
}
