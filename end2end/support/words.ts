import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";

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

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A day `yyyy-mm-dd` as the pages write it. */
export function writtenDay(language: Language, day: string): string {
  const say = words(language);
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const name = say("date.months").split(" ")[month - 1] ?? "";
  expect(name).toBe(language === "en" ? MONTHS[month - 1] : String(month).padStart(2, "0"));
  return say("date.day", { day: language === "vi" ? String(date).padStart(2, "0") : date, month: name, year });
}
