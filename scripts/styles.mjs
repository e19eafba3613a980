// Raw values stand in style/tokens.scss only; every custom property that a sheet uses is defined, and every token used.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const TOKENS = "style/tokens.scss";
// Breakpoints stay: a condition of `@media` or `@container` cannot read a custom property.
const RAW = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(|(?<![\w.-])-?\d*\.?\d+px\b/gi;

function files(folder, ending) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? files(path, ending) : entry.name.endsWith(ending) ? [path] : [];
  });
}
const read = (file) => readFileSync(join(root, file), "utf8");
// Comments become spaces, so that lines keep their numbers.
const bare = (text) => text.replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*/g, (comment) => comment.replace(/[^\n]/g, " "));

const faults = [];
const sheets = files("style", ".scss").map((file) => [file, bare(read(file))]);
// A view sets some by itself: the colour of a person, a place on the curve.
const views = files("app/src", ".rs").map(read).join("\n");
const style = sheets.map(([, text]) => text).join("\n");
const defined = new Set([...style.matchAll(/(--[\w-]+)\s*:/g), ...views.matchAll(/["'\s;:](--[\w-]+)/g)].map(([, name]) => name));
const used = new Set([...style.matchAll(/var\(\s*(--[\w-]+)/g), ...views.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));

for (const [file, text] of sheets) {
  text.split("\n").forEach((line, index) => {
    const place = `${file}:${index + 1}`;
    for (const [, name] of line.matchAll(/var\(\s*(--[\w-]+)/g)) if (!defined.has(name)) faults.push(`${place} uses ${name}, which nothing defines`);
    if (file === TOKENS || /^\s*@(media|container)\b/.test(line)) return;
    for (const [raw] of line.matchAll(RAW)) faults.push(`${place} holds a raw value: ${raw}`);
  });
}
const tokens = new Set([...bare(read(TOKENS)).matchAll(/(--[\w-]+)\s*:/g)].map(([, name]) => name));
for (const name of tokens) if (!used.has(name)) faults.push(`nobody uses the token ${name}`);

// The one place that cannot read a custom property: the colour of the browser's own frame.
const paper = [...bare(read(TOKENS)).matchAll(/--paper:\s*(#[0-9a-f]+)/gi)].map(([, value]) => value).sort();
const frame = [...read("app/src/shell.rs").matchAll(/name="theme-color" content="(#[0-9a-f]+)"/gi)].map(([, value]) => value).sort();
if (paper.join() !== frame.join()) faults.push(`theme-color is ${frame.join(" and ")}, the paper ${paper.join(" and ")}`);

for (const fault of faults) console.error(fault);
console.log(`${tokens.size} tokens, ${sheets.length} sheets, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
