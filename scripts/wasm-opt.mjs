// Binaryen's wasm-opt as cargo-leptos calls it, with one step before it: functions that nothing calls but that every
// view's table of functions keeps alive lose their bodies. They would trap; the browser tests walk every screen.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import binaryen from "./node_modules/binaryen/index.js";

// Hydration that waits for code split into several files. There is one file, and hydration is in one go.
const UNUSED = /\bhydrate_async\b/;
// Rust's memory starts with the stack, and comes zeroed.
const MORE = ["--zero-filled-memory", "--low-memory-unused"];

const args = process.argv.slice(2);
const at = args.indexOf("-o");
if (at >= 0) {
  const file = args[at + 1];
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(binaryen.Features.All);
  let emptied = 0;
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const each = module.getFunctionByIndex(i);
    const { name, module: from } = binaryen.getFunctionInfo(each);
    if (from || !UNUSED.test(name)) continue;
    binaryen.Function.setBody(each, module.unreachable());
    emptied += 1;
  }
  if (emptied === 0) {
    console.error("wasm-opt: no function is called hydrate_async any more; look at scripts/wasm-opt.mjs");
    process.exit(1);
  }
  writeFileSync(file, module.emitBinary());
  args.push(...MORE);
}
const real = fileURLToPath(new URL("./node_modules/.bin/wasm-opt", import.meta.url));
process.exit(spawnSync(process.execPath, [real, ...args], { stdio: "inherit" }).status ?? 1);
