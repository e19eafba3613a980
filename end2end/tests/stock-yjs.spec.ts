import { randomUUID } from "node:crypto";
import * as Y from "yjs";
import { cardNamed, cards, openCafe } from "../support/map.ts";
import { Stock } from "../support/stock.ts";
import { expect, test } from "../support/test.ts";

test("a program with stock yjs and y-websocket reads the café map and adds a touchpoint that the browser shows", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const stock = await new Stock(server, url.split("/").at(-1) as string).synced();
  try {
    const touchpoints = stock.entities("touchpoints");
    const names = [...touchpoints.values()].map((touchpoint) => touchpoint.get("name"));
    expect(names).toContain("Chờ lấy món giờ cao điểm");
    expect(names.length).toBe(await cards(page).count());

    const rank = (entity: Y.Map<unknown>) => (entity.get("place") as { rank: string }).rank;
    const [first] = [...stock.entities("stages").entries()].sort(([, a], [, b]) => (rank(a) < rank(b) ? -1 : 1));
    const stage = first?.[0];
    const ranks = [...touchpoints.values()].filter((touchpoint) => (touchpoint.get("place") as { stage: string }).stage === stage).map(rank);
    stock.doc.transact(() => {
      const fresh = new Y.Map<unknown>();
      fresh.set("name", "Thêm từ một chương trình khác");
      fresh.set("place", { stage, rank: ranks.sort().at(-1) });
      fresh.set("nature", "digital");
      touchpoints.set(randomUUID(), fresh);
    });
    await expect(cardNamed(page, "Thêm từ một chương trình khác")).toBeVisible();
    await expect(cards(page)).toHaveCount(names.length + 1);
  } finally {
    stock.close();
  }
});
