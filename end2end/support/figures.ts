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
  args: { name?: string; data?: { type?: string; url?: string } };
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

async function traced(page: Page, act: () => Promise<void>): Promise<Entry[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error("a page of a browser that was not launched here");
  await browser.startTracing(page, { categories: ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8"] });
  await act();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Entry[] }).traceEvents;
}

/** What a thread does from each of these moments to the next. */
function tally(all: Entry[], thread: Entry, starts: number[]): Work[] {
  const entries = all
    .filter((entry) => entry.ph === "X" && entry.pid === thread.pid && entry.tid === thread.tid && entry.name in KINDS)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const ended: Record<keyof Work, number> = { script: 0, style: 0, layout: 0, tasks: 0 };
  const done: Work[] = starts.map(() => ({ script: 0, style: 0, layout: 0, tasks: 0 }));
  let at = -1;
  for (const { name, ts, dur = 0, tdur = 0 } of entries) {
    const kind = KINDS[name] as keyof Work;
    // A task begins before the event that it dispatches.
    while (at + 1 < starts.length && (starts[at + 1] as number) < ts + (kind === "tasks" ? dur : 1)) at += 1;
    // What runs within something of its kind is in its time already.
    if (ts < ended[kind]) continue;
    ended[kind] = ts + dur;
    const work = done[at];
    if (work) work[kind] += tdur / 1000;
  }
  return done;
}

/**
 * What the main thread does while `act` is done, from one event of this type to the next. Nothing is asked of the page
 * meanwhile, as that would be counted too.
 */
export async function worked(page: Page, type: string, act: () => Promise<void>): Promise<Work[]> {
  const entries = await traced(page, act);
  const starts = entries.filter((entry) => entry.name === "EventDispatch" && entry.args.data?.type === type).sort((a, b) => a.ts - b.ts);
  if (!starts[0]) throw new Error(`no ${type}`);
  return tally(entries, starts[0], starts.map(({ ts }) => ts));
}

/** What the main thread of the page that runs the app does while `act` is done. */
export async function worksIn(page: Page, act: () => Promise<void>): Promise<Work> {
  const entries = await traced(page, act);
  const app = entries.find((entry) => entry.name === "FunctionCall" && entry.args.data?.url?.includes("/pkg/"));
  if (!app) throw new Error("the app did nothing");
  return tally(entries, app, [0])[0] as Work;
}
