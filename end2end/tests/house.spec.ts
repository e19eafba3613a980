import { cards, cardNamed, hydrated, open, openCafe, picture, rename, saved, startMap } from "../support/map.ts";
import { expect, test } from "../support/test.ts";

test("f01 the café example survives kill -9: created, edited, killed, started, everything is there", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const name = "Chờ lấy món giờ cao điểm";
  await expect(cardNamed(page, name)).toBeVisible();
  const count = await cards(page).count();
  expect(count).toBeGreaterThanOrEqual(33);
  await rename(page, name, "Chờ lấy nước lúc đông");
  await saved(page);
  const before = await picture(page);

  await server.down("SIGKILL");
  await server.up();

  const again = await people.person();
  await open(again, url);
  await expect(cardNamed(again, "Chờ lấy nước lúc đông")).toBeVisible();
  expect(await picture(again)).toEqual(before);
});

test("a map from each stage set shows its stages", async ({ people }) => {
  const page = await people.person();
  for (const [set, stages] of [
    ["purchase", 3],
    ["life_cycle", 5],
    ["awareness", 5],
    ["blank", 1],
  ] as const) {
    await startMap(page, set, `Bản đồ ${set}`);
    await expect(page.locator("[data-stage-id]")).toHaveCount(stages);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(`Bản đồ ${set}`);
  }
});

test("f27 search on the home page ignores accents", async ({ people }) => {
  const page = await people.person();
  await startMap(page, "purchase", "Đường đến quán điểm tâm");
  await startMap(page, "purchase", "Một bản đồ khác hẳn");
  await page.goto("/");
  await hydrated(page);
  const found = page.getByRole("link", { name: /Đường đến quán điểm tâm/ });
  const other = page.getByRole("link", { name: /Một bản đồ khác hẳn/ });
  await expect(found.first()).toBeVisible();
  await expect(other.first()).toBeVisible();
  await page.getByRole("searchbox").fill("duong diem tam");
  await expect(other).toHaveCount(0);
  await expect(found.first()).toBeVisible();
});

test("search works with JavaScript off, and a map is readable", async ({ people }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const reader = await people.person({ script: false });
  await reader.goto("/?q=" + encodeURIComponent("buoi sang"));
  await expect(reader.getByRole("link", { name: /Một buổi sáng ở quán/ }).first()).toBeVisible();
  await reader.goto(url);
  await expect(cardNamed(reader, "Chờ lấy món giờ cao điểm")).toBeVisible();
});

test("an unknown address says so with status 404", async ({ people }) => {
  const page = await people.person();
  const reply = await page.goto("/khong-co-trang-nay");
  expect(reply?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // The browser itself reports the 404 of the page we asked for.
  people.complaints.length = 0;
});
