import { readFile } from "node:fs/promises";
import { test } from "@playwright/test";

const root = new URL("../../", import.meta.url).pathname;
const FONT = "public/fonts/be-vietnam-pro-latin-600-normal.9503dec2.woff2";

/** What stands for a shared page in a conversation: the mark, the name and the curve of an experience, in no language. */
const drawing = (font: string) => `<!DOCTYPE html><style>
  @font-face { font-family: Name; src: url(data:font/woff2;base64,${font}); }
  body { margin: 0; background: #f8f5ee; font: 76px Name; letter-spacing: -0.02em; }
  svg { display: block; }
</style>
<svg width="1200" height="630" viewBox="0 0 1200 630">
  <g transform="translate(322 96) scale(5.5)" color="#1f4f86">
    <path d="M19.4 9.2A8 8 0 1 0 20 12" fill="none" stroke="currentColor" stroke-width="2.8" stroke-linecap="round"/>
    <circle cx="12" cy="12" r="3.4" fill="currentColor"/>
  </g>
  <text x="474" y="188" fill="#26221c">Touchloop</text>
  <path d="M120 450C210 450 270 360 360 360S510 500 600 500 750 390 840 390 990 320 1080 320" fill="none" stroke="#958a79" stroke-width="5"/>
  <g stroke="#f8f5ee" stroke-width="8">
    <circle cx="120" cy="450" r="24" fill="#6f665a"/><circle cx="360" cy="360" r="24" fill="#457337"/>
    <circle cx="600" cy="500" r="24" fill="#a5311d"/><circle cx="840" cy="390" r="24" fill="#457337"/>
    <circle cx="1080" cy="320" r="24" fill="#1f6547"/>
  </g>
</svg>`;

test("the picture of a shared page", async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 630 });
  await page.setContent(drawing((await readFile(root + FONT)).toString("base64")));
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${root}server/src/shared/picture.png` });
});
