// What the drawing libraries say to people: every text they hand to `translate`, found in their files.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");
const FOLDERS = ["bpmn-js/lib", "diagram-js/lib", "diagram-js-direct-editing/lib"];
const FILES = ["bpmn-js-create-append-anything/dist/index.es.js", "diagram-js-minimap/dist/index.esm.js"];
/** the texts of menus lie in tables that are translated entry by entry */
const TABLES = /(ReplaceOptions|CreateOptions|index\.es|index\.esm|ModelingFeedback)\.js$/;
const TEXT = String.raw`(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`;
const SAID = new RegExp(String.raw`translate\(\s*${TEXT}`, "g");
const LABEL = new RegExp(String.raw`\b(?:label|name|COLLAB_ERR_MSG|DATA_OBJECT_ERR_MSG)\s*[:=]\s*(?:\(?[\w.]+\)?\s*=>\s*)?${TEXT}`, "g");
/** in a comment of the library */
const EXAMPLES = new Set(["HELLO {you}"]);

function scripts(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name);
    return each.isDirectory() ? scripts(path) : /\.js$/.test(each.name) ? [path] : [];
  });
}

export function said() {
  const found = new Set();
  for (const file of [...FOLDERS.flatMap((each) => scripts(join(modules, each))), ...FILES.map((each) => join(modules, each))]) {
    const text = readFileSync(file, "utf8");
    const patterns = TABLES.test(file) ? [SAID, LABEL] : [SAID];
    for (const pattern of patterns) {
      for (const [, single, double] of text.matchAll(pattern)) {
        const value = (single ?? double).replace(/\\(.)/g, "$1");
        if (/^[A-Z]|^\w+ \w/.test(value) && !EXAMPLES.has(value) && !/^bpmn:/.test(value)) found.add(value);
      }
    }
  }
  return [...found].sort();
}
