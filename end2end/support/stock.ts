import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { Server } from "./server.ts";

/** A client as any program would write it: stock yjs and y-websocket. */
export class Stock {
  readonly doc = new Y.Doc();
  private provider: WebsocketProvider;

  constructor(server: Server, board: string) {
    this.provider = new WebsocketProvider(`${server.url.replace("http", "ws")}/sync`, board, this.doc, {
      WebSocketPolyfill: WebSocket as never,
      disableBc: true,
    });
  }

  async synced(): Promise<this> {
    if (!this.provider.synced) await new Promise<void>((resolve) => this.provider.once("sync", () => resolve()));
    return this;
  }

  entities(collection: string): Y.Map<Y.Map<unknown>> {
    return this.doc.getMap(collection);
  }

  close(): void {
    this.provider.destroy();
    this.doc.destroy();
  }
}

const hex = (n: number): string => `${n.toString(16).padStart(4, "0")}80`;

/** Writes a map of many cards over six stages and twelve lanes into an empty board, as a foreign program does. */
export function fill(stock: Stock, cards: number): void {
  const map = (fields: Record<string, unknown>): Y.Map<unknown> => {
    const made = new Y.Map<unknown>();
    for (const [key, value] of Object.entries(fields)) made.set(key, value);
    return made;
  };
  stock.doc.transact(() => {
    const meta = stock.doc.getMap("meta");
    meta.set("schema", 1);
    meta.set("title", `${cards} điểm chạm`);
    const phases = ["before", "before", "during", "during", "after", "after"];
    const stages = phases.map((phase, i) => {
      const id = randomUUID();
      stock.entities("stages").set(id, map({ name: `Giai đoạn ${i + 1}`, phase, place: { rank: hex(i + 1) } }));
      return id;
    });
    const kinds = ["goals", "actions", "touchpoints", "channels", "emotion", "pains", "opportunities"];
    for (let i = 0; i < 12; i++) {
      const kind = kinds[i] ?? "text";
      stock.entities("lanes").set(randomUUID(), map({ kind, name: kind === "text" ? `Hàng ${i + 1}` : "", place: { rank: hex(i + 1) } }));
    }
    const channel = randomUUID();
    stock.entities("channels").set(channel, map({ name: "Quán", place: { rank: hex(1) } }));
    const natures = ["physical", "digital", "human", "communication"];
    for (let i = 0; i < cards; i++) {
      stock.entities("touchpoints").set(
        randomUUID(),
        map({
          name: `Điểm chạm số ${i + 1}`,
          place: { stage: stages[i % 6], rank: hex(i + 1) },
          channel,
          nature: natures[i % 4],
          "emotion/all": (i % 5) - 2,
          [`importance/${channel}`]: (i % 5) + 1,
          [`performance/${channel}`]: ((i * 3) % 5) + 1,
          notes: new Y.Text(""),
        }),
      );
    }
  });
}
