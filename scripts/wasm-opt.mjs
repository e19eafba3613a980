// Binaryen's wasm-opt as cargo-leptos calls it, with two steps before it: functions that nothing calls but that every
// view's table of functions keeps alive lose their bodies, and imports get short names. The emptied functions would
// trap; the browser tests walk every screen.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import binaryen from "./node_modules/binaryen/index.js";
import { shortImports } from "./short-imports.mjs";

// Hydration that waits for data, and from templates that are cloned; what attributes need that a caller spreads over a
// component's elements (no component here takes any). Each stands in the mangled name with its length before it, and
// what `elements` belongs to before that: the tags' module has the same name. Whatever is generic over a closure of one
// of these functions is needed by them alone. Last, the streams that server functions could send: no function here
// does, but their
// classes are exported whether anybody makes one or not.
// Names can be trusted only because rustc is told not to merge functions of equal bodies; wasm-opt does that later.
const UNUSED = /13hydrate_async|21hydrate_from_template|13into_any_attr5clone|9Mountable8elements|8any_view8elements|[Ii]nto_?[Uu]nderlying/;
// Rust's memory starts with the stack, and comes zeroed. Who made the file with what is nobody's business in the browser.
const MORE = ["--zero-filled-memory", "--low-memory-unused", "--strip-producers", "--strip-target-features"];

// What rustc uses, and every browser of the last years knows. More would change how the file is written.
const has = binaryen.Features;
const FEATURES =
  has.BulkMemory | has.BulkMemoryOpt | has.MutableGlobals | has.NontrappingFPToInt | has.SignExt | has.ReferenceTypes | has.Multivalue;

// The whole app before it is cut into parts. Its hash goes into every file, so that each has a new name when any of
// them is another: the files name each other, and must come from one build.
const WHOLE = fileURLToPath(new URL("../target/front/wasm32-unknown-unknown/wasm-release/frontend.wasm", import.meta.url));
const MAIN = "touchloop.wasm";

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
    if (from || !UNUSED.test(name)) continue;
    binaryen.Function.setBody(each, module.unreachable());
    emptied += 1;
  }
  if (emptied === 0 && basename(file) === MAIN) {
    console.error("wasm-opt: none of the unused functions is there any more; look at scripts/wasm-opt.mjs");
    process.exit(1);
  }
  const build = createHash("sha256").update(readFileSync(WHOLE)).digest();
  module.addCustomSection("build", build);
  if (basename(file) === MAIN) {
    const script = file.replace(/\.wasm$/, ".js");
    const short = shortImports(module.emitBinary(), readFileSync(script, "utf8"));
    writeFileSync(file, short.wasm);
    writeFileSync(script, `${short.script}\nexport const build = "${build.toString("hex")}";\n`);
  } else writeFileSync(file, module.emitBinary());
  // What functions do not touch is worked out before the passes that use it.
  args.unshift("--generate-global-effects");
  args.push(...MORE);
}
const real = fileURLToPath(new URL("./node_modules/.bin/wasm-opt", import.meta.url));
process.exit(spawnSync(process.execPath, [real, ...args], { stdio: "inherit" }).status ?? 1);
