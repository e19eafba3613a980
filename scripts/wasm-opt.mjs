// Binaryen's wasm-opt as cargo-leptos calls it, with one step before it: functions that nothing calls but that every
// view's table of functions keeps alive lose their bodies. They would trap; the browser tests walk every screen.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import binaryen from "./node_modules/binaryen/index.js";

// Hydration that waits for code split into several files (there is one file), and from templates that are cloned;
// what attributes need that a caller spreads over a component's elements (no component here takes any).
// Each is a whole path, as a module or a function of ours may have one of these names; what may follow are the types it
// is made for, its closures and a hash.
// Names can be trusted only because rustc is told not to merge functions of equal bodies; wasm-opt does that later.
const UNUSED = new RegExp(
  `^tachys(\\[\\w+\\])?::(${[
    "view::RenderHtml::hydrate_async",
    "view::any_view::IntoAny::into_any::hydrate_async",
    "html::attribute::any_attribute::IntoAnyAttribute::into_any_attr::hydrate_from_template",
    "html::attribute::any_attribute::IntoAnyAttribute::into_any_attr::clone",
    "view::Mountable::elements",
    "view::any_view::elements",
  ].join("|")})(::|::\\{+closure(#\\d+)?\\}+)*(::h[0-9a-f]{16})?(\\[\\d+\\])?$`,
);
// Rust's memory starts with the stack, and comes zeroed.
const MORE = ["--zero-filled-memory", "--low-memory-unused"];

// What rustc uses, and every browser of the last years knows. More would change how the file is written.
const has = binaryen.Features;
const FEATURES =
  has.BulkMemory | has.BulkMemoryOpt | has.MutableGlobals | has.NontrappingFPToInt | has.SignExt | has.ReferenceTypes | has.Multivalue;

// A function's path without the types it is made for; `<A as Trait>::f` is the trait's.
function path(name) {
  let own = "";
  let depth = 0;
  let ofTrait = false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] === "<") depth += 1;
    else if (name[i] === ">" && name[i - 1] !== "-") depth -= 1;
    else if (depth === 0) own += name[i];
    else if (depth === 1 && own === "" && name.startsWith(" as ", i)) {
      ofTrait = true;
      i += 3;
    } else if (depth === 1 && ofTrait) own += name[i];
    if (depth === 0) ofTrait = false;
  }
  return own;
}

const args = process.argv.slice(2);
const at = args.indexOf("-o");
if (at >= 0) {
  const file = args[at + 1];
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(FEATURES);
  let emptied = 0;
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const each = module.getFunctionByIndex(i);
    const { name, module: from } = binaryen.getFunctionInfo(each);
    if (from || !UNUSED.test(path(name))) continue;
    binaryen.Function.setBody(each, module.unreachable());
    emptied += 1;
  }
  if (emptied === 0) {
    console.error("wasm-opt: none of the unused functions is there any more; look at scripts/wasm-opt.mjs");
    process.exit(1);
  }
  writeFileSync(file, module.emitBinary());
  args.push(...MORE);
}
const real = fileURLToPath(new URL("./node_modules/.bin/wasm-opt", import.meta.url));
process.exit(spawnSync(process.execPath, [real, ...args], { stdio: "inherit" }).status ?? 1);
