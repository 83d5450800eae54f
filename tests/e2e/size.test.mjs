// What a browser has to fetch, all of it, the charts too.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../htdocs/', import.meta.url));
const fetched = new Set(['.js', '.css', '.html', '.svg']);
const names = (await readdir(folder, { recursive: true })).filter((name) =>
  fetched.has(extname(name)),
);

test('All files together are under 100 KB gzipped', async () => {
  let bytes = 0;
  for (const name of names)
    bytes += gzipSync(await readFile(join(folder, name)), { level: 9 }).length;
  assert.ok(names.length > 40, `${names.length} files`);
  assert.ok(bytes < 100_000, `${bytes} bytes`);
});

test('Each module is short, and each that the first view needs is fetched ahead', async () => {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const wanted = new Set();
  const follow = async (path) => {
    if (wanted.has(path)) return;
    wanted.add(path);
    const source = await readFile(join(folder, path), 'utf8');
    for (const [, from] of source.matchAll(/^(?:import|export)\b[^;]*?['"](\.[^'"]+)['"];/gm))
      await follow(new URL(from, `file:///${path}`).pathname.slice(1));
  };
  await follow('app/main.js');
  wanted.delete('app/main.js');
  for (const path of wanted) {
    assert.ok(page.includes(`<link rel="modulepreload" href="/${path}" />`), path);
    if (path.startsWith('vendor/')) continue;
    const lines = (await readFile(join(folder, path), 'utf8')).split('\n').length;
    assert.ok(lines < 250, `${path}: ${lines} lines`);
  }
});
