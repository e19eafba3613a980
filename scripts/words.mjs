// No words in code: both languages carry the same keys, the app uses every key, and no view holds a sentence of its
// own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const faults = [];

function keys(value, path = "") {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" && inner !== null ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
  );
}
const [vi, en] = ["vi", "en"].map((name) => new Set(keys(JSON.parse(readFileSync(join(root, "app/locales", `${name}.json`), "utf8")))));
for (const key of vi) if (!en.has(key)) faults.push(`en.json lacks ${key}`);
for (const key of en) if (!vi.has(key)) faults.push(`vi.json lacks ${key}`);

function sources(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path, ending) : entry.name.endsWith(ending) ? [path] : [];
  });
}
const text = (file) => readFileSync(file, "utf8").replace(/^\s*\/\/.*/gm, "");

const MACRO = /\b(?:t|label|t_string|td_string|td|t_display|td_display)!\s*[({[]\s*[^,;]+?,\s*([a-z_0-9]+(?:\s*\.\s*[a-z_0-9]+)*)/g;
const said = new Set();
for (const file of sources(join(root, "app/src"), ".rs")) for (const [, key] of text(file).matchAll(MACRO)) said.add(key.replace(/\s/g, ""));
for (const key of vi) if (!said.has(key)) faults.push(`nobody uses ${key}`);

// A Vietnamese letter in a string, or a capitalised phrase of two words inside a view, is a text that escaped translation.
const vietnamese = /"[^"\n]*[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ][^"\n]*"/i;
const phrase = />\s*"[A-Z][a-z]+( [a-z]+)+[^"]*"\s*</;
for (const file of sources(join(root, "app/src"), ".rs")) {
  let tests = false;
  readFileSync(file, "utf8").split("\n").forEach((line, index) => {
    tests ||= line.includes("#[cfg(test)]");
    const code = line.replace(/^\s*\/\/.*/, "");
    if (!tests && (vietnamese.test(code) || phrase.test(code))) faults.push(`${file.slice(root.length)}:${index + 1} holds a text: ${line.trim()}`);
  });
}

for (const fault of faults) console.error(fault);
console.log(`${vi.size} words in each language, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
