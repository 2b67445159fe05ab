// Bundles the extension (ES modules, split so that HTTP, mail and panels load on first use) and its
// webviews into dist/. `--production` minifies and keeps the budgets of spec section 10;
// `--watch` builds again on each change.

import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as esbuild from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const KB = 1000;
const ACTIVATION_BUDGET = 250 * KB;
const WEBVIEW_BUDGET = 400 * KB;
/** What must not be loaded with the extension: it comes by `import()` when first used. */
const NOT_AT_ACTIVATION = ['node_modules/undici/', 'node_modules/nodemailer/', 'node_modules/markdown-it/', 'webview/'];

/**
 * Zod can turn schemas into JSON Schema. Nobody here does, and the code for it hangs on every schema, so no
 * bundler drops it by itself: 18 KB at activation.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutJsonSchema = {
  name: 'without-json-schema',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](?:json-schema-processors|to-json-schema)\.js$/ },
      ({ path }) => {
        const names = readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm);
        return { contents: [...names].map(([, name]) => `export const ${name} = undefined;`).join('\n') };
      },
    );
  },
};

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  outdir: 'dist',
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  plugins: [withoutJsonSchema],
  logLevel: 'info',
  define: { AI_KEYS_TEST_BUILD: String(!production) },
};

/** @type {import('esbuild').BuildOptions} */
const host = {
  ...common,
  entryPoints: ['src/extension.ts', ...globSync('src/adapters/**/*Worker.ts')],
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  // CommonJS packages call require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
};

/** @type {import('esbuild').BuildOptions} */
const webviews = {
  ...common,
  entryPoints: ['analysis', 'dashboard']
    .map((name) => ({ in: `webview/${name}/main.ts`, out: `webview/${name}` }))
    .filter((entry) => existsSync(entry.in)),
  format: 'iife',
  platform: 'browser',
  target: 'es2024',
};

/** The bytes and source files that the import of one bundle brings with it, `import()` left out. */
function staticClosure(metafile, entry) {
  const seen = new Set();
  const visit = (file) => {
    const output = metafile.outputs[file];
    if (output === undefined || seen.has(file)) return;
    seen.add(file);
    for (const { path, kind } of output.imports) if (kind === 'import-statement') visit(path);
  };
  visit(entry);
  const outputs = [...seen].map((file) => metafile.outputs[file]);
  return {
    bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0),
    inputs: outputs
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  };
}

function checkActivation(metafile) {
  const { bytes, inputs } = staticClosure(metafile, 'dist/extension.js');
  const strays = inputs.map(([file]) => file).filter((file) => NOT_AT_ACTIVATION.some((part) => file.includes(part)));
  const problems = strays.map((file) => `${file} is loaded at activation: import() it where it is used`);
  if (production && bytes > ACTIVATION_BUDGET)
    problems.push(overBudget('activation', bytes, ACTIVATION_BUDGET, inputs));
  return { bytes, problems };
}

function checkWebviews(metafile) {
  const sizes = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('.js'));
  const problems = sizes
    .filter(([, { bytes }]) => production && bytes > WEBVIEW_BUDGET)
    .map(([file, { bytes, inputs }]) => overBudget(file, bytes, WEBVIEW_BUDGET, Object.entries(inputs)));
  return { sizes: Object.fromEntries(sizes.map(([file, { bytes }]) => [basename(file), bytes])), problems };
}

function overBudget(what, bytes, budget, inputs) {
  const largest = inputs
    .toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 8)
    .map(([file, { bytesInOutput }]) => `  ${String(bytesInOutput).padStart(8)}  ${file}`);
  return [`${what} has ${bytes} bytes, its budget is ${budget}; the largest parts:`, ...largest].join('\n');
}

async function watchAll() {
  for (const options of [host, webviews]) {
    if (options.entryPoints.length > 0) await (await esbuild.context(options)).watch();
  }
}

async function buildAll() {
  rmSync('dist', { recursive: true, force: true });
  const activation = checkActivation((await esbuild.build({ ...host, logLevel: 'warning' })).metafile);
  const panels = checkWebviews((await esbuild.build({ ...webviews, logLevel: 'warning' })).metafile);
  const problems = [...activation.problems, ...panels.problems];
  mkdirSync('out', { recursive: true });
  writeFileSync(
    'out/bundles.json',
    JSON.stringify({ production, activationBytes: activation.bytes, webviewBytes: panels.sizes }, null, 2),
  );
  const panelSizes = Object.entries(panels.sizes).map(([name, bytes]) => `, ${name} ${Math.ceil(bytes / KB)} KB`);
  console.log(
    `built for ${production ? 'production' : 'development'}: activation ${Math.ceil(activation.bytes / KB)} KB${panelSizes.join('')}`,
  );
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

await (watch ? watchAll() : buildAll());
