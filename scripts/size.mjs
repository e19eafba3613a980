// The size of the first load, as brotli: what a browser fetches before a page answers, for each kind of page. What
// opens later (details, dialogs, other views) is fetched on its own and counted apart.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const BUDGET = 375 * 1024;
const site = new URL("../target/site", import.meta.url).pathname;
const pkg = join(site, "pkg");
const names = readdirSync(pkg);

function only(pattern) {
  const found = names.filter((name) => pattern.test(name));
  if (found.length === 1) return found[0];
  console.error(`${found.length} files like ${pattern} under target/site/pkg where one is expected: run make clean build.`);
  process.exit(1);
}

const size = (name) => statSync(join(pkg, `${name}.br`)).size;
const app = only(/^touchloop\.[\w-]+\.wasm$/);
const scripts = [only(/^touchloop\.[\w-]+\.js$/), only(/^__wasm_split\.[\w-]+\.js$/)];
const parts = JSON.parse(readFileSync(join(pkg, only(/^__wasm_split_manifest\.[\w-]+\.json$/)), "utf8"));
const shared = size(app) + scripts.reduce((sum, name) => sum + size(name), 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const files = (...of) => [...new Set(of.flatMap((part) => parts[part]))].map((name) => `${name}.wasm`);
const weight = (list) => list.reduce((sum, name) => sum + size(name), 0);

// What is taken over with each kind of page; app/src/parts.rs says the same. The finished product has to stay below
// 400 KB where people arrive; the other views come with the map's code when one is opened by its own address.
const VIEWS = 470 * 1024;
const pages = [
  ["map", [], BUDGET],
  ["home", ["home"], BUDGET],
  ["matrix", ["views"], VIEWS],
  ["loop", ["loop"], VIEWS],
  ["feedback", ["feedback"], VIEWS],
];
let over = false;
console.log(`app and scripts ${kb(shared)}`);
for (const [page, of, most] of pages) {
  const bytes = shared + weight(files(...of));
  over ||= bytes > most;
  console.log(`first load, ${page.padEnd(6)} ${kb(bytes)} of wasm + js; at most ${kb(most)}`);
}
console.log(`everything ${kb(shared + weight(files(...Object.keys(parts))))}`);
const css = names.filter((name) => name.endsWith(".css.br")).reduce((sum, name) => sum + statSync(join(pkg, name)).size, 0);
// Fonts are compressed already and travel as they are; a page loads two to four of them.
const fonts = readdirSync(join(site, "fonts")).filter((name) => name.endsWith(".woff2"));
console.log(`css ${kb(css)}, fonts ${kb(fonts.reduce((sum, name) => sum + statSync(join(site, "fonts", name)).size, 0))}`);
process.exit(over ? 1 : 0);
