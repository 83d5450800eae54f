// Makes uPlot.js and uPlot.css out of the published files, without what this page does not use: joins, dates, bars, steps,
// splines, scales of logarithms, names of times, titles, legends. README.md of the folder above says how to call it.
// node make.mjs FOLDER-WITH-node_modules

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const modules = createRequire(join(resolve(process.argv[2]), 'x.js'));
const { minify } = modules('terser');
const package_ = resolve(process.argv[2], 'node_modules/uplot');
const { version } = JSON.parse(await readFile(join(package_, 'package.json'), 'utf8'));
let source = await readFile(join(package_, 'dist/uPlot.esm.js'), 'utf8');

/** What is cut must be there exactly once: another version is looked at by a person first. */
function cut(pattern, instead) {
  const found = source.match(new RegExp(pattern, 'gm'))?.length ?? 0;
  if (found !== 1) throw new Error(`found ${found} times, not once: ${pattern}`);
  source = source.replace(new RegExp(pattern, 'm'), instead);
}

// Members of the class that hold the rest of the library: this page asks for none of them. What is left becomes a plain
// script, which a page can ask for again after it failed.
cut('^uPlot\\.assign = assign;[\\s\\S]*^export [^\\n]*$', 'return uPlot;');
source = `globalThis.uPlot = (() => {\n${source}\n})();`;
for (const name of [
  'asinhAxisSplits',
  'fmtDate',
  'log10AxisValsFilt',
  'log2AxisValsFilt',
  'logAxisSplits',
  'rangeAsinh',
  'rangeLog',
  'timeAxisStamps',
  'timeAxisVal',
  'timeAxisVals',
  'timeSeriesStamp',
])
  cut(`^(function ${name}\\([^\\n]*\\) \\{)$[\\s\\S]*?^\\}$`, '$1}');
// What is written at the axes and below the chart is the page's own.
cut('^(function timeSeriesVal\\([^\\n]*\\) \\{)$[\\s\\S]*?^\\}$', '$1\n\treturn noop;\n}');
cut('const _timeAxisStamps = \\[[\\s\\S]*?^\\t\\];$', 'const _timeAxisStamps = [];');
cut('^const subs = \\{[\\s\\S]*?^\\};$', '');

const { code } = await minify(source, {
  compress: { passes: 4, pure_getters: true },
  format: {
    preamble: `/*! uPlot ${version}, https://github.com/leeoniya/uPlot, MIT; a part of it (make.mjs) */`,
  },
});
await writeFile(new URL('uPlot.js', import.meta.url), `${code}\n`);

const style = await readFile(join(package_, 'dist/uPlot.min.css'), 'utf8');
const rules = style.match(/[^}]+\}/g).filter((rule) => !/u-(title|legend|inline|series)/.test(rule));
await writeFile(new URL('uPlot.css', import.meta.url), `${rules.join('\n')}\n`);
