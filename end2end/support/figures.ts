import type { Page } from "@playwright/test";

/** The value that a share `p` of the values does not exceed. */
export const percentile = (values: number[], p: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];

/** Median and p95 as one line says them. */
export const spread = (values: number[], unit = "ms"): string =>
  `p50 ${percentile(values, 0.5).toFixed(1)} ${unit}, p95 ${percentile(values, 0.95).toFixed(1)} ${unit}`;

/** From each key to the frame that shows it: the next frame's callback, then the task after that frame. */
export async function keysToPaint(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const took: number[] = [];
    (window as unknown as { took: number[] }).took = took;
    document.addEventListener(
      "keydown",
      () => {
        const start = performance.now();
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => took.push(performance.now() - start);
          channel.port2.postMessage(0);
        });
      },
      { capture: true },
    );
  });
  return () => page.evaluate(() => (window as unknown as { took: number[] }).took.splice(0));
}

/** Processor time of the page's main thread, in milliseconds. */
export interface Work {
  /** The app's own: handlers, callbacks, microtasks; with the style and layout that they ask for. */
  script: number;
  style: number;
  layout: number;
  /** All tasks: painting into layers and the browser's own work besides. */
  tasks: number;
}

interface Entry {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string; data?: { type?: string } };
}

const KINDS: Record<string, keyof Work> = {
  EventDispatch: "script",
  FunctionCall: "script",
  FireAnimationFrame: "script",
  TimerFire: "script",
  RunMicrotasks: "script",
  EvaluateScript: "script",
  "v8.callFunction": "script",
  UpdateLayoutTree: "style",
  Layout: "layout",
  RunTask: "tasks",
};

/**
 * What the main thread does while `act` is done, from one event of this type to the next. Nothing is asked of the page
 * meanwhile, as that would be counted too.
 */
export async function worked(page: Page, type: string, act: () => Promise<void>): Promise<Work[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error("a page of a browser that was not launched here");
  await browser.startTracing(page, { categories: ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8"] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Entry[] };
  const starts = traceEvents.filter((entry) => entry.name === "EventDispatch" && entry.args.data?.type === type).sort((a, b) => a.ts - b.ts);
  const main = starts[0];
  if (!main) throw new Error(`no ${type}`);
  const entries = traceEvents
    .filter((entry) => entry.ph === "X" && entry.pid === main.pid && entry.tid === main.tid && entry.name in KINDS)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const ended: Record<keyof Work, number> = { script: 0, style: 0, layout: 0, tasks: 0 };
  const all: Work[] = starts.map(() => ({ script: 0, style: 0, layout: 0, tasks: 0 }));
  let at = -1;
  for (const { name, ts, dur = 0, tdur = 0 } of entries) {
    const kind = KINDS[name] as keyof Work;
    // A task begins before the event that it dispatches.
    while (at + 1 < starts.length && (starts[at + 1] as Entry).ts < ts + (kind === "tasks" ? dur : 1)) at += 1;
    // What runs within something of its kind is in its time already.
    if (ts < ended[kind]) continue;
    ended[kind] = ts + dur;
    const work = all[at];
    if (work) work[kind] += tdur / 1000;
  }
  return all;
}
