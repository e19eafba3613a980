import { readFileSync } from "node:fs";

type Tree = { [key: string]: string | Tree };
export type Language = "vi" | "en";

const trees = Object.fromEntries(
  (["vi", "en"] as const).map((language) => [
    language,
    JSON.parse(readFileSync(new URL(`../../app/locales/${language}.json`, import.meta.url), "utf8")) as Tree,
  ]),
) as Record<Language, Tree>;

/** The interface's own words, so that no test repeats them: `words("vi")("home.start")`. */
export function words(language: Language) {
  return (key: string, values: Record<string, string | number> = {}): string => {
    let at: string | Tree = trees[language];
    for (const part of key.split(".")) {
      if (typeof at === "string" || !(part in at)) throw new Error(`no such words: ${key}`);
      at = at[part];
    }
    if (typeof at !== "string") throw new Error(`${key} is a group of words`);
    return at.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => String(values[name] ?? ""));
  };
}
