// The size of the first load, as brotli. The goal is 350 KB of wasm + js. Until it is reached, LINE keeps what has
// been gained: it only ever goes down, and what is above it fails.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const GOAL = 350 * 1024;
const LINE = 520 * 1024;
const site = new URL("../target/site", import.meta.url).pathname;

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const all = files(site);
// Fonts are compressed already and travel as they are.
const travels = (end) => all.filter((name) => name.endsWith(end)).reduce((sum, name) => sum + statSync(name).size, 0);
const parts = { wasm: travels(".wasm.br"), js: travels(".js.br"), css: travels(".css.br"), fonts: travels(".woff2") };
for (const [part, bytes] of Object.entries(parts)) console.log(`${part.padEnd(6)} ${(bytes / 1024).toFixed(1)} KB`);

const code = parts.wasm + parts.js;
console.log(`wasm + js ${(code / 1024).toFixed(1)} KB; the line is ${LINE / 1024} KB, the goal ${GOAL / 1024} KB`);
if (parts.wasm === 0 || parts.js === 0) {
  console.error("No compressed site under target/site: run make build first.");
  process.exit(1);
}
process.exit(code <= LINE ? 0 : 1);
