import { expect } from "@playwright/test";
import { PASSWORD, setUp, test } from "../support/accounts.ts";
import { addCard, cardNamed, caughtUp, chip, hydrated, open, saved, stages, startMap, stored } from "../support/map.ts";
import { flaws, fits } from "../support/views.ts";
import { type Language, words } from "../support/words.ts";

for (const language of ["vi", "en"] satisfies Language[]) {
  test(`a map that is begun without an account stays on the device, and is the team's once its writer signs in (${language})`, async ({ people, accounts }) => {
    test.slow();
    const say = words(language);
    const linh = await people.person({ language });
    await setUp(linh, accounts, language);

    const huy = await people.person({ language });
    await huy.goto("/");
    await hydrated(huy);
    await expect(huy.getByText(say("offline.stranger"))).toBeVisible();
    expect(await flaws(huy)).toEqual([]);
    await huy.getByRole("textbox", { name: say("home.title_label") }).fill("Nháp của Huy");
    await huy.getByRole("radio", { name: say("home.set.purchase.name") }).check();
    await huy.getByRole("button", { name: say("home.create") }).click();
    await huy.waitForURL(/\/map\/[0-9a-f-]{36}$/);
    await hydrated(huy);
    await expect(stages(huy)).toHaveCount(3);
    await addCard(huy, "Gọi tổng đài");
    await expect(chip(huy)).toHaveAttribute("data-sync", "here");
    await expect(chip(huy)).toContainText(say("offline.only_this_device"));
    const draft = huy.url();

    // It is there after a reload, and on the start page; nobody else gets to it.
    await huy.reload();
    await hydrated(huy);
    await expect(cardNamed(huy, "Gọi tổng đài")).toBeVisible();
    await huy.goto("/");
    await hydrated(huy);
    await expect(huy.locator("#shelf-here .mapcard")).toContainText(say("offline.only_here"));
    expect(await flaws(huy)).toEqual([]);
    expect((await linh.goto(draft))?.status()).toBe(404);
    const lan = await people.person({ language });
    await lan.goto(draft);
    await expect(lan).toHaveURL(/\/sign-in\?to=/);

    // Another map is none of the device's: it leads to where one signs in.
    await huy.goto(draft.replace(/.{12}$/, "0".repeat(12)));
    await expect(huy).toHaveURL(/\/sign-in\?to=/);

    // One step: signing in from the map.
    await huy.goto(draft);
    await hydrated(huy);
    await chip(huy).click();
    await huy.getByRole("dialog", { name: say("sync.title") }).getByRole("link", { name: say("account.sign_in") }).click();
    await huy.getByLabel(say("account.email"), { exact: true }).fill("linh@cafe.vn");
    await huy.getByLabel(say("account.password"), { exact: true }).fill(PASSWORD);
    await huy.getByRole("button", { name: say("account.sign_in") }).click();
    await huy.waitForURL(draft);
    await hydrated(huy);
    await caughtUp(huy);
    await expect(cardNamed(huy, "Gọi tổng đài")).toBeVisible();
    await expect.poll(async () => Object.keys(await stored(huy, "touchloop.draft."))).toEqual([]);
    await open(linh, draft);
    await expect(cardNamed(linh, "Gọi tổng đài")).toBeVisible();
    await linh.goto("/");
    await expect(linh.locator("#shelf-cards .mapcard").filter({ hasText: "Nháp của Huy" })).toBeVisible();
    await expect(linh.locator("#shelf-here .mapcard")).toHaveCount(0);
    // The browser itself reports the status of pages that there are none of.
    people.complaints.length = 0;
  });
}

test("f37 what was written while the map went away is kept, named, and goes on as a map of its writer's", async ({ people, accounts }) => {
  test.slow();
  const say = words("vi");
  const linh = await people.person();
  await setUp(linh, accounts, "vi");
  const url = await startMap(linh, "purchase", "Sắp mất");
  await addCard(linh, "Đã gửi");
  await saved(linh);
  await accounts.down();
  await addCard(linh, "Chưa gửi");
  await expect(chip(linh)).toContainText(say("sync.offline_unsent", { count: 1 }));
  await linh.close({ runBeforeUnload: false });

  // Put into the bin from elsewhere.
  await accounts.up();
  const elsewhere = await people.person();
  await elsewhere.goto("/sign-in");
  await elsewhere.getByLabel(say("account.email"), { exact: true }).fill("linh@cafe.vn");
  await elsewhere.getByLabel(say("account.password"), { exact: true }).fill(PASSWORD);
  await elsewhere.getByRole("button", { name: say("account.sign_in") }).click();
  await elsewhere.waitForURL(accounts.url + "/");
  await hydrated(elsewhere);
  const card = elsewhere.locator("#shelf-cards .shelf__place").filter({ hasText: "Sắp mất" });
  await card.locator("summary").click();
  await card.getByRole("button", { name: say("shelf.to_bin") }).click();
  await expect(card).toHaveCount(0);

  const back = await linh.context().newPage();
  await back.goto(url);
  await hydrated(back);
  await expect(cardNamed(back, "Chưa gửi")).toBeVisible();
  await expect(chip(back)).toHaveAttribute("data-sync", "rejected");
  await chip(back).click();
  await expect(back.getByRole("button", { name: say("sync.download") })).toBeVisible();
  await back.getByRole("button", { name: say("offline.anew") }).click();
  await back.waitForURL((to) => to.pathname.startsWith("/map/") && to.href !== url);
  await hydrated(back);
  await caughtUp(back);
  await expect(cardNamed(back, "Chưa gửi")).toBeVisible();
  await expect(cardNamed(back, "Đã gửi")).toBeVisible();
  await back.goto("/");
  await hydrated(back);
  await expect(back.locator("#shelf-here .mapcard")).toHaveCount(0);
  expect(await fits(back)).toBe(true);
  people.complaints.length = 0;
});

test("whoever signs out leaves no maps of their team on the device", async ({ people, accounts }) => {
  const say = words("vi");
  const linh = await people.person();
  await setUp(linh, accounts, "vi");
  await startMap(linh, "purchase", "Của nhóm");
  await addCard(linh, "Riêng");
  await saved(linh);
  await expect.poll(async () => Object.keys(await stored(linh, "touchloop.copy.")).length).toBe(1);
  await linh.goto("/account");
  await linh.getByRole("button", { name: say("account.sign_out") }).click();
  await expect(linh).toHaveURL(accounts.url + "/");
  await hydrated(linh);
  await expect(linh.getByText(say("offline.stranger"))).toBeVisible();
  expect(Object.keys(await stored(linh, "touchloop.copy."))).toEqual([]);
  expect(Object.keys(await stored(linh, "touchloop.board."))).toEqual([]);
});
