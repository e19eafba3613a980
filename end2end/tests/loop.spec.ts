import type { Locator, Page } from "@playwright/test";
import { addCard, hydrated, open, openCafe, openPanel, saved, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { byMenu, deskReady, fits, flaws, introduce, live, panel, toast } from "../support/views.ts";
import { type Language, words, writtenDay } from "../support/words.ts";

type Step = "evaluate" | "decide" | "implement" | "measure" | "verdict";

const PAIN = "Khách không biết bao giờ tới lượt";

const column = (page: Page, step: Step): Locator => page.locator(`.loops__board [data-cell="${step}"]`);
const jobs = (page: Page): Locator => page.locator("[data-job]");
const jobIn = (page: Page, step: Step, name = PAIN): Locator => column(page, step).locator("[data-job]").filter({ hasText: name });
const need = (page: Page, what: string): Locator => page.locator(`.gate [data-need="${what}"]`);
const lacking = (page: Page): Locator => page.locator(".gate .need--open");
const go = (page: Page): Locator => page.locator(".gate__do");

/** A map with one card and one pain point at it. */
async function withPain(page: Page, language: Language): Promise<string> {
  const say = words(language);
  const url = await startMap(page, "purchase", "Vòng lặp", language);
  await deskReady(page);
  await addCard(page, "Gọi món");
  await openPanel(page, "Gọi món");
  await panel(page).getByRole("button", { name: say("panel.pain_add") }).click();
  await page.keyboard.insertText(PAIN);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(panel(page).locator("[data-from]")).toHaveCount(1);
  await saved(page);
  return url;
}

/** The board of such a map, on which an improvement of the pain point has begun. */
async function withLoop(page: Page, language: Language): Promise<string> {
  const url = await withPain(page, language);
  await panel(page).locator("[data-from]").click();
  await panel(page).getByRole("button", { name: words(language)("app.close") }).click();
  return `${url}/loop`;
}

/** Drags a card into a column, as a hand does. */
async function drag(page: Page, card: Locator, to: Step): Promise<void> {
  const from = await card.locator(".job__title").boundingBox();
  const goal = await column(page, to).boundingBox();
  if (!from || !goal) throw new Error("nothing to drag");
  await page.mouse.move(from.x + 20, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + goal.width / 2, goal.y + 30, { steps: 8 });
  await page.mouse.up();
}

/** Rates the touchpoint in the gate. */
async function rate(page: Page): Promise<void> {
  await need(page, "importance").locator("label").nth(4).click();
  await need(page, "performance").locator("label").nth(1).click();
}

async function line(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press("Enter");
}

/** What a plan needs, with a metric of one's own that should go down. */
async function plan(page: Page, language: Language): Promise<void> {
  const say = words(language);
  await need(page, "decision").locator("select").selectOption("improve");
  await need(page, "practice").locator("textarea").fill("Màn hình gọi số ở quầy");
  await line(need(page, "owner").locator("textarea"), "Đức");
  await need(page, "metric").locator("select").first().selectOption("+own");
  await line(need(page, "metric").getByRole("textbox", { name: say("metric.name") }), "Thời gian chờ");
  await line(need(page, "metric").getByRole("textbox", { name: say("metric.unit") }), "phút");
  // Of a number of one's own nobody knows yet which way it should go.
  const direction = need(page, "metric").getByRole("combobox", { name: say("metric.direction") });
  await expect(direction).toHaveValue("");
  await expect(need(page, "metric")).toHaveClass(/need--open/);
  await direction.selectOption("lower");
  await expect(need(page, "metric")).not.toHaveClass(/need--open/);
  await line(need(page, "baseline").locator("input"), "9,5");
  await line(need(page, "target").locator("input"), "5");
  await need(page, "measure-by").locator("input").fill("2026-03-31");
}

async function measure(page: Page, day: string, value: string): Promise<void> {
  await need(page, "value").locator("input[type=date]").fill(day);
  await need(page, "value").locator("input[type=text]").fill(value);
  await need(page, "value").locator("input[type=text]").press("Enter");
}

/** Chooses in a list over the board. */
const choose = (page: Page, label: string, value: string) => page.getByRole("combobox", { name: label, exact: true }).selectOption(value);

/** A board with an improvement of "Gọi món" in the first stage, An's, and one of "Trả tiền" in the second, Đức's. */
async function withOwners(page: Page, language: Language): Promise<string> {
  const say = words(language);
  const url = await startMap(page, "purchase", "Hai người", language);
  await deskReady(page);
  await addCard(page, "Gọi món", 0);
  await addCard(page, "Trả tiền", 1);
  await saved(page);
  await page.goto(`${url}/loop`);
  await hydrated(page);
  await deskReady(page);
  for (const [name, owner] of [
    ["Gọi món", "An"],
    ["Trả tiền", "Đức"],
  ]) {
    await page.getByRole("combobox", { name: say("loops.begin"), exact: true }).selectOption({ label: name });
    await expect(panel(page).locator(".panel__title")).toHaveValue(name ?? "");
    await line(panel(page).getByRole("textbox", { name: say("loops.owner"), exact: true }), owner ?? "");
    await expect(jobIn(page, "evaluate", name).locator(".job__owner")).toHaveText(owner ?? "");
  }
  await panel(page).getByRole("button", { name: say("app.close") }).click();
  await expect(panel(page)).toHaveCount(0);
  await saved(page);
  return url;
}

/** Drags a card onto another element's middle. */
async function dragOnto(page: Page, card: Locator, onto: Locator): Promise<void> {
  const from = await card.locator(".job__title").boundingBox();
  const goal = await onto.boundingBox();
  if (!from || !goal) throw new Error("nothing to drag");
  await page.mouse.move(from.x + 20, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + goal.width / 2, goal.y + goal.height / 2, { steps: 8 });
  await expect(page.locator(".ghost")).toHaveCount(1);
  await page.mouse.up();
  await expect(page.locator(".ghost")).toHaveCount(0);
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const three = language === "vi" ? "3,5 phút" : "3.5 phút";

  test(`a pain point goes round to Plan B with the mouse, and to success by keys, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    const url = await withPain(page, language);
    await panel(page).locator("[data-from]").click();
    await expect(page).toHaveURL(`${url}/loop`);
    await expect(jobIn(page, "evaluate")).toBeVisible();
    await expect(panel(page).locator(".panel__title")).toHaveValue(PAIN);
    await panel(page).getByRole("button", { name: say("app.close") }).click();
    await expect(panel(page)).toHaveCount(0);

    // The gate asks for what is missing and ticks what is there.
    await drag(page, jobIn(page, "evaluate"), "decide");
    await expect(lacking(page)).toHaveCount(2);
    await expect(need(page, "problem").locator(".need__v")).toHaveText(PAIN);
    await expect(go(page)).toHaveText(say("loops.lacking", { count: 2 }));
    await expect(go(page)).toHaveAttribute("aria-disabled", "true");
    await expect(column(page, "decide").locator(".job__goal")).toHaveText(PAIN);
    await expect(jobIn(page, "decide")).toHaveCount(0);
    await rate(page);
    await expect(go(page)).toHaveText(say("loops.go_to", { step: say("loops.step.decide") }));
    await go(page).click();
    await expect(jobIn(page, "decide")).toBeFocused();
    await expect(live(page)).toContainText(say("loops.moved", { name: PAIN, step: say("loops.step.decide"), position: 1, count: 1 }));

    await drag(page, jobIn(page, "decide"), "implement");
    await expect(go(page)).toHaveText(say("loops.lacking", { count: 7 }));
    await plan(page, language);
    await expect(lacking(page)).toHaveCount(0);
    await go(page).click();
    await expect(jobIn(page, "implement").locator(".job__metric b")).toHaveText(language === "vi" ? "9,5 phút" : "9.5 phút");
    await expect(jobIn(page, "implement").locator(".job__owner")).toHaveText("Đức");

    await drag(page, jobIn(page, "implement"), "measure");
    await expect(lacking(page)).toHaveCount(1);
    await need(page, "live").locator("input").fill("2026-02-01");
    await go(page).click();
    await expect(jobIn(page, "measure")).toBeVisible();

    await drag(page, jobIn(page, "measure"), "verdict");
    await expect(lacking(page)).toHaveAttribute("data-need", "value");
    // On the day itself nothing has had an effect yet.
    await measure(page, "2026-02-01", "9");
    await expect(go(page)).toHaveAttribute("aria-disabled", "true");
    await measure(page, "2026-03-01", "8,5");
    await expect(go(page)).toHaveAttribute("aria-disabled", "false");
    await go(page).click();
    await expect(jobIn(page, "verdict")).toBeVisible();

    await jobIn(page, "verdict").locator("[data-judge=success]").click();
    await expect(go(page)).toHaveText(say("loops.lacking", { count: 1 }));
    await page.getByRole("button", { name: say("loops.later") }).click();
    await jobIn(page, "verdict").locator("[data-judge=plan-b]").click();
    await need(page, "next").locator("textarea").fill("Đặt món trước qua Zalo");
    await go(page).click();
    await expect(jobIn(page, "verdict").locator(".verdict")).toContainText(say("loops.verdict.plan_b"));
    await expect(jobIn(page, "verdict").locator(".verdict__why")).toHaveText(say("loops.short_of_target", { by: three }));
    const next = jobIn(page, "decide");
    await expect(next.locator(".from")).toHaveText(say("loops.continues", { attempt: 1 }));
    await expect(next.locator(".tag")).toHaveText(say("loops.attempt", { attempt: 2 }));
    await expect(jobIn(page, "verdict").locator(".job__next")).toHaveText(say("loops.attempt_at", { attempt: 2, place: say("loops.step.decide") }));

    // The second attempt by keys: what it has inherited is ticked.
    await next.focus();
    await page.keyboard.press("Alt+ArrowRight");
    await expect(lacking(page)).toHaveCount(2);
    await expect(need(page, "practice").locator(".need__v")).toHaveText("Đặt món trước qua Zalo");
    await expect(need(page, "decision").locator("select")).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(lacking(page)).toHaveCount(1);
    await need(page, "measure-by").locator("input").fill("2026-06-30");
    await go(page).focus();
    await page.keyboard.press("Enter");
    await expect(jobIn(page, "implement")).toBeFocused();
    await page.keyboard.press("Alt+ArrowRight");
    await expect(need(page, "live").locator("input")).toBeFocused();
    await need(page, "live").locator("input").fill("2026-04-01");
    await go(page).focus();
    await page.keyboard.press("Enter");
    await expect(jobIn(page, "measure")).toBeFocused();
    await page.keyboard.press("Alt+ArrowRight");
    await measure(page, "2026-05-01", "4");
    await go(page).focus();
    await page.keyboard.press("Enter");
    const last = jobs(page).filter({ hasText: say("loops.continues", { attempt: 1 }) });
    await expect(last).toBeFocused();
    await byMenu(page, last, say("loops.verdict.success"));
    await expect(go(page)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(last.locator(".verdict")).toContainText(say("loops.verdict.success"));
    await expect(last.locator(".verdict__why")).toHaveText(say("loops.past_target", { by: "1 phút" }));
    await saved(page);
    await page.reload();
    await hydrated(page);
    await expect(column(page, "verdict").locator(".verdict--ok")).toHaveCount(1);
    await expect(column(page, "verdict").locator(".verdict--b")).toHaveCount(1);

    // The two attempts are one story.
    await deskReady(page);
    await last.locator(".job__title").click();
    await expect(panel(page).locator(".story__i")).toHaveCount(2);
    await expect(panel(page).locator(".story__p")).toHaveText(["Màn hình gọi số ở quầy", "Đặt món trước qua Zalo"]);
    await expect(panel(page).locator(".activity li")).not.toHaveCount(0);
    await page.goto(url);
    await hydrated(page);
    await expect(page.locator("[data-touchpoint-id] .loop--ok")).toContainText(say("loops.verdict.success"));
  });

  test(`an improvement ended on the day of whoever reads of it, ${language}`, async ({ people }) => {
    // Their clocks are 25 hours apart: it is never the same day.
    const zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago"];
    const [east, west] = (await Promise.all(zones.map((zone) => people.person({ language, zone })))) as [Page, Page];
    await withPain(east, language);
    await panel(east).locator("[data-from]").click();
    const card = jobs(east).first();
    await card.focus();
    await byMenu(east, card, say("loops.step.decide"));
    await rate(east);
    await go(east).click();
    await byMenu(east, jobIn(east, "decide"), say("loops.verdict.left"));
    await line(need(east, "reason").locator("textarea"), "Sắp dời quầy");
    await go(east).click();
    await expect(jobIn(east, "verdict").locator(".verdict")).toContainText(say("loops.verdict.left"));
    const moment = new Date();
    await saved(east);
    const board = new URL(east.url()).pathname;
    const days: string[] = [];
    for (const [page, zone] of [[east, zones[0]], [west, zones[1]]] as const) {
      // The first page says to the server where the reader is.
      await page.goto("/");
      await hydrated(page);
      await page.goto("/improvements?show=judged");
      const day = writtenDay(language, new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment));
      const when = page.locator(`.imps__list a[href^="${board}#"] .imp__when`);
      await expect(when).toHaveText(say("improvements.ended", { how: say("loops.verdict.left"), day }));
      days.push(day);
    }
    expect(days[0]).not.toBe(days[1]);
  });

  test(`what is typed into a gate stays when it is closed, and a move back opens a verdict again, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await withPain(page, language);
    await panel(page).locator("[data-from]").click();
    const card = jobs(page).first();
    await card.focus();
    await page.keyboard.press("Alt+ArrowRight");
    await rate(page);
    await page.keyboard.press("Escape");
    await expect(page.locator(".gate")).toHaveCount(0);
    await expect(card).toBeFocused();
    // Nothing is missing any more: it goes.
    await page.keyboard.press("Alt+ArrowRight");
    await expect(jobIn(page, "decide")).toBeFocused();

    // Left as it is, from where it stands.
    await byMenu(page, jobIn(page, "decide"), say("loops.verdict.left"));
    await expect(lacking(page)).toHaveAttribute("data-need", "reason");
    await line(need(page, "reason").locator("textarea"), "Sắp dời quầy");
    await go(page).click();
    await expect(jobIn(page, "verdict").locator(".verdict")).toContainText(say("loops.verdict.left"));
    await expect(toast(page)).toContainText(say("loops.judged", { name: PAIN, verdict: say("loops.verdict.left") }));
    await jobIn(page, "verdict").focus();
    await page.keyboard.press("Alt+ArrowLeft");
    await expect(page.locator(".gate")).toBeVisible();
    await page.keyboard.press("Escape");
    await byMenu(page, jobIn(page, "verdict"), say("loops.step.decide"));
    await expect(jobIn(page, "decide")).toBeFocused();
    await expect(page.locator(".verdict")).toHaveCount(0);

    // Trash and its undo.
    await page.keyboard.press("Delete");
    await expect(jobs(page)).toHaveCount(0);
    await toast(page).getByRole("button", { name: say("trash.undo") }).click();
    await expect(jobIn(page, "decide")).toBeFocused();
  });

  test(`two people take turns, one of them without a network for a while, ${language}`, async ({ people }) => {
    const a = await people.person({ language });
    const url = await withPain(a, language);
    await panel(a).locator("[data-from]").click();
    await saved(a);
    const b = await people.person({ language });
    await open(b, `${url}/loop`);
    await deskReady(b);
    await jobIn(b, "evaluate").focus();
    await b.keyboard.press("Alt+ArrowRight");
    await rate(b);
    await go(b).click();
    await expect(jobIn(a, "decide")).toBeVisible();

    // A plans without a network while B writes down what is to be done.
    await a.context().setOffline(true);
    await jobIn(a, "decide").focus();
    await a.keyboard.press("Alt+ArrowRight");
    await plan(a, language);
    await go(a).click();
    await expect(jobIn(a, "implement")).toBeVisible();
    await jobIn(b, "decide").locator(".job__title").click();
    await panel(b).getByRole("button", { name: say("loops.check_add") }).click();
    await b.keyboard.insertText("Mượn màn hình");
    await b.keyboard.press("Enter");
    await b.keyboard.press("Escape");
    await expect(panel(b).locator(".check")).toHaveCount(1);
    await a.context().setOffline(false);

    for (const page of [a, b]) {
      await expect(jobIn(page, "implement").locator(".job__checks")).toHaveText("0/1");
      await expect(jobs(page)).toHaveCount(1);
    }
    await jobIn(b, "implement").focus();
    await b.keyboard.press("Alt+ArrowRight");
    await need(b, "live").locator("input").fill("2026-02-01");
    await go(b).click();
    await expect(jobIn(a, "measure")).toBeVisible();
    await saved(a);
    await saved(b);
  });

  test(`the board of the example: limits warn, lanes and filters, axe finds nothing, ${language}`, async ({ people }) => {
    const page = await people.person({ language, dark: language === "en" });
    const url = await openCafe(page, language);
    await page.goto(`${url}/loop`);
    await hydrated(page);
    await deskReady(page);
    const count = await jobs(page).count();
    expect(count).toBeGreaterThan(4);
    expect(await flaws(page)).toEqual([]);
    await jobs(page).first().locator(".job__title").click();
    await expect(panel(page)).toBeVisible();
    expect(await flaws(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(panel(page)).toHaveCount(0);

    const limit = page.locator(".col__n").first();
    await limit.click();
    await page.locator("[data-limit=evaluate]").fill("1");
    await page.keyboard.press("Enter");
    await expect(limit).toHaveText(/\/1$/);

    await page.getByRole("combobox", { name: say("loops.swim"), exact: true }).selectOption("owner");
    await expect(page.locator(".swim")).not.toHaveCount(0);
    await expect(jobs(page)).toHaveCount(count);
    expect(await flaws(page)).toEqual([]);
    await page.getByRole("combobox", { name: say("loops.swim"), exact: true }).selectOption("");
    await page.getByRole("combobox", { name: say("loops.column"), exact: true }).selectOption("verdict");
    await expect(column(page, "measure").locator("[data-job]")).toHaveCount(0);
    await expect(column(page, "verdict").locator("[data-job]")).not.toHaveCount(0);
    await page.getByRole("combobox", { name: say("loops.column"), exact: true }).selectOption("");
    await jobs(page).first().focus();
    await page.keyboard.press("Alt+ArrowRight");
    await expect(page.locator(".gate, [data-cell=decide] [data-job]:focus")).toBeVisible();
    expect(await flaws(page)).toEqual([]);
  });

  test(`on a phone the board is one column at a time, ${language}`, async ({ people }) => {
    const page = await people.person({ language, viewport: { width: 390, height: 844 } });
    const url = await openCafe(page, language);
    await page.goto(`${url}/loop`);
    await hydrated(page);
    await deskReady(page);
    expect(await fits(page)).toBe(true);
    expect(await flaws(page)).toEqual([]);
    // The way to what customers said is there without drawing the filters past.
    await expect(page.locator(".loops__voices")).toBeInViewport({ ratio: 0.9 });
    await jobs(page).first().locator(".job__title").click();
    await expect(page.locator(".peek")).toBeVisible();
    await page.locator(".peek").click();
    await expect(panel(page).locator(".panel__title")).toBeVisible();
    expect(await fits(page)).toBe(true);
    expect(await flaws(page)).toEqual([]);
  });

  test(`what is written for a verdict is kept, shared, and still there when that is reopened, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => withLoop(page, language));
    await deskReady(b);
    const accepted = "Quán sắp dời, gần tới đích là được";
    await byMenu(a, jobs(a).first(), say("loops.verdict.success"));
    const reason = need(a, "accepted").locator("textarea");
    await reason.fill(accepted);
    await expect(need(a, "accepted")).not.toHaveClass(/need--open/);
    // Escape closes the gate, as everywhere in it.
    await reason.press("Escape");
    await expect(a.locator(".gate")).toHaveCount(0);
    await expect(jobs(a).first()).toBeFocused();
    await byMenu(a, jobs(a).first(), say("loops.verdict.plan_b"));
    await need(a, "next").locator("textarea").fill("Đặt món trước");
    await saved(a);
    await a.reload();
    await hydrated(a);
    await deskReady(a);
    await byMenu(a, jobs(a).first(), say("loops.verdict.success"));
    await expect(need(a, "accepted").locator("textarea")).toHaveValue(accepted);

    await byMenu(b, jobs(b).first(), say("loops.verdict.plan_b"));
    await expect(need(b, "next").locator("textarea")).toHaveValue("Đặt món trước");
    await byMenu(b, jobs(b).first(), say("loops.verdict.success"));
    // Both write in one text.
    await need(b, "accepted").locator("textarea").press("Control+End");
    await b.keyboard.insertText(", cả đội đồng ý");
    await expect(need(a, "accepted").locator("textarea")).toHaveValue(`${accepted}, cả đội đồng ý`);
  });

  test(`who is on a card is seen there by the others, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => withLoop(page, language));
    await jobs(a).first().focus();
    await expect(jobs(b).first()).toHaveClass(/is-held/);
    await expect(jobs(b).first().locator(".held__name")).toHaveText(say("presence.guest"));
    await a.keyboard.press("Escape");
    await expect(jobs(b).first()).not.toHaveClass(/is-held/);
    await jobs(a).first().locator(".job__title").click();
    await expect(jobs(b).first()).toHaveClass(/is-held/);
    await a.getByRole("navigation", { name: say("view.label") }).getByRole("link", { name: say("view.map"), exact: true }).click();
    await expect(jobs(b).first()).not.toHaveClass(/is-held/);
  });

  test(`who moved a card has a name for the others from the moment they say it, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => withLoop(page, language));
    await jobs(a).first().focus();
    await a.keyboard.press("Alt+ArrowRight");
    await rate(a);
    await go(a).click();
    await expect(jobIn(b, "decide")).toBeVisible();
    await deskReady(b);
    await jobs(b).first().locator(".job__title").click();
    const last = panel(b).locator(".activity li").first();
    const moved = (who: string): string => say("loops.activity.moved", { who, from: say("loops.step.evaluate"), to: say("loops.step.decide") });
    await expect(last).toContainText(moved(say("insights.someone")));
    await introduce(a, "Thảo", language);
    await expect(last).toContainText(moved("Thảo"));
    await byMenu(a, jobs(a).first(), say("map.to_trash"));
    await expect(panel(b).locator(".gone")).toContainText(say("trash.deleted_by", { name: "Thảo" }));
    // The map knows it, whoever is here.
    await panel(b).locator(".gone button").click();
    await saved(b);
    await a.close();
    await b.reload();
    await hydrated(b);
    await deskReady(b);
    await jobs(b).first().locator(".job__title").click();
    await expect(last).toContainText(moved("Thảo"));
  });

  test(`Tab stops at one card, arrows walk, and the focus stays with its card, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, async (page) => `${await withOwners(page, language)}/loop`);
    await deskReady(b);
    const stop = a.locator('[data-job][tabindex="0"]');
    await expect(stop).toHaveCount(1);
    await jobIn(a, "evaluate", "Gọi món").focus();
    await a.keyboard.press("ArrowDown");
    await expect(jobIn(a, "evaluate", "Trả tiền")).toBeFocused();
    await expect(stop).toHaveCount(1);
    await expect(stop).toBeFocused();
    await a.keyboard.press("Tab");
    await expect(a.locator("[data-job]:focus-within")).toHaveCount(0);
    await a.keyboard.press("Shift+Tab");
    await expect(jobIn(a, "evaluate", "Trả tiền")).toBeFocused();

    // Somebody else gives the card away; it goes to another lane and keeps the focus.
    await choose(a, say("loops.swim"), "owner");
    await jobIn(a, "evaluate", "Trả tiền").focus();
    await jobIn(b, "evaluate", "Trả tiền").locator(".job__title").click();
    await line(panel(b).getByRole("textbox", { name: say("loops.owner"), exact: true }), "Bình");
    await expect(a.locator(".swim")).toHaveText(["An", "Bình"]);
    await expect(jobIn(a, "evaluate", "Trả tiền")).toBeFocused();

    // Somebody else throws it away: the lane goes with its last card, and the focus to the next one.
    await byMenu(b, jobIn(b, "evaluate", "Trả tiền"), say("map.to_trash"));
    await expect(jobs(a)).toHaveCount(1);
    await expect(jobIn(a, "evaluate", "Gọi món")).toBeFocused();
  });

  test(`a card goes to another owner by mouse and by keys, but not to another stage, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await withOwners(page, language);
    await choose(page, say("loops.swim"), "owner");
    await expect(page.locator(".swim")).toHaveText(["An", "Đức"]);
    const order = jobIn(page, "evaluate", "Gọi món");
    const owner = order.locator(".job__owner");
    await dragOnto(page, order, column(page, "evaluate").nth(1));
    await expect(owner).toHaveText("Đức");
    await expect(page.locator(".swim")).toHaveText(["Đức"]);
    await expect(order).toBeFocused();
    await expect(live(page)).toContainText(say("loops.handed", { name: "Gọi món", owner: "Đức" }));
    // One step.
    await page.keyboard.press("ControlOrMeta+z");
    await expect(owner).toHaveText("An");
    await expect(page.locator(".swim")).toHaveText(["An", "Đức"]);

    // Where the column asks for something first, the card is theirs and asked for that.
    await dragOnto(page, order, column(page, "decide").nth(1));
    await expect(owner).toHaveText("Đức");
    await expect(lacking(page)).not.toHaveCount(0);
    await page.getByRole("button", { name: say("loops.later") }).click();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(owner).toHaveText("An");

    await jobIn(page, "evaluate", "Trả tiền").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect(jobIn(page, "evaluate", "Trả tiền").locator(".job__owner")).toHaveText("An");
    await expect(live(page)).toContainText(say("loops.handed", { name: "Trả tiền", owner: "An" }));
    await expect(column(page, "evaluate").locator("[data-job]").last()).toContainText("Trả tiền");

    await choose(page, say("loops.swim"), "stage");
    await expect(page.locator(".swim")).toHaveCount(2);
    const stage = (await page.locator(".swim").first().textContent()) ?? "";
    await dragOnto(page, order, column(page, "evaluate").nth(1));
    await expect(toast(page)).toContainText(say("loops.bound", { name: "Gọi món", stage }));
    await expect(column(page, "evaluate").first()).toContainText("Gọi món");
    await order.focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(live(page)).toContainText(say("loops.bound", { name: "Gọi món", stage }));
    await expect(column(page, "evaluate").first()).toContainText("Gọi món");
  });

  test(`an open card stays in sight whatever is filtered, and the foot says how many are shown, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await withOwners(page, language);
    const foot = page.locator("footer.status");
    await expect(foot).toContainText(say("loops.foot_running", { count: 2 }));
    await jobIn(page, "evaluate", "Gọi món").focus();
    await page.keyboard.press("Alt+ArrowRight");
    await expect(page.locator(".gate")).toBeVisible();
    await choose(page, say("loops.owner"), "=Đức");
    await expect(jobs(page)).toHaveCount(2);
    await expect(page.locator(".gate")).toBeVisible();
    await page.getByRole("button", { name: say("loops.later") }).click();
    await expect(jobs(page)).toHaveCount(1);
    await expect(jobs(page)).toContainText("Trả tiền");
    await expect(foot).toContainText(say("loops.foot_shown", { count: 1, all: 2 }));
    await expect(foot).toContainText(say("loops.foot_running", { count: 1 }));
    await choose(page, say("loops.owner"), "");
    await expect(foot).not.toContainText(say("loops.foot_shown", { count: 1, all: 2 }));
    await expect(jobs(page)).toHaveCount(2);
  });

  test(`the sheet of keys begins with those of the board, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await withOwners(page, language);
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: say("keys.title") });
    await expect(sheet.getByRole("heading", { level: 3 })).toHaveText([say("view.loops"), say("keys.everywhere"), say("view.map"), say("view.feedback")]);
    await expect(sheet).toContainText(say("keys.shift_in_column"));
    await expect(sheet).toContainText(say("keys.link_voice"));
    expect(await flaws(page)).toEqual([]);
  });
}

test("beside the details the columns keep their width, and the board is drawn past", async ({ people }) => {
  const page = await people.person();
  const url = await openCafe(page);
  await page.goto(`${url}/loop`);
  await hydrated(page);
  await deskReady(page);
  await jobs(page).last().locator(".job__title").click();
  await expect(panel(page)).toBeVisible();
  await expect(jobs(page).last()).toBeInViewport();
  const widths = await page.locator(".col").evaluateAll((columns) => columns.map((column) => column.getBoundingClientRect().width));
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(240);
  expect(await page.locator(".loops__board").evaluate((board) => board.scrollWidth > board.clientWidth)).toBe(true);
});

test("what is dragged to an edge of the board takes the board along", async ({ people }) => {
  const page = await people.person({ viewport: { width: 800, height: 480 } });
  const url = await openCafe(page);
  await page.goto(`${url}/loop`);
  await hydrated(page);
  await deskReady(page);
  const board = page.locator(".loops__board");
  const title = await jobs(page).first().locator(".job__title").boundingBox();
  const ground = await board.boundingBox();
  if (!title || !ground) throw new Error("nothing to drag");
  const scrolled = (side: "scrollLeft" | "scrollTop") => board.evaluate((board, side) => board[side], side);
  await page.mouse.move(title.x + 20, title.y + title.height / 2);
  await page.mouse.down();
  const [x, y] = [ground.x + ground.width / 2, ground.y + ground.height / 2];
  await page.mouse.move(ground.x + ground.width - 4, y, { steps: 4 });
  await expect.poll(() => scrolled("scrollLeft")).toBeGreaterThan(100);
  await page.mouse.move(ground.x + 4, y, { steps: 4 });
  await expect.poll(() => scrolled("scrollLeft")).toBe(0);
  await page.mouse.move(x, ground.y + ground.height - 4, { steps: 4 });
  await expect.poll(() => scrolled("scrollTop")).toBeGreaterThan(100);
  await page.mouse.move(x, ground.y + 4, { steps: 4 });
  await expect.poll(() => scrolled("scrollTop")).toBe(0);
  await page.keyboard.press("Escape");
  await expect(page.locator(".ghost, .drop")).toHaveCount(0);
  await page.mouse.up();
});
