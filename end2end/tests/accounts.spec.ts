import { introduceAs, PASSWORD, setUp, test } from "../support/accounts.ts";
import { expect } from "../support/test.ts";
import { fits, flaws } from "../support/views.ts";
import { words } from "../support/words.ts";

for (const language of ["vi", "en"] as const) {
  const say = words(language);

  test(`a server is set up, somebody is invited and joins, signs out and in again, ${language}`, async ({ people, accounts }) => {
    const linh = await people.person({ language });
    await linh.goto(accounts.setUp);
    expect(await flaws(linh)).toEqual([]);
    await setUp(linh, accounts, language);

    await linh.goto("/account");
    await expect(linh.getByRole("heading", { level: 1 })).toHaveText(say("account.mine"));
    expect(await flaws(linh)).toEqual([]);
    await linh.getByRole("link", { name: "Cà phê Hiên" }).click();
    await linh.getByLabel(say("account.invite_role"), { exact: true }).selectOption("commenter");
    await linh.getByRole("button", { name: say("account.invite_make") }).click();
    const link = await linh.getByLabel(say("account.invite_told"), { exact: true }).inputValue();
    expect(link).toContain(`${accounts.url}/join/`);
    expect(await flaws(linh)).toEqual([]);

    // On a phone, without a script.
    const huy = await people.person({ language, script: false, viewport: { width: 390, height: 844 } });
    await huy.goto(link);
    await expect(huy.getByRole("heading", { level: 1 })).toHaveText(say("account.join_title", { team: "Cà phê Hiên" }));
    expect(await fits(huy)).toBe(true);
    await introduceAs(huy, "Huy", "huy@cafe.vn", language);
    await huy.getByRole("button", { name: say("account.join_new") }).click();
    await huy.goto("/account");
    await huy.getByRole("link", { name: "Cà phê Hiên" }).click();
    await expect(huy.getByText(say("account.team_role", { role: say("account.role_commenter") }))).toBeVisible();
    await expect(huy.getByRole("combobox")).toHaveCount(0);
    expect(await fits(huy)).toBe(true);
    // It let one in, and no other.
    const lan = await people.person({ language });
    expect((await lan.goto(link))?.status()).toBe(404);
    await expect(lan.getByRole("heading", { level: 1 })).toHaveText(say("account.nowhere"));
    expect(await flaws(lan)).toEqual([]);

    // Coming back one does not see it any more.
    await linh.goto(linh.url());
    await expect(linh.getByLabel(say("account.invite_told"), { exact: true })).toHaveCount(0);
    await linh.getByLabel(say("account.role_of", { name: "Huy" }), { exact: true }).selectOption("editor");
    await linh.getByRole("listitem").filter({ hasText: "huy@cafe.vn" }).getByRole("button", { name: say("account.role_set") }).click();
    await expect(linh.getByText(say("account.line_role", { who: "Linh", name: "Huy", role: say("account.role_editor") }))).toBeVisible();
    expect(await flaws(linh)).toEqual([]);

    await huy.getByRole("button", { name: say("account.sign_out") }).click();
    await expect(huy).toHaveURL(accounts.url + "/");
    await huy.goto("/account");
    await expect(huy).toHaveURL(/\/sign-in\?to=/);
    await huy.getByLabel(say("account.email"), { exact: true }).fill("huy@cafe.vn");
    await huy.getByLabel(say("account.password"), { exact: true }).fill("không phải mật khẩu");
    await huy.getByRole("button", { name: say("account.sign_in") }).click();
    await expect(huy.getByRole("alert")).toHaveText(say("account.not_known"));
    await expect(huy.getByLabel(say("account.email"), { exact: true })).toHaveValue("huy@cafe.vn");
    await expect(huy.getByLabel(say("account.password"), { exact: true })).toHaveValue("");
    await huy.getByLabel(say("account.password"), { exact: true }).fill(PASSWORD);
    await huy.getByRole("button", { name: say("account.sign_in") }).click();
    await expect(huy).toHaveURL(/\/account$/);

    // Taking something away asks twice.
    await linh.locator("summary").filter({ hasText: say("account.member_more", { name: "Huy" }) }).click();
    await linh.getByRole("button", { name: say("account.remove_do", { name: "Huy" }) }).click();
    await expect(linh.getByText(say("account.members", { count: 1 }))).toBeVisible();
    await huy.reload();
    await expect(huy.getByText(say("account.teams_none"))).toBeVisible();
    // The browser itself reports the status of a page that says what is missing or wrong.
    people.complaints.length = 0;
  });
}

for (const dark of [false, true]) {
  test(`axe reports nothing on the pages of accounts, on a phone too, ${dark ? "dark" : "light"}`, async ({ people, accounts }) => {
    const say = words("vi");
    const linh = await people.person({ dark });
    await linh.goto("/sign-in");
    expect(await flaws(linh)).toEqual([]);
    await setUp(linh, accounts, "vi");
    await linh.setViewportSize({ width: 390, height: 844 });
    await linh.goto("/account");
    for (const summary of await linh.locator("summary").all()) await summary.click();
    expect(await flaws(linh)).toEqual([]);
    expect(await fits(linh)).toBe(true);
    for (const shown of await linh.locator("main :is(button, summary, select):visible").all()) {
      const box = await shown.boundingBox();
      expect(box?.height ?? 0, await shown.innerText()).toBeGreaterThanOrEqual(44);
    }
    await linh.getByRole("link", { name: "Cà phê Hiên" }).click();
    expect(await flaws(linh)).toEqual([]);
    expect(await fits(linh)).toBe(true);
    // The language is switched where one is.
    await linh.getByRole("button", { name: say("app.language_switch_label") }).click();
    await expect(linh.locator("html")).toHaveAttribute("lang", "en");
    await expect(linh).toHaveURL(/\/teams\//);
  });
}
