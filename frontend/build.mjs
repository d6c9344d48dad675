// Bundles the browser's part of Divan into webapp/static/dist. It needs node alone: npm
// packages are installed when package.json changed, and nothing happens when nothing did.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "webapp", "static", "dist");
const bundles = ["ceremony", "frame", "line-table", "marks", "reverse", "draft", "picker", "presence", "diagram", "files", "forms", "inbox", "passkeys", "talk", "studio", "designer", "form-editor", "decisions", "versions", "monitoring", "opening"];
const copies = {
  "fonts/vazirmatn.woff2": "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2",
  "fonts/Vazirmatn-Regular.ttf": "vazirmatn/fonts/ttf/Vazirmatn-Regular.ttf",
  "fonts/Vazirmatn-Bold.ttf": "vazirmatn/fonts/ttf/Vazirmatn-Bold.ttf",
  "fonts/OFL.txt": "vazirmatn/OFL.txt",
  "licences/bpmn-js.txt": "bpmn-js/LICENSE",
  "licences/diagram-js-minimap.txt": "diagram-js-minimap/LICENSE",
  "licences/zeebe-bpmn-moddle.txt": "zeebe-bpmn-moddle/LICENSE",
  "licences/pdfjs-dist.txt": "pdfjs-dist/LICENSE",
};

function hash(files) {
  const digest = createHash("sha256");
  for (const file of files) digest.update(file).update(readFileSync(join(here, file)));
  return digest.digest("hex");
}

function sources(folder = "src") {
  return readdirSync(join(here, folder), { withFileTypes: true })
    .flatMap((each) => {
      const path = `${folder}/${each.name}`;
      return each.isDirectory() ? sources(path) : [path];
    })
    .sort();
}

function isStamped(file, stamp) {
  return existsSync(file) && readFileSync(file, "utf8") === stamp;
}

/** The npm that belongs to this node, as a command with its first arguments. */
function npm() {
  const beside = [
    process.env.npm_execpath,
    join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((each) => each && existsSync(each));
  return beside ? [process.execPath, beside] : ["npm"];
}

function install() {
  const stamp = hash(["package.json", ".npmrc"]);
  const file = join(here, "node_modules", ".divan-stamp");
  if (isStamped(file, stamp)) return;
  console.log("front end: installing npm packages");
  const [command, ...first] = npm();
  const done = spawnSync(command, [...first, "install", "--no-progress", "--loglevel=error"], {
    cwd: here,
    stdio: "inherit",
    // npm's postinstall scripts call `node`: it is this one, on PATH or not
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` },
  });
  if (done.status !== 0) {
    console.error(`front end: npm install failed (${done.error?.message ?? `status ${done.status}`})`);
    process.exit(1);
  }
  writeFileSync(file, stamp);
}

async function bundle() {
  const { build } = await import("esbuild");
  rmSync(dist, { recursive: true, force: true });
  await build({
    absWorkingDir: here,
    entryPoints: {
      ...Object.fromEntries(bundles.map((name) => [name, `src/${name}/index.js`])),
      bidding: "src/bidding/index.js",
      style: "src/style/index.css",
    },
    outdir: dist,
    splitting: true, // what is loaded when used, and what several share, is a file of its own
    chunkNames: "parts/[name]-[hash]",
    external: ["./fonts/*"], // lies beside what is built
    bundle: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    sourcemap: "linked",
    legalComments: "linked",
    charset: "utf8",
    loader: { ".woff2": "file" },
    assetNames: "fonts/[name]-[hash]",
    logLevel: "warning",
  });
  await build({ // a script of its own, for a frame that has no origin: modules would need one
    absWorkingDir: here,
    entryPoints: { "pdf-viewer": "src/pdf-viewer/index.js", "pdf-viewer-style": "src/pdf-viewer/viewer.css" },
    external: ["./fonts/*"],
    outdir: dist,
    bundle: true,
    format: "iife",
    target: ["es2022"],
    minify: true,
    legalComments: "linked",
    charset: "utf8",
    logLevel: "error",
  });
  for (const [name, from] of Object.entries(copies)) {
    cpSync(join(here, "node_modules", from), join(dist, name));
  }
}

const stamp = hash(["build.mjs", "package.json", ".npmrc", ...sources()]);
const stampFile = join(dist, ".stamp");
if (!isStamped(stampFile, stamp)) {
  const began = performance.now();
  install();
  await bundle();
  writeFileSync(stampFile, stamp);
  console.log(`front end: built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
