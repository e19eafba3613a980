import type { Page } from "@playwright/test";
import { addCard, cardNamed, chip, hydrated, openPanel, saved, startMap, two } from "../support/map.ts";
import { expect, test } from "../support/test.ts";
import { flaws, panel, toast } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

async function oneCard(page: Page, language: Language): Promise<string> {
  const url = await startMap(page, "purchase", "Bảng chi tiết", language);
  await addCard(page, "Gọi món");
  await saved(page);
  return url;
}

for (const language of ["vi", "en"] as const) {
  const say = words(language);
  const line = (page: Page, key: string) => panel(page).getByRole("textbox", { name: say(key), exact: true });

  test(`owner, department, moment of truth and the four questions, seen by both and after a reload, ${language}`, async ({ people }) => {
    const [a, b] = await two({ person: () => people.person({ language }) }, (page) => oneCard(page, language));
    await openPanel(a, "Gọi món");
    await openPanel(b, "Gọi món");
    await line(a, "panel.owner").fill("Thảo");
    await line(a, "panel.owner").press("Enter");
    await line(a, "panel.department").fill("Chăm sóc khách hàng");
    await line(a, "panel.department").press("Tab");
    const moment = (page: Page) => panel(page).getByRole("checkbox", { name: say("panel.moment") });
    await moment(a).check();
    const answer = (page: Page, question: string, word: string) => panel(page).getByRole("group", { name: say(`panel.${question}`) }).getByRole("button", { name: say(`panel.${word}`), exact: true });
    await answer(a, "appropriate", "yes").click();
    await answer(a, "relevant", "no").click();
    await answer(a, "endearing", "yes").click();
    await answer(a, "endearing", "yes").click();

    const holds = async (page: Page) => {
      await expect(line(page, "panel.owner")).toHaveValue("Thảo");
      await expect(line(page, "panel.department")).toHaveValue("Chăm sóc khách hàng");
      await expect(moment(page)).toBeChecked();
      await expect(answer(page, "appropriate", "yes")).toHaveAttribute("aria-pressed", "true");
      await expect(answer(page, "appropriate", "no")).toHaveAttribute("aria-pressed", "false");
      await expect(answer(page, "relevant", "no")).toHaveAttribute("aria-pressed", "true");
      await expect(answer(page, "endearing", "yes")).toHaveAttribute("aria-pressed", "false");
      await expect(answer(page, "endearing", "no")).toHaveAttribute("aria-pressed", "false");
    };
    await holds(a);
    await holds(b);
    await saved(a);
    await b.reload();
    await hydrated(b);
    await openPanel(b, "Gọi món");
    await holds(b);
  });

  test(`a link is made an address, a bad one says so and stays, ${language}`, async ({ people }) => {
    const page = await people.person({ language });
    await oneCard(page, language);
    await openPanel(page, "Gọi món");
    const add = panel(page).getByRole("button", { name: say("panel.link_add") });
    await add.focus();
    await page.keyboard.press("Enter");
    const field = line(page, "panel.link_add");
    await expect(field).toBeFocused();
    await page.keyboard.insertText("Thực đơn javascript:alert(1)");
    await page.keyboard.press("Enter");
    await expect(panel(page).getByRole("alert").filter({ hasText: say("error.bad_link") })).toBeVisible();
    await expect(field).toHaveValue("Thực đơn javascript:alert(1)");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(panel(page).locator(".link")).toHaveCount(0);
    await field.fill("Thực đơn quán hien.example/menu");
    await page.keyboard.press("Enter");
    const link = panel(page).getByRole("link", { name: "Thực đơn quán" });
    await expect(link).toHaveAttribute("href", "https://hien.example/menu");
    await expect(link).toHaveAttribute("rel", /noopener/);
    await expect(field).toHaveValue("");
    await page.keyboard.insertText("mailto:lan@hien.example");
    await page.keyboard.press("Enter");
    await expect(panel(page).locator(".link")).toHaveCount(2);
    await page.keyboard.press("Escape");
    await panel(page).locator(".link").filter({ hasText: "Thực đơn quán" }).getByRole("button", { name: say("panel.link_remove") }).click();
    await expect(panel(page).locator(".link")).toHaveCount(1);
    await saved(page);
  });

  test(`a metric: dated values make a chart, a target is reached for, what is off its scale stays and is marked, ${language}`, async ({ people }) => {
    const [page, other] = await two({ person: () => people.person({ language }) }, (page) => oneCard(page, language));
    await openPanel(page, "Gọi món");
    const add = panel(page).getByRole("combobox", { name: say("metric.add") });
    await add.selectOption("nps");
    const metric = panel(page).locator(".metric");
    await expect(metric).toHaveCount(1);
    await expect(metric.locator(".metric__head")).toHaveAttribute("aria-expanded", "true");
    await expect(metric.locator(".metric__name")).toHaveText(say("metric.nps"));
    // The list is ready for the next.
    await expect(add).toHaveValue("");
    const day = metric.getByLabel(say("metric.day"));
    const value = metric.getByRole("textbox", { name: say("metric.value") });
    const record = async (on: string, number: string) => {
      await day.fill(on);
      await value.fill(number);
      await metric.getByRole("button", { name: say("metric.record") }).click();
    };
    await record("2026-03-15", "31,5");
    await expect(metric.locator(".reading")).toHaveCount(1);
    await record("2026-01-15", "-12");
    const decimal = language === "vi" ? "31,5" : "31.5";
    await expect(metric.locator(".reading b")).toHaveText([decimal, "-12"]);
    await expect(metric.locator(".metric__now")).toHaveText(decimal);
    const chart = metric.locator(".metric__chart svg");
    await expect(chart).toBeVisible();
    await expect(chart).toHaveAttribute("aria-label", say("metric.drawn", { name: say("metric.nps"), now: decimal }));
    await expect(metric.locator(".metric__spark svg")).toBeVisible();

    const target = metric.getByRole("textbox", { name: say("metric.target") });
    await target.fill("40");
    await target.press("Enter");
    await expect(chart).toHaveAttribute("aria-label", say("metric.drawn_target", { name: say("metric.nps"), now: decimal, target: "40" }));
    await expect(metric.locator(".metric__now--met")).toHaveCount(0);
    await record("2026-06-15", "40");
    await expect(metric.locator(".metric__now--met")).toHaveText("40");

    // Off the scale of −100 to 100.
    await record("2026-07-15", "140");
    await expect(value).toHaveAttribute("aria-invalid", "true");
    await expect(value).toHaveValue("140");
    await expect(metric.locator(".reading")).toHaveCount(3);
    await expect(toast(page)).toContainText(say("error.off_scale"));
    await target.fill("500");
    await target.press("Tab");
    await expect(target).toHaveAttribute("aria-invalid", "true");
    await expect(target).toHaveValue("500");
    await target.fill("50");
    await target.press("Tab");
    await expect(target).not.toHaveAttribute("aria-invalid");
    await expect(chart).toHaveAttribute("aria-label", say("metric.drawn_target", { name: say("metric.nps"), now: "40", target: "50" }));
    await record("2026-07-15", "45");
    await expect(value).not.toHaveAttribute("aria-invalid");
    expect(await flaws(page)).toEqual([]);

    // The other has it all; one value is taken out again.
    await openPanel(other, "Gọi món");
    await other.locator(".metric__head").click();
    await expect(other.locator(".reading")).toHaveCount(4);
    await other.locator(".reading").first().getByRole("button", { name: say("metric.remove") }).click();
    await expect(metric.locator(".reading")).toHaveCount(3);
    await expect(metric.locator(".metric__now")).toHaveText("40");
    await saved(page);
  });
}

test("a second metric of the same kind can be added, and a metric comes back from the trash", async ({ people }) => {
  const say = words("vi");
  const page = await people.person();
  await oneCard(page, "vi");
  await openPanel(page, "Gọi món");
  const add = panel(page).getByRole("combobox", { name: say("metric.add") });
  await add.selectOption("own");
  await expect(panel(page).locator(".metric")).toHaveCount(1);
  await add.selectOption("own");
  await expect(panel(page).locator(".metric")).toHaveCount(2);
  const name = panel(page).locator(".metric__more").getByRole("textbox", { name: say("metric.name") });
  await name.fill("Phút chờ");
  await name.press("Enter");
  await panel(page).getByRole("combobox", { name: say("metric.direction") }).selectOption("lower");
  await panel(page).getByRole("textbox", { name: say("metric.unit") }).fill("phút");
  await panel(page).getByRole("textbox", { name: say("metric.unit") }).press("Enter");
  await panel(page).getByRole("textbox", { name: say("metric.value") }).fill("7");
  await panel(page).getByRole("textbox", { name: say("metric.value") }).press("Enter");
  await expect(panel(page).locator(".metric__now").last()).toHaveText("7 phút");
  await expect(panel(page).locator(".metric__name")).toHaveText([say("metric.fresh"), "Phút chờ"]);
  await panel(page).locator(".metric__more").getByRole("button", { name: say("map.to_trash") }).click();
  await expect(panel(page).locator(".metric")).toHaveCount(1);
  await page.locator(".toast__do").click();
  await expect(panel(page).locator(".metric__name").last()).toHaveText("Phút chờ");
  await expect(chip(page)).toHaveAttribute("data-sync", "saved");
});

test("what one writes into a touchpoint that somebody else trashes is kept", async ({ people }) => {
  const say = words("vi");
  const [a, b] = await two(people, (page) => oneCard(page, "vi"));
  await openPanel(a, "Gọi món");
  const owner = panel(a).getByRole("textbox", { name: say("panel.owner"), exact: true });
  await owner.fill("Thảo");
  await cardNamed(b, "Gọi món").focus();
  await b.keyboard.press("Delete");
  await expect(a.locator(".gone")).toContainText(say("trash.deleted_by_someone"));
  await expect(owner).toHaveValue("Thảo");
  await owner.press("Enter");
  await a.locator(".gone button").click();
  await expect(cardNamed(b, "Gọi món")).toBeVisible();
  await openPanel(b, "Gọi món");
  await expect(panel(b).getByRole("textbox", { name: say("panel.owner"), exact: true })).toHaveValue("Thảo");
});
