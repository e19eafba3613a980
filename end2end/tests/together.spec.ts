import type { Page } from "@playwright/test";
import { addCard, cardNamed, cards, caughtUp, openCafe, picture, rename, saved, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { words } from "../support/words.ts";

const say = words("vi");

const notes = (page: Page) => page.getByRole("textbox", { name: say("panel.notes") });

test("an edit appears in the other window within 200 ms", async ({ people }) => {
  const [a, b] = await two(people, openCafe);
  const card = cards(a).first();
  const id = await card.getAttribute("data-touchpoint-id");
  const title = `[data-touchpoint-id="${id}"] .card__title`;
  const took: number[] = [];
  for (let round = 0; round < 10; round++) {
    const text = `Lần thứ ${round} đổi tên`;
    await a.locator(title).dblclick();
    await a.keyboard.press("ControlOrMeta+a");
    await a.keyboard.insertText(text);
    // Both windows are on one machine and share its clock.
    const seen = b.evaluate(
      ([selector, wanted]) =>
        new Promise<number>((resolve) => {
          const look = () => document.querySelector(selector)?.textContent?.includes(wanted) && resolve(Date.now());
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        }),
      [title, text] as const,
    );
    const sent = await a.evaluate(() => Date.now());
    await a.keyboard.press("Enter");
    took.push((await seen) - sent);
  }
  took.sort((x, y) => x - y);
  console.log(`edit to the other window, ms: ${took.join(" ")}`);
  expect(took[Math.floor(took.length / 2)]).toBeLessThanOrEqual(200);
});

test("both type in different fields and in the same text", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Cùng gõ"));
  await addCard(a, "Đọc đánh giá");
  await expect(cardNamed(b, "Đọc đánh giá")).toBeVisible();
  await cardNamed(a, "Đọc đánh giá").click();
  await cardNamed(b, "Đọc đánh giá").click();

  await notes(a).pressSequentially("Khách nói: ");
  await expect(notes(b)).toHaveValue("Khách nói: ");
  await notes(b).press("End");
  await Promise.all([notes(a).pressSequentially("chậm quá "), notes(b).pressSequentially("nhưng ngon ")]);
  await expect.poll(async () => (await notes(a).inputValue()) === (await notes(b).inputValue())).toBe(true);
  const text = await notes(a).inputValue();
  for (const letter of "chậm quá nhưng ngon") expect(text).toContain(letter);
  expect(text.length).toBe("Khách nói: chậm quá nhưng ngon ".length);

  // Different fields at once: one renames, the other writes notes.
  await Promise.all([rename(a, "Đọc đánh giá", "Đọc lời khen chê"), notes(b).pressSequentially("!")]);
  await expect(cardNamed(b, "Đọc lời khen chê")).toBeVisible();
  await saved(a);
  await saved(b);
  await a.reload();
  await expect(cardNamed(a, "Đọc lời khen chê")).toBeVisible();
});

test("a remote edit never moves the caret", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Con trỏ"));
  await addCard(a, "Gọi món");
  await cardNamed(a, "Gọi món").click();
  await cardNamed(b, "Gọi món").click();
  await notes(a).pressSequentially("đầu cuối");
  await expect(notes(b)).toHaveValue("đầu cuối");
  await notes(a).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(4, 4));
  await notes(b).evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(0, 0));
  await notes(b).pressSequentially("XX");
  await expect(notes(a)).toHaveValue("XXđầu cuối");
  expect(await notes(a).evaluate((area: HTMLTextAreaElement) => area.selectionStart)).toBe(6);
  await expect(notes(a)).toBeFocused();
});

test("a concurrent move leaves one card in one place", async ({ people }) => {
  const [a, b] = await two(people, (page) => startMap(page, "purchase", "Cùng dời"));
  await addCard(a, "Thanh toán");
  await expect(cardNamed(b, "Thanh toán")).toBeVisible();
  await cardNamed(a, "Thanh toán").focus();
  await cardNamed(b, "Thanh toán").focus();
  await Promise.all([
    a.keyboard.press("Alt+ArrowRight"),
    (async () => {
      await b.keyboard.press("Alt+ArrowRight");
      await b.keyboard.press("Alt+ArrowRight");
    })(),
  ]);
  await saved(a);
  await saved(b);
  await expect(cards(a)).toHaveCount(1);
  await expect(cards(b)).toHaveCount(1);
  await expect.poll(async () => JSON.stringify(await picture(a)) === JSON.stringify(await picture(b))).toBe(true);
});

test("A's undo leaves B's later edit", async ({ people }) => {
  const [a, b] = await two(people, openCafe);
  const count = await cards(a).count();
  await rename(a, "Nhận hoá đơn điện tử", "Nhận hoá đơn qua email");
  await expect(cardNamed(b, "Nhận hoá đơn qua email")).toBeVisible();
  await rename(b, "Nhận hoá đơn qua email", "Nhận biên lai");
  await expect(cardNamed(a, "Nhận biên lai")).toBeVisible();
  await addCard(a, "Đọc bảng tin trước cửa");
  await expect(cards(b)).toHaveCount(count + 1);
  await a.keyboard.press("Escape");
  // Takes back the card, then finds that the name is B's by now and leaves it.
  await a.keyboard.press("ControlOrMeta+z");
  await expect(cards(b)).toHaveCount(count);
  await a.keyboard.press("ControlOrMeta+z");
  await saved(a);
  await expect(cardNamed(a, "Nhận biên lai")).toBeVisible();
  await expect(cardNamed(b, "Nhận biên lai")).toBeVisible();
  await expect(cards(a)).toHaveCount(count);
});

test("the server restarts between edits; both reconnect and are equal", async ({ people, server }) => {
  const [a, b] = await two(people, openCafe);
  await rename(a, "Chờ lấy món giờ cao điểm", "Chờ lâu");
  await saved(a);
  await server.down("SIGKILL");
  await expect(a.locator("[data-sync]")).not.toHaveAttribute("data-sync", "saved");
  await rename(a, "Chờ lâu", "Chờ lâu quá");
  await expect(a.locator("[data-sync]")).not.toHaveAttribute("data-sync", "saved");
  await rename(b, "Thanh toán bằng VietQR", "Trả bằng VietQR");
  await server.up();
  await caughtUp(a);
  await caughtUp(b);
  await expect(cardNamed(b, "Chờ lâu quá")).toBeVisible();
  await expect(cardNamed(a, "Trả bằng VietQR")).toBeVisible();
  expect(await picture(a)).toEqual(await picture(b));
});

test("f43 edits made while the server is away survive a reload", async ({ people, server }) => {
  const a = await people.person();
  await startMap(a, "purchase", "Mất mạng");
  await addCard(a, "Trước khi mất mạng");
  await saved(a);
  await a.context().setOffline(true);
  await expect(a.locator("[data-sync]")).toHaveAttribute("data-sync", "offline");
  await addCard(a, "Trong lúc mất mạng");
  await a.context().setOffline(false);
  await a.reload();
  await saved(a);
  await expect(cardNamed(a, "Trong lúc mất mạng")).toBeVisible();
  expect(server.port).toBeGreaterThan(0);
});

test("who is here, and on which card", async ({ people }) => {
  const [a, b] = await two(people, openCafe);
  await cardNamed(a, "Chờ lấy món giờ cao điểm").click();
  await expect(cardNamed(b, "Chờ lấy món giờ cao điểm")).toHaveClass(/is-held/);
  await a.close();
  await expect(cardNamed(b, "Chờ lấy món giờ cao điểm")).not.toHaveClass(/is-held/);
});
