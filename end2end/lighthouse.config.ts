import { defineConfig } from "@playwright/test";
import bench from "./bench.config.ts";

// Lighthouse's marks; its packages are installed for `make bench` only.
export default defineConfig({ ...bench, testDir: "lighthouse" });
