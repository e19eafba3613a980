import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

// The pictures of docs/, taken of the real product: `make pictures`.
export default defineConfig({ ...tests, testDir: "pictures", workers: 1, timeout: 300_000, use: { ...tests.use, trace: "off" } });
