import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { addCard, cardNamed, caughtUp, chip, fillStorage, hydrated, open, openCafe, openPanel, rename, saved, startMap, stored, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

const say = words("vi");
const notes = (page: Page) => page.getByRole("textbox", { name: say("panel.notes") });
const drafts = (page: Page) => stored(page, "touchloop.draft.");
const dialog = (page: Page) => page.getByRole("dialog", { name: say("sync.title") });

test("a text that is too long is marked, held and never said to be saved", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Dài quá"));
  await addCard(a, "Đọc đánh giá");
  await addCard(a, "Gọi món");
  await saved(a);
  await openPanel(a, "Đọc đánh giá");
  const long = "dài ".repeat(5_025);
  await notes(a).fill(long);
  await expect(notes(a)).toHaveAttribute("aria-invalid", "true");
  await expect(a.getByRole("alert").filter({ hasText: "20000" })).toBeVisible();
  await expect(chip(a)).toHaveAttribute("data-sync", "held");

  // Going elsewhere and coming back.
  await openPanel(a, "Gọi món");
  await openPanel(a, "Đọc đánh giá");
  await expect(notes(a)).toHaveValue(long);
  await expect(notes(a)).toHaveAttribute("aria-invalid", "true");

  // What somebody else types goes around it.
  await openPanel(b, "Đọc đánh giá");
  await notes(b).pressSequentially("!");
  await expect(notes(a)).toHaveValue(`${long}!`);
  await expect(chip(a)).toHaveAttribute("data-sync", "held");

  // It is in this device's draft, and nowhere else.
  await expect.poll(async () => Object.values(await drafts(a)).join().includes(long)).toBe(true);
  await a.reload();
  await hydrated(a);
  await expect(chip(a)).toHaveAttribute("data-sync", "held");
  await openPanel(a, "Đọc đánh giá");
  await expect(notes(a)).toHaveValue(`${long}!`);

  // Shortened, it is saved.
  await notes(a).fill("dài vừa!");
  await saved(a);
  await expect(notes(a)).not.toHaveAttribute("aria-invalid");
  await expect(notes(b)).toHaveValue("dài vừa!");
  await expect.poll(async () => Object.keys(await drafts(a))).toEqual([]);
});

test("a name that is too long is held when another is edited", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Tên dài");
  await addCard(page, "Đọc đánh giá");
  await addCard(page, "Gọi món");
  await saved(page);
  const long = "tên dài ".repeat(29).trim();
  const first = page.locator("[data-touchpoint-id]").first();
  await first.locator(".card__title").dblclick();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(long);
  await cardNamed(page, "Gọi món").locator(".card__title").dblclick();
  await expect(chip(page)).toHaveAttribute("data-sync", "held");
  await page.keyboard.press("Escape");

  await first.locator(".card__title").dblclick();
  await expect(first.locator("textarea")).toHaveValue(long);
  await first.locator("textarea").fill("Đọc lời khen");
  await page.keyboard.press("Enter");
  await expect(cardNamed(page, "Đọc lời khen")).toBeVisible();
  await saved(page);

  // The same for a row that adds.
  await page.locator("[data-column] .add").first().click();
  await page.keyboard.insertText(long);
  await page.locator("[data-column] .add").last().click();
  await expect(chip(page)).toHaveAttribute("data-sync", "held");
  await page.keyboard.press("Escape");
  await page.locator("[data-column] .add").first().click();
  await expect(page.locator(".card--new textarea")).toHaveValue(long);
  await page.keyboard.press("Escape");
  await saved(page);
});

test("a name that is too long stays in the panel and says why, a blank one gives way", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Tên trong bảng");
  await addCard(page, "Đọc đánh giá");
  await addCard(page, "Gọi món");
  await openPanel(page, "Đọc đánh giá");
  const title = page.locator(".panel__title");
  const long = "x".repeat(230);
  await title.fill(long);
  await title.press("Enter");
  await expect(title).toHaveAttribute("aria-invalid", "true");
  await expect(title).toHaveValue(long);
  await expect(page.locator(".panel .problem")).toContainText("230");
  await openPanel(page, "Gọi món");
  await cardNamed(page, "Đọc đánh giá").click();
  await expect(title).toHaveValue(long);
  await expect(title).toHaveAttribute("aria-invalid", "true");
  await title.focus();
  await title.press("Escape");
  await expect(title).toHaveValue("Đọc đánh giá");
  await saved(page);
  await title.fill("  ");
  await title.press("Enter");
  await expect(title).toHaveValue("Đọc đánh giá");
});

test("an edit made just before leaving is in the draft, and outlives a killed server", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  server.freeze();
  await cardNamed(page, "Chờ lấy món giờ cao điểm").locator(".card__title").dblclick();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("Chờ, rồi đi mất");
  // The server answers nothing: the way there has no end to wait for.
  await page.locator(".bar__mark").click({ noWaitAfter: true });
  // The server has not read it, and never will: what comes back was kept on this device.
  await server.down("SIGKILL");
  // Otherwise the browser's own page for that would come between.
  await expect.poll(() => page.url()).toMatch(/^chrome-error:/);
  await server.up();
  await open(page, url);
  await expect(cardNamed(page, "Chờ, rồi đi mất")).toBeVisible();
});

test("a name that was being typed is kept when the page is left by going back or reloading", async ({ people }) => {
  const page = await people.person();
  const url = await openCafe(page);
  await cardNamed(page, "Chờ lấy món giờ cao điểm").locator(".card__title").dblclick();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("Gõ dở rồi tải lại");
  await page.reload();
  await saved(page);
  await expect(cardNamed(page, "Gõ dở rồi tải lại")).toBeVisible();
  await cardNamed(page, "Gõ dở rồi tải lại").locator(".card__title").dblclick();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("Gõ dở rồi quay lại");
  await page.goBack();
  await open(page, url);
  await expect(cardNamed(page, "Gõ dở rồi quay lại")).toBeVisible();
});

test("f42 leaving is asked about when nothing keeps the edit, and a copy can be had", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  await fillStorage(page);
  await server.down("SIGKILL");
  await expect(chip(page)).toHaveAttribute("data-sync", "offline");
  await rename(page, "Chờ lấy món giờ cao điểm", "Chỉ còn trên trang này");
  await expect(chip(page)).toContainText(say("sync.draft_full"));

  await page.locator(".bar__mark").click();
  await expect(dialog(page)).toContainText(say("sync.leave_warning"));
  expect(page.url()).toBe(url);
  const [file] = await Promise.all([page.waitForEvent("download"), dialog(page).getByRole("button", { name: say("sync.download") }).click()]);
  const copy = JSON.parse(readFileSync(await file.path(), "utf8")) as { unsent: number; document: string };
  expect(copy.unsent).toBe(1);
  expect(Buffer.from(copy.document, "base64").toString("utf8")).toContain("Chỉ còn trên trang này");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();

  // The browser's own ways out ask too.
  for (const out of ["history.back()", "location.reload()"]) {
    const asked = new Promise<string>((resolve) =>
      page.once("dialog", async (question) => {
        await question.dismiss();
        resolve(question.type());
      }),
    );
    await page.evaluate(out);
    expect(await asked).toBe("beforeunload");
    expect(page.url()).toBe(url);
  }

  // Once the server has it, the way is free.
  await page.locator(".bar__mark").click();
  await expect(dialog(page)).toBeVisible();
  await server.up();
  await page.waitForURL(/\/$/);
  await open(page, url);
  await expect(cardNamed(page, "Chỉ còn trên trang này")).toBeVisible();
});

test("who wants to leave all the same, leaves", async ({ people, server }) => {
  const page = await people.person();
  await openCafe(page);
  await fillStorage(page);
  server.freeze();
  await rename(page, "Chờ lấy món giờ cao điểm", "Thôi bỏ");
  await page.locator(".bar__mark").click();
  const away = page.waitForRequest((request) => request.isNavigationRequest());
  // The server answers nothing: the way there has no end to wait for.
  await dialog(page).getByRole("button", { name: say("sync.leave") }).click({ noWaitAfter: true });
  await away;
  await server.down("SIGKILL");
  await server.up();
});

test("f42 a draft that cannot be read is set aside, beside the ones before it, and can be had", async ({ people }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const key = `touchloop.draft.${url.split("/").at(-1)}`;
  for (const broken of ["{hỏng 1", "{hỏng 2"]) {
    await page.evaluate(([key, broken]) => localStorage.setItem(key as string, broken as string), [key, broken]);
    await open(page, url);
    await expect(chip(page)).toContainText(say("sync.draft_broken"));
  }
  expect(Object.values(await drafts(page)).sort()).toEqual(["{hỏng 1", "{hỏng 2"]);
  await chip(page).click();
  const [file] = await Promise.all([page.waitForEvent("download"), dialog(page).getByRole("button", { name: say("sync.aside_download") }).click()]);
  expect(readFileSync(await file.path(), "utf8").split("\n").sort()).toEqual(["{hỏng 1", "{hỏng 2"]);
  await dialog(page).getByRole("button", { name: say("sync.aside_forget") }).click();
  await expect(chip(page)).not.toContainText(say("sync.draft_broken"));
  expect(await drafts(page)).toEqual({});

  // In a full storage too.
  await page.evaluate(([key]) => localStorage.setItem(key as string, "{hỏng 3"), [key]);
  await fillStorage(page);
  await open(page, url);
  await expect(chip(page)).toContainText(say("sync.draft_broken"));
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await saved(page);
  expect(Object.values(await drafts(page))).toEqual(["{hỏng 3"]);
});

test("what waits is said in words: kept here, not stored and why, and in full on a press", async ({ people, server }) => {
  const page = await people.person();
  await openCafe(page);
  await server.down("SIGKILL");
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(chip(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  await expect(chip(page)).toContainText(say("sync.saved_here"));
  await page.setViewportSize({ width: 390, height: 844 });
  const box = await chip(page).boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  await chip(page).click();
  await expect(dialog(page)).toContainText(say("sync.offline_unsent", { count: 1 }));
  await expect(dialog(page)).toContainText(say("sync.saved_here_hint"));
  await page.keyboard.press("Escape");
  await server.up();
  await caughtUp(page);
});

test("f03 when the server cannot store an edit, the page says so and why, until it can", async ({ people }) => {
  const page = await people.person();
  let refuses = false;
  let sent = 0;
  let kept = 0;
  // The server's own refusal, put in its mouth: message 101, the number of the update, "not stored".
  await page.routeWebSocket(/\/sync\//, (page) => {
    const server = page.connectToServer();
    [sent, kept] = [0, 0];
    page.onMessage((frame) => {
      const [kind, step] = Buffer.from(frame as Buffer);
      const update = kind === 0 && (step === 1 || step === 2);
      if (update) sent += 1;
      if (update && refuses) {
        kept += 1;
        page.send(Buffer.from([101, sent, 4, 0]));
      } else server.send(frame);
    });
    // Message 100 says how many updates are done with; those that never came there are too.
    server.onMessage((frame) => {
      const [kind, count] = Buffer.from(frame as Buffer);
      page.send(kind === 100 ? Buffer.from([kind, (count ?? 0) + kept]) : frame);
    });
  });
  await openCafe(page);
  refuses = true;
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(chip(page)).toHaveAttribute("data-sync", "unsaved");
  await expect(chip(page)).toContainText(say("sync.unsaved", { count: 1, reason: say("sync.reason_not_stored") }));
  await expect(cardNamed(page, "Chờ lâu")).toBeVisible();
  refuses = false;
  await saved(page);
});

test("two tabs on one draft count an edit once", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const tab = await page.context().newPage();
  await open(tab, url);
  await server.down("SIGKILL");
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(cardNamed(tab, "Chờ lâu")).toBeVisible();
  await rename(page, "Chờ lâu", "Chờ lâu quá");
  await expect(cardNamed(tab, "Chờ lâu quá")).toBeVisible();
  for (const one of [page, tab]) await expect(chip(one)).toContainText(say("sync.offline_unsent", { count: 2 }));
  await server.up();
  for (const one of [page, tab]) await caughtUp(one);
});

test("what the server refuses for good can be given up, once it was said what is lost", async ({ people }) => {
  const page = await people.person();
  let sent = 0;
  // The server's own refusal, put in its mouth: message 101, the number of the update, "cannot be read".
  await page.routeWebSocket(/\/sync\//, (page) => {
    const server = page.connectToServer();
    sent = 0;
    page.onMessage((frame) => {
      const bytes = Buffer.from(frame as Buffer);
      const update = bytes[0] === 0 && (bytes[1] === 1 || bytes[1] === 2);
      if (update) sent += 1;
      if (update && bytes.includes("Không ai nhận")) page.send(Buffer.from([101, sent, 1, 0]));
      else server.send(frame);
    });
  });
  await openCafe(page);
  await rename(page, "Chờ lấy món giờ cao điểm", "Không ai nhận");
  await expect(chip(page)).toHaveAttribute("data-sync", "rejected");
  await expect.poll(async () => Object.keys(await drafts(page)).length).toBe(1);

  // It is kept, and refused again.
  await page.reload();
  await hydrated(page);
  await expect(chip(page)).toHaveAttribute("data-sync", "rejected");
  await expect(cardNamed(page, "Không ai nhận")).toBeVisible();

  await chip(page).click();
  await expect(dialog(page).getByRole("button", { name: say("sync.download") })).toBeVisible();
  await expect(dialog(page).getByRole("button", { name: say("sync.discard_confirm") })).toBeHidden();
  await dialog(page).getByRole("button", { name: say("sync.discard"), exact: true }).click();
  await expect(dialog(page)).toContainText(say("sync.discard_warning", { count: 1 }));
  expect(Object.keys(await drafts(page)).length).toBe(1);
  await dialog(page).getByRole("button", { name: say("sync.discard_confirm") }).click();
  await expect(cardNamed(page, "Chờ lấy món giờ cao điểm")).toBeVisible();
  await hydrated(page);
  await saved(page);
  expect(await drafts(page)).toEqual({});
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await saved(page);
});

test("of what another tab left unsent only the news goes up", async ({ people }) => {
  const page = await people.person();
  let holds = false;
  await page.routeWebSocket(/\/sync\//, (page) => {
    const server = page.connectToServer();
    page.onMessage((frame) => {
      if (!holds) server.send(frame);
    });
  });
  const url = await openCafe(page);
  const tab = await page.context().newPage();
  let longest = 0;
  tab.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      if (typeof payload !== "string" && payload[0] === 0) longest = Math.max(longest, payload.length);
    }),
  );
  await open(tab, url);
  longest = 0;
  holds = true;
  await rename(page, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await expect(cardNamed(tab, "Chờ lâu")).toBeVisible();
  await saved(tab);
  expect(longest).toBeGreaterThan(0);
  // The whole map has many times that.
  expect(longest).toBeLessThan(2_000);
});
