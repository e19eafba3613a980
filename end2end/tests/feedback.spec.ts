import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { addCard, hydrated, openCafe, openPanel, saved, startMap, two } from "../support/map.ts";
import { Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { deskReady, fits, flaws, live, toast } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

const entries = (page: Page): Locator => page.locator("[data-voice]");
const entry = (page: Page, text: string): Locator => entries(page).filter({ hasText: text });
const row = (page: Page, of: string): Locator => page.locator(".tally__row").filter({ hasText: of });

async function openFeedback(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/feedback`);
  await hydrated(page);
  await saved(page);
  await deskReady(page);
}

/** A map with two touchpoints and nothing said yet. */
async function small(page: Page, language: Language = "vi"): Promise<string> {
  const url = await startMap(page, "purchase", "Lời khách", language);
  await addCard(page, "Đọc đánh giá", 0);
  await addCard(page, "Gọi món", 1);
  await saved(page);
  await openFeedback(page, url);
  return url;
}

/** Writes an entry by hand, by keys alone. */
async function write(page: Page, text: string, language: Language = "vi"): Promise<void> {
  const say = words(language);
  const form = page.locator(".voice--new");
  if ((await form.count()) === 0) await page.getByRole("button", { name: say("feedback.add"), exact: true }).click();
  const area = form.getByRole("textbox", { name: say("feedback.words") });
  await expect(area).toBeFocused();
  await page.keyboard.insertText(text);
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(entry(page, text)).toBeVisible();
  await expect(area).toHaveValue("");
}

async function escapeForm(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator(".voice--new")).toHaveCount(0);
}

const today = new Date().toISOString().slice(0, 10);

/** Ten thousand rows as a survey tool writes them; every kind of bad cell is among them. */
function survey(language: Language): { table: string; bad: number; left: number; rows: number } {
  const heads = {
    vi: "Mã;Phản hồi;Nguồn;Ngày;CSAT;Điểm chạm;Ghi chú nội bộ",
    en: "Id;Feedback;Source;Date;CSAT;Touchpoint;Internal note",
  };
  const rows = 10_000;
  let bad = 0;
  let left = 0;
  const lines = [heads[language]];
  for (let n = 0; n < rows; n++) {
    const text = n % 7 === 0 ? `"Chờ lâu; ""mười phút"" mới có ${n}\nnhưng quán đẹp"` : `Lời khách số ${n}: nhân viên dễ thương, cà phê đậm`;
    let [day, csat, card] = [today, String((n % 5) + 1), n % 3 === 0 ? "goi mon" : ""];
    if (n % 1000 === 1) (day = "31/02/2026"), bad++;
    if (n % 1000 === 2) (csat = "9"), bad++;
    if (n % 1000 === 3) (card = "Chuyện lạ"), bad++;
    if (n % 1000 === 4) {
      // Neither words nor a score.
      lines.push(`${n};;Khảo sát;${day};;;x`);
      bad++;
      left++;
    } else lines.push(`${n};${text};Khảo sát;${day};${csat};${card};x`);
  }
  return { table: `\ufeff${lines.join("\r\n")}\r\n`, bad, left, rows };
}

async function chooseFile(page: Page, text: string | Buffer, language: Language): Promise<void> {
  const say = words(language);
  await page.getByRole("button", { name: say("feedback.import"), exact: true }).first().click();
  await page.locator(".intake__file").setInputFiles({ name: "khao-sat.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`feedback is written, edited, linked and made an improvement by keys alone, ${language}`, async ({ people, server }) => {
    const [page, other] = await two({ person: () => people.person({ language }) }, (page) => small(page, language));
    await openFeedback(other, page.url().replace("/feedback", ""));
    await expect(page.getByRole("heading", { name: say("feedback.none") })).toBeVisible();
    expect(await flaws(page)).toEqual([]);
    await write(page, "Chờ mười lăm phút mới có cà phê", language);
    await write(page, "Quán trả lời đánh giá ngay buổi chiều", language);
    await expect(live(page)).toContainText(say("feedback.added"));
    await escapeForm(page);
    await expect(row(page, say("feedback.inbox")).locator("td").first()).toHaveText("2");
    await expect(entries(other)).toHaveCount(2);

    // Linked without accents, by keys.
    // By its id: while it is edited its words stand in a field.
    const id = await entry(page, "mười lăm phút").getAttribute("data-voice");
    const wait = page.locator(`[data-voice="${id}"]`);
    await wait.focus();
    await page.keyboard.press("l");
    const picker = page.getByRole("combobox", { name: say("feedback.link") });
    await expect(picker).toBeFocused();
    await page.keyboard.insertText("goi mon");
    await page.keyboard.press("Enter");
    await expect(wait.locator(".voice__link")).toHaveText("Gọi món");
    await expect(wait).toBeFocused();
    await expect(live(page)).toContainText(say("feedback.linked", { name: "Gọi món" }));
    await expect(row(page, "Gọi món").locator("td").first()).toHaveText("1");
    await expect(entry(other, "mười lăm phút").locator(".voice__link")).toHaveText("Gọi món");

    // Edited in place; a line break stays one.
    await page.keyboard.press("Enter");
    const area = wait.getByRole("textbox", { name: say("feedback.words") });
    await expect(area).toBeFocused();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.insertText("Nhân viên có xin lỗi");
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect.poll(() => wait.locator(".voice__text").textContent()).toBe("Chờ mười lăm phút mới có cà phê\nNhân viên có xin lỗi");
    await expect(wait).toBeFocused();
    await page.keyboard.press("Enter");
    await wait.getByLabel(say("feedback.csat")).selectOption("2");
    await wait.getByLabel(say("feedback.nps")).selectOption("3");
    await page.keyboard.press("Escape");
    await expect(wait.locator(".voice__about")).toContainText("CSAT 2");
    await expect(row(page, "Gọi món").locator("td").nth(3)).toHaveText("−100");
    await expect(entry(other, "xin lỗi").locator(".voice__about")).toContainText("NPS 3");
    expect(await flaws(page)).toEqual([]);

    // What is in the inbox is linked and made an improvement in one step.
    const reply = entry(page, "trả lời đánh giá");
    await reply.focus();
    await page.keyboard.press("i");
    await expect(picker).toBeFocused();
    await page.keyboard.insertText("doc danh gia");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/loop$/);
    await saved(page);
    const stock = await new Stock(server, page.url().split("/").at(-2) as string).synced();
    const jobs = [...stock.entities("improvements").values()];
    expect(jobs).toHaveLength(1);
    expect(String(jobs[0].get("name"))).toBe("Quán trả lời đánh giá ngay buổi chiều");
    const linked = [...stock.entities("feedback").values()].filter((it) => it.get("improvement"));
    expect(linked.map((it) => it.get("text"))).toEqual(["Quán trả lời đánh giá ngay buổi chiều"]);
    stock.close();
    await page.keyboard.press("ControlOrMeta+z");
    await page.goBack();
    await expect(reply.locator(".voice__link")).toHaveText(say("feedback.link"));
  });

  test(`ten thousand rows are seen before they are imported, and one undo takes them all back, ${language}`, async ({ people, server }) => {
    test.setTimeout(180_000);
    const page = await people.person({ language });
    const url = await small(page, language);
    const { table, bad, left, rows } = survey(language);
    await chooseFile(page, table, language);
    const sum = page.locator(".intake__sum");
    await expect(sum).toHaveText(say("feedback.planned", { count: rows - left, problems: bad }), { timeout: 60_000 });
    const columns = page.locator(".intake__column");
    await expect(columns).toHaveCount(7);
    const says = columns.locator("select");
    expect(await says.evaluateAll((all) => all.map((it) => (it as HTMLSelectElement).value))).toEqual(["", "text", "source", "date", "csat", "touchpoint", ""]);
    // The headers are line 1, and a row with a line break is one row.
    const problems = page.locator(".intake__problems li");
    await expect(problems.first()).toHaveText(say("feedback.problem", { row: 3, column: say("feedback.day"), cell: "31/02/2026", why: say("feedback.why_date") }));
    await expect(problems).toHaveCount(bad);
    await expect(page.locator(".intake__first li")).toHaveCount(5);
    expect(await flaws(page)).toEqual([]);
    // Another column says it: the guess gives way, and what comes of it is worked out anew.
    await says.nth(6).selectOption("text");
    await expect(says.nth(1)).toHaveValue("");
    await expect(page.locator(".intake__words").first()).toHaveText("x");
    await says.nth(1).selectOption("text");
    await expect(says.nth(6)).toHaveValue("");
    await expect(sum).toHaveText(say("feedback.planned", { count: rows - left, problems: bad }), { timeout: 60_000 });
    await page.getByRole("button", { name: say("feedback.import_these", { count: rows - left }) }).click();
    const count = page.locator(".voices .find__n");
    await expect(count).toHaveText(say("feedback.count", { count: rows - left }), { timeout: 120_000 });
    await expect(toast(page)).toContainText(say("feedback.imported", { count: rows - left }));
    // The browser holds one page of them.
    await expect(entries(page)).toHaveCount(50);
    await saved(page);
    const stock = await new Stock(server, url.split("/").at(-1) as string).synced();
    expect(stock.entities("feedback").size).toBe(rows - left);
    stock.close();
    await page.locator("[data-sought]").fill("muoi phut 7777");
    await expect(count).toHaveText(say("feedback.count", { count: 1 }));
    await expect.poll(() => entries(page).locator(".voice__text").textContent()).toBe("Chờ lâu; \"mười phút\" mới có 7777\nnhưng quán đẹp");
    await page.locator("[data-sought]").fill("");
    await page.getByRole("button", { name: say("feedback.page_forth") }).click();
    await expect(page.locator(".voices__pager")).toContainText(say("feedback.range", { from: 51, to: 100, count: rows - left }));
    await expect(entries(page).first()).toBeFocused();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(page.getByRole("heading", { name: say("feedback.none") })).toBeVisible({ timeout: 120_000 });
    await expect(count).toHaveText(say("feedback.count", { count: 0 }));
  });

  test(`an exported table holds no formula and reads back as it was, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await small(page, language);
    await write(page, "=HYPERLINK(\"http://x.example\")", language);
    await write(page, "Nhanh, \"rất\" nhanh", language);
    await escapeForm(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: say("feedback.export") }).click()]);
    const table = readFileSync(await download.path(), "utf8");
    expect(table.startsWith("\ufeff")).toBe(true);
    expect(table).toContain("\"'=HYPERLINK(\"\"http://x.example\"\")\"");
    for (const line of table.replace("\ufeff", "").split("\r\n")) expect(line).not.toMatch(/(^|,)"?[=+@-]/);
    await expect(live(page)).toContainText(say("feedback.exported", { count: 2 }));
    await chooseFile(page, table, language);
    await expect(page.locator(".intake__sum")).toHaveText(say("feedback.planned", { count: 2, problems: 0 }));
    await page.getByRole("button", { name: say("feedback.import_these", { count: 2 }) }).click();
    await expect(entry(page, "=HYPERLINK")).toHaveCount(2);
    await expect(entry(page, "'=HYPERLINK")).toHaveCount(0);
  });

  test(`the panel of a touchpoint tells what was said of it and leads there, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await openCafe(page, language);
    await deskReady(page);
    await openFeedback(page, url);
    // The touchpoint of which most was said.
    const counts = await page.locator(".tally__row").evaluateAll((all) => all.slice(2).map((row) => [row.querySelector("button")?.textContent ?? "", row.querySelector("td")?.textContent ?? ""] as const));
    const [most, count] = counts.reduce((most, it) => (Number(it[1]) > Number(most[1]) ? it : most));
    expect(Number(count)).toBeGreaterThan(1);
    await page.goto(url);
    await hydrated(page);
    await deskReady(page);
    await openPanel(page, most);
    const heard = page.locator(".heard");
    await expect(heard.locator(".heard__n").first()).toHaveText(count);
    await heard.getByRole("button", { name: say("feedback.see_all") }).click();
    await expect(entries(page)).toHaveCount(Number(count));
    await expect(page.locator(".voices .voice__link")).toHaveText(Array(Number(count)).fill(most));
    await expect(row(page, most).locator("button")).toHaveAttribute("aria-pressed", "true");
    expect(await flaws(page)).toEqual([]);
  });
}

test("filters work together, and what is trashed comes back with the focus", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await small(page);
  for (const [text, csat] of [["Trà nguội", "1"], ["Trà thơm", "5"], ["Bánh ngon", ""]] as const) {
    await page.getByRole("button", { name: say("feedback.add"), exact: true }).click();
    const form = page.locator(".voice--new");
    await form.getByRole("textbox", { name: say("feedback.words") }).fill(text);
    if (csat) await form.getByLabel(say("feedback.csat")).selectOption(csat);
    await form.getByRole("button", { name: say("feedback.add_this") }).click();
    await expect(entry(page, text)).toBeVisible();
  }
  // Nothing to say: what is missing is told, and nothing is added.
  await page.locator(".voice--new").getByRole("button", { name: say("feedback.add_this") }).click();
  await expect(page.locator(".voice--new .problem")).toHaveText(say("feedback.blank"));
  await page.keyboard.press("Escape");
  const find = page.locator(".voices__find");
  const clear = find.getByRole("button", { name: say("find.clear") });
  await expect(clear).toHaveCount(0);
  await find.getByLabel(say("feedback.score")).selectOption("low");
  await expect(entries(page)).toHaveText(/Trà nguội/);
  await find.getByLabel(say("feedback.score")).selectOption("");
  await page.locator("[data-sought]").fill("tra");
  await expect(entries(page)).toHaveCount(2);
  await find.getByLabel(say("feedback.score")).selectOption("high");
  await expect(entries(page)).toHaveText(/Trà thơm/);
  await clear.click();
  await expect(entries(page)).toHaveCount(3);
  await expect(clear).toHaveCount(0);
  await entry(page, "Trà thơm").focus();
  await page.keyboard.press("Delete");
  await expect(entries(page)).toHaveCount(2);
  await expect(page.locator("[data-voice]:focus")).toHaveCount(1);
  await page.locator(".toast__do").click();
  await expect(entry(page, "Trà thơm")).toBeFocused();
  // Walked through by keys.
  await page.keyboard.press("Home");
  await expect(entries(page).first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(entries(page).nth(1)).toBeFocused();
});

test("tables that cannot be imported say why and add nothing", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await small(page);
  const problem = page.locator(".intake .problem");
  await chooseFile(page, "Phản hồi;CSAT\n", "vi");
  await expect(problem).toHaveText(say("feedback.no_rows"));
  const file = (buffer: Buffer) => page.locator(".intake__file").setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer });
  await file(Buffer.from([0x70, 0x68, 0xe1, 0x6e, 0x0a, 0xff, 0xfe, 0x0a]));
  await expect(problem).toHaveText(say("feedback.not_utf8"));
  await file(Buffer.from(`text\n${"a\n".repeat(10_001)}`));
  await expect(problem).toHaveText(say("feedback.too_many_rows", { rows: 10_001, max: 10_000 }), { timeout: 30_000 });
  // Pasted from a spreadsheet.
  const area = page.getByRole("textbox", { name: say("feedback.paste") });
  await area.fill("Góp ý\tHài lòng\nBàn hơi bẩn\t2\n");
  await page.getByRole("button", { name: say("feedback.read") }).click();
  await page.getByRole("button", { name: say("feedback.import_these", { count: 1 }) }).click();
  await expect(entry(page, "Bàn hơi bẩn").locator(".voice__about")).toContainText("CSAT 2");
});

test("feedback on a phone, dark", async ({ people }) => {
  const page = await people.person({ viewport: { width: 390, height: 844 }, dark: true });
  const url = await openCafe(page);
  await openFeedback(page, url);
  expect(await fits(page)).toBe(true);
  const fold = page.locator(".voices__fold");
  await expect(page.locator(".tally")).toBeHidden();
  await fold.click();
  await expect(page.locator(".tally")).toBeVisible();
  expect(await fits(page)).toBe(true);
  expect(await flaws(page)).toEqual([]);
  await page.getByRole("button", { name: words("vi")("feedback.import"), exact: true }).click();
  expect(await fits(page)).toBe(true);
  expect(await flaws(page)).toEqual([]);
});

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`feedback belongs to the tab of the loop, and the sheet of keys begins with its own, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await small(page, language);
    const tab = page.getByRole("navigation", { name: say("view.label") }).getByRole("link", { name: say("view.loops"), exact: true });
    await expect(tab).toHaveAttribute("aria-current", "true");
    await page.locator("#main").focus();
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: say("keys.title") });
    await expect(sheet.getByRole("heading", { level: 3 }).first()).toHaveText(say("view.feedback"));
    for (const key of ["keys.walk_voices", "keys.link_voice", "keys.keep_voice", "feedback.improve"]) await expect(sheet).toContainText(say(key));
    await page.keyboard.press("Escape");
    await expect(sheet).toBeHidden();
    for (const [width, height] of [
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await fits(page)).toBe(true);
      expect(await flaws(page)).toEqual([]);
    }
    await tab.click();
    await expect(page).toHaveURL(/\/loop$/);
    await expect(tab).toHaveAttribute("aria-current", "page");
  });
}
