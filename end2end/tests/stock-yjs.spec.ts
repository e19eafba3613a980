import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { cardNamed, cards, openCafe } from "../support/map.ts";
import { expect, test } from "../support/test.ts";

test("a program with stock yjs and y-websocket reads the café map and adds a touchpoint that the browser shows", async ({ people, server }) => {
  const page = await people.person();
  const url = await openCafe(page);
  const board = url.split("/").at(-1) as string;

  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${server.url.replace("http", "ws")}/sync`, board, doc, {
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
  });
  try {
    await new Promise<void>((resolve) => provider.once("sync", () => resolve()));
    const touchpoints = doc.getMap<Y.Map<unknown>>("touchpoints");
    const names = [...touchpoints.values()].map((touchpoint) => touchpoint.get("name"));
    expect(names).toContain("Chờ lấy món giờ cao điểm");
    expect(names.length).toBe(await cards(page).count());

    const [stage] = [...doc.getMap<Y.Map<unknown>>("stages").entries()].sort(([, a], [, b]) => {
      const rank = (map: Y.Map<unknown>) => (map.get("place") as { rank: string }).rank;
      return rank(a) < rank(b) ? -1 : 1;
    })[0];
    const ranks = [...touchpoints.values()]
      .map((touchpoint) => touchpoint.get("place") as { stage: string; rank: string })
      .filter((place) => place.stage === stage)
      .map((place) => place.rank)
      .sort();
    const fresh = new Y.Map<unknown>();
    doc.transact(() => {
      fresh.set("name", "Thêm từ một chương trình khác");
      fresh.set("place", { stage, rank: ranks[0] });
      fresh.set("nature", "digital");
      touchpoints.set(randomUUID(), fresh);
    });
    await expect(cardNamed(page, "Thêm từ một chương trình khác")).toBeVisible();
    await expect(cards(page)).toHaveCount(names.length + 1);
  } finally {
    provider.destroy();
    doc.destroy();
  }
});
