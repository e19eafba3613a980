// wasm-bindgen names what the program takes from the browser after its signature, with a hash: 300 names that do not
// compress, in the wasm and again in its script. Both are given short ones here.

// The module that wasm-bindgen's script hands over.
const GLUE = "./touchloop_bg.js";
const IMPORTS = 2;
const MAGIC = 8;

function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function lebOf(value) {
  const bytes = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) | (rest > 0 ? 0x80 : 0));
    value = rest;
  } while (value > 0);
  return Buffer.from(bytes);
}

const named = (text) => Buffer.concat([lebOf(Buffer.byteLength(text)), Buffer.from(text)]);

// What an import brings, after its names: a function's type, or the limits and types of the others.
function endOfKind(bytes, at) {
  const kind = bytes[at++];
  const limits = () => {
    const flags = bytes[at++];
    [, at] = leb(bytes, at);
    if (flags & 1) [, at] = leb(bytes, at);
  };
  if (kind === 0) [, at] = leb(bytes, at);
  else if (kind === 1) at++, limits();
  else if (kind === 2) limits();
  else if (kind === 3) at += 2;
  else throw new Error(`import of unknown kind ${kind}`);
  return at;
}

/** The wasm and its script, with short names for what the one takes from the other. */
export function shortImports(wasm, script) {
  const bytes = Buffer.from(wasm);
  const short = new Map();
  let at = MAGIC;
  while (at < bytes.length) {
    const start = at;
    const [size, body] = leb(bytes, at + 1);
    at = body + size;
    if (bytes[start] !== IMPORTS) continue;
    const text = (from) => {
      const [length, first] = leb(bytes, from);
      return [bytes.toString("utf8", first, first + length), first + length];
    };
    let [count, next] = leb(bytes, body);
    const imports = [lebOf(count)];
    for (; count > 0; count--) {
      const [module, afterModule] = text(next);
      const [name, afterName] = text(afterModule);
      next = endOfKind(bytes, afterName);
      const ours = module === GLUE;
      if (ours && !short.has(name)) short.set(name, `_${short.size.toString(36)}`);
      imports.push(named(ours ? "g" : module), named(ours ? short.get(name) : name), bytes.subarray(afterName, next));
    }
    const section = Buffer.concat(imports);
    const missing = [...short.keys()].filter((name) => !script.includes(name));
    if (short.size === 0 || missing.length > 0) throw new Error(`not in the script: ${missing.join(", ") || "any import"}`);
    return {
      wasm: Buffer.concat([bytes.subarray(0, start + 1), lebOf(section.length), section, bytes.subarray(at)]),
      script: script.replaceAll(GLUE, "g").replace(/\b__wb[\w$]+\b/g, (name) => short.get(name) ?? name),
    };
  }
  throw new Error("a program without imports");
}
