import AxeBuilder from "@axe-core/playwright";
import { hydrated, open, openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";

test("a customer without a script says something, and the map that is open shows it", async ({ people, server }) => {
  const page = await people.person();
  const map = await openCafe(page);
  const board = new URL(map).pathname.split("/")[2]!;
  const made = await page.request.post(`${server.url}/api/forms/create`, { form: { board, label: "Tờ QR ở quầy" } });
  const { path } = (await made.json()) as { path: string };
  await open(page, `${map}/feedback`);
  await hydrated(page);

  const customer = await people.person({ script: false });
  await customer.setViewportSize({ width: 390, height: 844 });
  await customer.goto(path);
  await customer.locator("button[type=submit]").click();
  await expect(customer.getByRole("alert")).toBeVisible();
  await customer.locator("textarea").fill("Chờ lâu quá");
  await customer.locator("input[name=score][value='2']").check();
  await customer.locator("button[type=submit]").click();
  await expect(customer).toHaveURL(/thanks/);
});

test("the form is accessible on a phone", async ({ people, server }) => {
  const page = await people.person();
  const map = await openCafe(page);
  const board = new URL(map).pathname.split("/")[2]!;
  const made = await page.request.post(`${server.url}/api/forms/create`, { form: { board, label: "QR", score: "nps" } });
  const { path } = (await made.json()) as { path: string };
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(path);
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.filter((it) => it.impact === "serious" || it.impact === "critical")).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
