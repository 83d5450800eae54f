// The pipeline view: the picture, the glance, the charts, the books, the file.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { launch, openPage } from './browser.mjs';
import { emulator, manyLanes, samplePipelines } from './pipelines.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;
let page;

before(async () => {
  browser = await launch();
  standIn = await startStandIn();
});
after(async () => {
  await browser.close();
  await standIn.goAway();
});
beforeEach(() => {
  standIn.pipelines = samplePipelines();
});

/** A test with a page of its own on the view, which must end unharmed. */
function pageTest(name, run, { hash = '#/pipeline', ...options } = {}) {
  test(name, async () => {
    page = await openPage(browser, `${standIn.url}/${hash}`, options);
    await page.waitForSelector('.stage');
    await run();
    page.assertUnharmed();
    await page.context().close();
  });
}

const textOf = async (selector) => (await page.textContent(selector)).replace(/\s+/g, ' ').trim();
const boxOf = (name) => page.locator(`.stage:has(.name:text-is("${name}"))`).boundingBox();

pageTest('Where there is room the stages stand in a line, with the rejects below', async () => {
  const [source, check, store, letters] = await Promise.all(
    ['source', 'check', 'store', 'dead letters'].map(boxOf),
  );
  assert.ok(source.x + source.width < check.x && check.x + check.width < store.x);
  assert.ok(Math.abs(source.y - store.y) < 1);
  assert.ok(letters.y > check.y + check.height);
  assert.equal(await page.locator('.track.used').count(), 1, 'only one step has rejected');
});

pageTest(
  'On a narrow screen they stand upright',
  async () => {
    const [source, check, letters] = await Promise.all(
      ['source', 'check', 'dead letters'].map(boxOf),
    );
    assert.ok(source.y + source.height < check.y && check.y + check.height < letters.y);
    assert.ok(check.x + check.width <= 320);
  },
  { viewport: { width: 320, height: 700 } },
);

pageTest('Each stage tells what passes, how long it takes and what went wrong', async () => {
  assert.match(await textOf('.stage:has-text("pg-sink")'), /p50 31 ms · p99 58 ms/);
  assert.match(await textOf('.stage:has-text("pg-sink")'), /2 retries/);
  assert.match(await textOf('.stage:has-text("json-schema")'), /251 rejected/);
  assert.match(await textOf('.stage:has-text("kafka-source")'), /lag 812/);
  assert.match(
    await textOf('.stage:has-text("cache-sink")'),
    /83,100 kept · hits 98\.2.% · 124 MB/,
  );
  assert.match(await textOf('.inbox'), /inbox 6.%/);
});

pageTest('What waits is said with its reason, since when, and how often it was tried', async () => {
  Object.assign(standIn.pipelines[0], {
    state: 'waiting',
    reason: 'store: connection refused',
    waiting: [
      {
        stage: 'store',
        reason: 'connection refused',
        since: new Date(Date.now() - 125_000).toISOString(),
        retries: 17,
      },
    ],
  });
  await page.waitForSelector('.waits li');
  assert.match(
    await textOf('.waits li'),
    /store asks for a retry: connection refused since 2 min · 17 retries/,
  );
  assert.equal(await page.locator('.stage.waits').count(), 1);
  assert.match(await textOf('.glance'), /waits, loses nothing, and asks again/);
});

pageTest('A pipeline that failed says why', async () => {
  const reason = 'store: the table orders has no column order_uid';
  Object.assign(standIn.pipelines[0], { state: 'failed', reason });
  await page.waitForSelector(`.reason.bad:text-is("${reason}")`);
  assert.match(await textOf('.glance'), /stopped by itself/);
});

pageTest('A rate is shown once messages pass', async () => {
  const timer = setInterval(() => {
    for (const stage of standIn.pipelines[0].stages) stage.in += 30;
  }, 300);
  await page.waitForFunction(() =>
    /^Read\s+[1-9]\d+\/s/.test(document.querySelector('.tile').textContent.trim()),
  );
  clearInterval(timer);
});

pageTest('The books of each lane are added up; those that do not balance stand first', async () => {
  assert.match(await textOf('tbody tr >> nth=0'), /demo\/orders\/0 28,143 611/);
  assert.match(await textOf('tfoot tr'), /All lanes 812 84,295 ?84,085 ?9 ?201 ✓ balance/);
  standIn.pipelines[0].lanes[2].stored -= 1;
  await page.waitForSelector('tbody tr:has-text("do not balance")');
  assert.match(await textOf('tbody tr >> nth=0'), /demo\/orders\/2/);
  assert.match(await textOf('.tile.bad:has-text("Books")'), /1 of 3 lanes do not balance/);
});

test('Thousands of lanes are shown in parts, the odd one among the first', async () => {
  standIn.pipelines = [manyLanes(5000)];
  page = await openPage(browser, `${standIn.url}/#/pipeline`);
  await page.waitForSelector('tbody tr:has-text("demo/orders/4999"):has-text("do not balance")');
  assert.equal(await page.locator('section:has(#lanes-title) tbody tr').count(), 50);
  await page.click('button:text-is("Show more lanes")');
  await page.waitForSelector('section:has(#lanes-title) tbody tr >> nth=549');
  page.assertUnharmed();
  await page.context().close();
});

pageTest('The last minutes are drawn, each chart with a table', async () => {
  await page.waitForSelector('weir-chart canvas');
  const titles = await page.locator('figcaption h3').allTextContents();
  assert.deepEqual(titles, [
    'Messages a second',
    'Messages that wait',
    'Time of a batch, p99',
    'Age of the last commit',
    'Retries a second',
  ]);
  assert.match(await textOf('weir-chart >> nth=0'), /read \d+\/s ?stored \d+\/s/);
  await page.getByRole('button', { name: 'Table of Messages a second' }).click();
  await page.waitForSelector('figure table');
  assert.deepEqual(await page.locator('figure thead th').allTextContents(), [
    'Time',
    'read',
    'stored',
    'rejected',
  ]);
  assert.ok((await page.locator('figure tbody tr').count()) > 50);
  const painted = await page.evaluate(() => {
    const canvas = document.querySelector('weir-chart canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((byte) => byte !== 0);
  });
  assert.ok(painted);
});

pageTest('The pipeline’s file is shown as it was written, masks standing out', async () => {
  await page.getByRole('button', { name: 'Show the file' }).click();
  await page.waitForSelector('pre.code');
  assert.equal(await page.locator('.masked').count(), 3);
  assert.match(await textOf('pre.code'), /dsn: "\$\{WEIR_PG_DSN\}"/);
});

test('Of several pipelines one is in view, and the others are a link away', async () => {
  standIn.pipelines = [emulator(), samplePipelines()[0]];
  page = await openPage(browser, `${standIn.url}/#/pipeline`);
  await page.waitForSelector('.stage:has-text("pg-sink")');
  await page.click('.chooser a:has-text("emulator")');
  await page.waitForSelector('.stage:has-text("generate-source")');
  assert.equal(await page.locator('.stage:has-text("pg-sink")').count(), 0);
  await page.reload();
  await page.waitForSelector('.stage:has-text("generate-source")');
  await page.goto(`${standIn.url}/#/pipeline/no-such`);
  await page.waitForSelector('.notice:has-text("No such pipeline")');
  page.assertUnharmed();
  await page.context().close();
});
