import { type Browser, type BrowserContext, expect, type Page, test as base } from "@playwright/test";
import { Server } from "./server.ts";
import type { Language } from "./words.ts";

/** Opens pages of separate people (own storage each) and fails the test on any console message or page error. */
export class People {
  private contexts: BrowserContext[] = [];
  readonly complaints: string[] = [];

  constructor(
    private browser: Browser,
    private server: Server,
  ) {}

  /** `keeps`: the browser keeps the product, to start it without the server. Fetching it takes time, so not elsewhere. */
  async person(
    options: { language?: Language; locale?: string; script?: boolean; viewport?: { width: number; height: number }; dark?: boolean; zone?: string; keeps?: boolean } = {},
  ): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.server.url,
      // The browser says it in Accept-Language.
      locale: options.locale ?? (options.language === "en" ? "en-US" : "vi-VN"),
      javaScriptEnabled: options.script ?? true,
      viewport: options.viewport ?? { width: 1440, height: 900 },
      colorScheme: options.dark ? "dark" : "light",
      timezoneId: options.zone,
      serviceWorkers: options.keeps ? "allow" : "block",
    });
    this.contexts.push(context);
    context.on("page", (page) => this.watch(page));
    return context.newPage();
  }

  /** Fails the test on what this page's console says. */
  watch(page: Page): void {
    page.on("console", (message) => {
      // A server that was killed on purpose cannot be reached meanwhile; that is the browser's own line. The last one
      // is this browser's way of not keeping the product.
      if (/ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|WebSocket connection to|Service Worker registration blocked/.test(message.text())) return;
      // The page of a map that begins here, before the server has heard of it: the browser says that of the page itself.
      if (/status of 404/.test(message.text()) && message.location().url === page.url() && page.url().includes("/map/")) return;
      if (["error", "warning"].includes(message.type())) this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.complaints.push(`page error: ${error.message}`));
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close();
  }
}

export const test = base.extend<{ people: People }, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.remove();
    },
    { scope: "worker" },
  ],
  people: async ({ browser, server }, use) => {
    const people = new People(browser, server);
    await use(people);
    await people.close();
    expect(people.complaints, "console messages").toEqual([]);
  },
});

export { expect };
