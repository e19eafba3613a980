import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

// The figures: one worker, so that nothing runs beside what is measured, and no pictures of the page after every key,
// which would take longer than what is measured.
export default defineConfig({ ...tests, testDir: "bench", workers: 1, timeout: 300_000, use: { ...tests.use, trace: "off" } });
