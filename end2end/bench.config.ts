import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

// The figures: one worker, so that nothing runs beside what is measured.
export default defineConfig({ ...tests, testDir: "bench", workers: 1, timeout: 300_000 });
