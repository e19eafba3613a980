import type { Page } from "@playwright/test";
import { expect, test as base } from "./test.ts";
import { People } from "./test.ts";
import { Server } from "./server.ts";
import { type Language, words } from "./words.ts";

export const PASSWORD = "cà phê sữa đá ít đường";

/** A server with accounts of its own for each test: the first one is made once. */
export const test = base.extend<{ accounts: Server }>({
  accounts: async ({}, use) => {
    const server = await Server.start({ accounts: true });
    await use(server);
    await server.remove();
  },
  people: async ({ browser, accounts }, use) => {
    const people = new People(browser, accounts);
    await use(people);
    await people.close();
    expect(people.complaints, "console messages").toEqual([]);
  },
});

/** Fills in who one is, for an account to be. */
export async function introduceAs(page: Page, name: string, email: string, language: Language): Promise<void> {
  const say = words(language);
  await page.getByLabel(say("account.name"), { exact: true }).fill(name);
  await page.getByLabel(say("account.email"), { exact: true }).fill(email);
  await page.getByLabel(say("account.password_new"), { exact: true }).fill(PASSWORD);
}

/** The first account, with its team. */
export async function setUp(page: Page, server: Server, language: Language): Promise<void> {
  const say = words(language);
  await page.goto(server.setUp);
  await introduceAs(page, "Linh", "linh@cafe.vn", language);
  await page.getByLabel(say("account.team"), { exact: true }).fill("Cà phê Hiên");
  await page.getByRole("button", { name: say("account.set_up") }).click();
  await page.waitForURL(server.url + "/");
}
