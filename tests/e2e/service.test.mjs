// The page on the service at WEIR_URL while orders come in, some of them broken:
// tests/integration/with_service.py --flow makes such a one.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import test, { after, before } from 'node:test';
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  drawn,
  launch,
  openPage,
} from './browser.mjs';

const url = (process.env.WEIR_URL ?? '').replace(/\/$/, '');
assert.ok(url, 'WEIR_URL names the service');
const held = process.env.WEIR_HELD_ID;
const hostile = process.env.WEIR_HOSTILE_ID;
assert.ok(held && hostile, 'WEIR_HELD_ID and WEIR_HOSTILE_ID name messages that are there');
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function look(hash, steps) {
  const page = await openPage(browser, `${url}/${hash}`);
  await steps(page);
  await assertNoSidewaysScrolling(page);
  await assertAccessible(page);
  page.assertUnharmed();
  await page.context().close();
}

const uptime = async () => (await ask('/api/pipelines/orders')).uptime_seconds;

const ask = async (path) => (await fetch(`${url}${path}`)).json();

test('The pipeline is drawn from what the service tells each second', () =>
  look('#/pipeline', async (page) => {
    await page.waitForSelector('header .pill.ok:has-text("/s")');
    for (const stage of ['kafka-source', 'check', 'store', 'cache', 'dead-letter-log'])
      await page.waitForSelector(`.stage:has-text("${stage}")`);
    await page.waitForSelector('.stage:has-text("kafka-source"):has-text("lag")');
    await page.waitForSelector('text=/Messages flow at/');
    const before = await page.textContent('.stage:has-text("pg-sink")');
    await page.waitForFunction(
      (text) =>
        [...document.querySelectorAll('.stage')].every(({ textContent }) => textContent !== text),
      before,
    );
    await page.click('button:has-text("Show"):near(:text("The file"))');
    await page.waitForSelector('pre:has-text("stage: pg-sink")');
    assert.doesNotMatch(await page.textContent('pre'), /postgresql:/);
  }));

test('The first thing is painted within 300 ms', async () => {
  const page = await openPage(browser, `${url}/`);
  const times = [];
  for (let load = 0; load < 7; ++load) {
    await page.reload();
    times.push(
      await page.evaluate(
        () =>
          new Promise((done) => {
            const watch = new PerformanceObserver((list) => {
              const first = list.getEntriesByName('first-contentful-paint')[0];
              if (first) done(first.startTime);
            });
            watch.observe({ type: 'paint', buffered: true });
          }),
      ),
    );
  }
  await page.context().close();
  assert.ok(Math.min(...times) < 300, `${times} ms`); // of several: a busy machine is slow, not wrong
});

test('The charts show the last minutes', () =>
  look('#/pipeline', async (page) => {
    await page.waitForSelector('.uplot canvas');
  }));

test('A tap shows orders as they pass, and the broken ones with the reason', () =>
  look('#/pipeline', async (page) => {
    await page.click('.stage:has-text("json-schema-validate")');
    await page.waitForSelector('.passing:has-text("passed")');
    await page.click('.passing:has-text("rejected")');
    await page.waitForSelector('.tap .letter');
  }));

test('A dead letter is listed while it is new, shown with its reason, and found by its text', () =>
  look('#/dead-letters', async (page) => {
    await page.waitForSelector('.letters li');
    await page.click('.letters a >> nth=0');
    await page.waitForSelector('.letter h2');
    const { letters } = await ask('/api/pipelines/orders/dead-letters?limit=1');
    await page.fill('input[name=text]', letters[0].reason);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.letters li');
  }));

test('A dead letter that would pass by now is tried, replayed, and found as an order', () =>
  look(`#/dead-letters?text=${encodeURIComponent(held)}`, async (page) => {
    await page.click('.letters a >> nth=0');
    await page.waitForSelector('.letter:has-text("/locale")');
    await page.click('.letter .replay button:has-text("Replay")');
    await page.waitForSelector('.letter .replay :text("Would be stored now")');
    assert.equal((await fetch(`${url}/order/${held}`)).status, 404, 'a dry run stores nothing');
    await page.click('.letter .replay button:has-text("Replay it")');
    await page.waitForSelector('.letter .replay :text("Stored now")');
    await page.waitForSelector('.letters li:has-text("replayed")');
    await assertAccessible(page);
    await page.goto(`${url}/#/order/${held}`);
    await page.waitForSelector('.from-cache');
    assert.match(await page.textContent('main'), new RegExp(held));
  }));

test('All that the filter shows is tried, and what has been done is not done again', () =>
  look(`#/dead-letters?text=${encodeURIComponent(held)}`, async (page) => {
    await page.click('button:has-text("Replay all shown by the filter")');
    await page.waitForSelector('.replay :text("Dry run of")');
    await page.waitForSelector('.replay :text("it was replayed at 20")');
  }));

test('A trace tells of an order what each stage did to it', async () => {
  const [{ key }] = (await ask('/orders?limit=1')).entries;
  await look(`#/trace/${encodeURIComponent(key)}`, async (page) => {
    for (const step of ['check', 'store', 'cache', 'committed'])
      await page.waitForSelector(`main >> text=${step}`);
    await page.waitForSelector('main >> text=stored');
  });
});

test('A restart in the midst of a live view is told, and the view goes on by itself', () =>
  look('#/pipeline', async (page) => {
    await page.waitForSelector('header .pill.ok:has-text("/s")');
    const begun = await uptime();
    await writeFile(process.env.WEIR_RESTART, '');
    await page.waitForSelector('header .pill:not(.ok)');
    await page.waitForSelector('header .pill.ok:has-text("/s")');
    assert.ok((await uptime()) < begun, 'it is another process');
  }));

test('Every text of an order is text, in every view that shows it', async () => {
  const markup = '<img src=x onerror=alert(1)>';
  await look(`#/order/${hostile}`, async (page) => {
    await page.waitForSelector('.badge');
    await page.click('button:text-is("Raw JSON")');
    assert.ok((await page.textContent('main')).split(markup).length > 30, 'each is shown');
    assert.equal(await page.locator('main img').count(), 0);
  });
  await look('#/dead-letters', async (page) => {
    await page.fill('#letters-text', markup);
    await page.press('#letters-text', 'Enter');
    await page.waitForSelector('text=No letter fits the filter');
  });
});

test('Each view at three widths, in both themes', async () => {
  const page = await openPage(browser, `${url}/`, { reducedMotion: 'reduce' });
  const views = {
    [`#/order/${hostile}`]: '.badge',
    '#/pipeline': '.uplot canvas',
    [`#/dead-letters?text=${held}`]: '.letters li',
    [`#/trace/${hostile}`]: 'main h2',
  };
  for (const [hash, there] of Object.entries(views)) {
    await page.goto(`${url}/${hash}`);
    await page.waitForSelector(there);
    for (const colorScheme of ['light', 'dark'])
      for (const width of [320, 768, 1440]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await drawn(page);
        await assertNoSidewaysScrolling(page, `${hash} ${width}`);
        await assertAccessible(page, `${hash} ${colorScheme} ${width}`);
      }
  }
  page.assertUnharmed();
  await page.context().close();
});

test('Eight tabs of one browser are all live', async () => {
  const first = await openPage(browser, `${url}/`, { manyPages: true });
  const tabs = [first];
  while (tabs.length < 8) {
    const page = await first.context().newPage();
    await page.goto(`${url}/#/pipeline`);
    tabs.push(page);
  }
  await Promise.all(tabs.map((page) => page.waitForSelector('header .pill.ok:has-text("/s")')));
  await first.context().close();
});

test('A hundred streams do not slow the lookups', async () => {
  const [{ key }] = (await ask('/orders?limit=1')).entries;
  const times = async () => {
    const all = [];
    for (let count = 0; count < 300; ++count) {
      const begun = performance.now();
      await (await fetch(`${url}/order/${encodeURIComponent(key)}`)).arrayBuffer();
      all.push(performance.now() - begun);
    }
    return all.sort((one, other) => one - other)[150];
  };
  const alone = await times();
  const over = new AbortController();
  const streams = Array.from({ length: 100 }, () =>
    fetch(`${url}/api/events`, { signal: over.signal }),
  );
  for (const one of await Promise.all(streams)) assert.equal(one.status, 200);
  const beside = await times();
  over.abort();
  assert.ok(beside < 3 * alone + 5, `${beside} ms beside 100 streams, ${alone} ms without`);
});
