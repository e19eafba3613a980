import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { cards, openCafe, openPanel, startMap } from "../support/map.ts";
import { fill, Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";
import { fits, flaws, live, look, openView, panel, sign, tab } from "../support/views.ts";
import { words } from "../support/words.ts";

const spokes = (page: Page) => page.locator("[data-spoke]");
const ids = (page: Page, attribute: string) =>
  page.locator(`[${attribute}]`).evaluateAll((all, attribute) => all.map((it) => it.getAttribute(attribute)), attribute);

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`every touchpoint has a spoke in its segment, and keys walk the ring, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    const all = await ids(page, "data-touchpoint-id");
    await look(page, "wheel", language);
    await expect(spokes(page)).toHaveCount(all.length);
    const round = await ids(page, "data-spoke");
    expect([...round].sort()).toEqual([...all].sort());
    for (const phase of ["before", "during", "after"]) await expect(page.locator("svg.wheel textPath").filter({ hasText: say(`phase.${phase}`) })).toHaveCount(1);
    await expect(page.locator(".w-hub")).toHaveText("Cà phê Hiên");

    // Tab comes from the buttons to the ring, once.
    await page.getByRole("button", { name: say("wheel.print") }).focus();
    await page.keyboard.press("Tab");
    await expect(spokes(page).first()).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await expect(spokes(page).nth(1)).toBeFocused();
    await expect(spokes(page).nth(1)).toHaveClass(/w-sel/);
    await expect(live(page)).not.toBeEmpty();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect(spokes(page).last()).toBeFocused();
    await page.keyboard.press("Home");
    await expect(spokes(page).first()).toBeFocused();
    await page.keyboard.press("End");
    await expect(spokes(page).last()).toBeFocused();
    await expect(page.locator('[data-spoke][tabindex="0"]')).toHaveCount(1);
    const name = await page.locator(".wside__t").textContent();
    await page.keyboard.press("Enter");
    await expect(page.locator(".panel__title")).toHaveValue(name ?? "");
    await expect(spokes(page).last()).toHaveAttribute("aria-label", new RegExp(`^${name?.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`));
  });

  test(`spokes are coloured by performance or by emotion, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await openCafe(page, language);
    await look(page, "wheel", language);
    await expect(page.locator(".w-perf").first()).toBeVisible();
    await expect(page.locator(".w-emo")).toHaveCount(0);
    const emotion = page.getByRole("group", { name: say("wheel.colour") }).getByRole("button", { name: say("panel.emotion"), exact: true });
    await emotion.click();
    await expect(emotion).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByText(say("wheel.about_emotion"))).toBeVisible();
    await expect(page.locator(".wkey__imp")).toHaveText(say("panel.importance"));
    await expect(page.locator(".w-perf")).toHaveCount(0);
    const labels = await spokes(page).evaluateAll((all) => all.map((spoke) => spoke.getAttribute("aria-label") ?? ""));
    const felt = labels.filter((label) => !label.endsWith(say("panel.unrated")));
    expect(felt.length).toBeGreaterThan(0);
    await expect(page.locator(".w-emo")).toHaveCount(felt.length);
    const good = labels.filter((label) => label.endsWith(`, ${say("panel.emotion_p2")}`));
    await expect(page.locator(".w-emo.emo--p2")).toHaveCount(good.length);
    await expect(page.locator(".wkey")).toContainText(say("panel.emotion_m2"));
  });
}

test("on paper there is the wheel and nothing to press", async ({ people }) => {
  const page = await people.person();
  await openCafe(page);
  await openPanel(page, "Chờ lấy món giờ cao điểm");
  await page.keyboard.press("ControlOrMeta+f");
  await expect(page.locator("search.find")).toBeVisible();
  await look(page, "wheel");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(sign.wheel)).toBeVisible();
  await expect(page.locator(".wside__h")).toBeVisible();
  for (const control of [".bar", ".tabs", ".wside__pick", ".status", "aside.panel", "search.find", ".toast"]) await expect(page.locator(control).first(), control).toBeHidden();
  // Whole on one sheet, lying or standing.
  for (const landscape of [false, true]) {
    const sheets = (await page.pdf({ format: "A4", landscape })).toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
    expect(sheets.length, landscape ? "lying" : "standing").toBe(1);
  }
});

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a crowded wheel names some, each that is looked at, and lists all, ${language}`, async ({ people, server }) => {
    const board = randomUUID();
    const stock = await new Stock(server, board).synced();
    fill(stock, 90);
    const page = await people.person({ language });
    await openView(page, `/map/${board}`, "wheel");
    stock.close();
    await expect(spokes(page)).toHaveCount(90);
    const named = page.locator(".w-n .w-t");
    const count = await named.count();
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(45);
    // No name stands in another's.
    const lines = await named.evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));
    for (const [i, one] of lines.entries())
      for (const other of lines.slice(i + 1)) expect(one.left < other.right && other.left < one.right && one.top < other.bottom - 1 && other.top < one.bottom - 1, JSON.stringify([one, other])).toBe(false);
    await expect(page.locator(".w-num")).toHaveText(["10", "20", "30", "40", "50", "60", "70", "80", "90"]);

    // In the middle stands the one that is pointed at or has the focus.
    const now = page.locator(".w-now:visible");
    await expect(now).toHaveCount(0);
    await expect(page.locator(".w-hub")).toBeVisible();
    await page.getByRole("button", { name: say("wheel.print") }).focus();
    await page.keyboard.press("Tab");
    await expect(spokes(page).first()).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await expect(now).toHaveCount(1);
    await expect(now.locator(".w-t")).toHaveText(/^2\. /);
    await expect(page.locator(".w-hub")).toBeHidden();
    await spokes(page).nth(40).hover();
    await expect(now).toHaveCount(1);
    await expect(now.locator(".w-t")).toHaveText(/^41\. /);

    // The list goes by the numbers of the ring; a press opens.
    const list = page.locator(".wlist");
    await expect(list.getByRole("heading", { level: 3 })).toHaveText(["before", "during", "after"].map((phase) => say(`phase.${phase}`)));
    await expect(list.locator(".wlist__n")).toHaveText(Array.from({ length: 90 }, (_, at) => String(at + 1)));
    expect(await list.locator("button").evaluateAll((all) => all.map((line) => line.getAttribute("data-open")))).toEqual(await ids(page, "data-spoke"));
    expect(await flaws(page)).toEqual([]);
    await list.getByRole("button").nth(29).click();
    const name = await list.getByRole("button").nth(29).locator("span").last().textContent();
    await expect(page.locator(".panel__title")).toHaveValue(name ?? "");
    await expect(spokes(page).nth(29)).toHaveClass(/w-sel/);
  });
}

test("on paper a crowded wheel is followed by all its names", async ({ people, server }) => {
  const board = randomUUID();
  const stock = await new Stock(server, board).synced();
  fill(stock, 90);
  const page = await people.person();
  await openView(page, `/map/${board}`, "wheel");
  stock.close();
  await expect(spokes(page)).toHaveCount(90);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".wlist__go").last()).toBeVisible();
  for (const landscape of [false, true]) {
    const sheets = (await page.pdf({ format: "A4", landscape })).toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
    expect(sheets.length, landscape ? "lying" : "standing").toBe(2);
  }
});

test("a crowded wheel on a phone: the list is as wide as the screen, and a finger hits its lines", async ({ people, server }) => {
  const board = randomUUID();
  const stock = await new Stock(server, board).synced();
  fill(stock, 60);
  const page = await people.person({ viewport: { width: 390, height: 844 } });
  await openView(page, `/map/${board}`, "wheel");
  stock.close();
  const line = page.locator(".wlist__go").nth(10);
  await line.scrollIntoViewIfNeeded();
  expect((await line.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  expect(await fits(page)).toBe(true);
  await line.click();
  await expect(page.locator(".peek")).toBeVisible();
});

test("an empty wheel says what to do, and draws what comes", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Bánh xe trống");
  await expect(cards(page)).toHaveCount(0);
  await tab(page, "wheel").click();
  await expect(page.getByText(words("vi")("wheel.empty"))).toBeVisible();
  await expect(page.locator(".wheel, .wside")).toHaveCount(0);
  expect(await flaws(page)).toEqual([]);
  await page.locator("main").getByRole("link", { name: words("vi")("view.to_map") }).click();
  await expect(page.locator(sign.map)).toBeVisible();
  await page.locator("[data-column] .add").nth(2).click();
  await page.keyboard.insertText("Nhận hoá đơn");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await look(page, "wheel");
  await expect(spokes(page)).toHaveCount(1);
  // Nobody has rated it: nothing is known of gaps.
  await expect(page.locator(".wside__h")).toHaveText(words("vi")("wheel.unrated"));
  // A lone spoke goes nearly round: its middle is the hub.
  await spokes(page).press("Enter");
  await expect(panel(page)).toBeVisible();
});
