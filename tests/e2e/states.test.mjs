// What the page does when the server is away, slow, without its database, or answers oddly.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { find, launch, openPage, shownId } from './browser.mjs';
import { sampleId, sampleOrder } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;
let page;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  standIn = await startStandIn();
  page = await openPage(browser, standIn.url);
});

/** A test with a server and a page of its own, which must end unharmed. */
function pageTest(name, run) {
  test(name, async () => {
    try {
      await run();
      page.assertUnharmed();
    } finally {
      await page.context().close();
      await standIn.goAway();
    }
  });
}

const notice = (title) => page.waitForSelector(`.notice :is(h1, h2):text-is("${title}")`);
const textOf = (selector) => page.textContent(selector);

pageTest('A server that goes away is said, and found again by itself', async () => {
  await find(page, sampleId);
  await shownId(page, sampleId);
  await standIn.goAway();
  await page.click('.again');
  await notice('The server does not answer');
  assert.match(await textOf('.notice'), /Below is the order as it was/);
  assert.equal(await textOf('.answer h1'), sampleId, 'the order stays in view');
  assert.match(await textOf('.notice'), /Asks again by itself|Asking/);
  await page.waitForSelector('header .pill.bad:text-is("server away")');
  await standIn.comeBack();
  await page.waitForSelector('.notice', { state: 'detached' });
  await page.waitForSelector('header .pill.ok');
  assert.equal(await textOf('.answer h1'), sampleId);
});

pageTest(
  'An order that was asked for while the server was away appears when it is back',
  async () => {
    await standIn.goAway();
    await find(page, sampleId);
    await notice('The server does not answer');
    await standIn.comeBack();
    await shownId(page, sampleId);
  },
);

pageTest('A store that is away is said, and asked again by itself', async () => {
  standIn.storeAway = true;
  await find(page, sampleId);
  await notice('The database cannot be asked just now');
  assert.match(await textOf('.notice'), /connection refused/);
  standIn.storeAway = false;
  await shownId(page, sampleId);
});

pageTest(
  'An order that is asked for while the pipeline starts appears when it is ready',
  async () => {
    const [orders] = standIn.pipelines;
    standIn.status = 404; // the route is not there yet
    standIn.recent = null;
    Object.assign(orders, { ready: false, state: 'starting', reason: 'cache: restoring' });
    await page.reload();
    await find(page, sampleId);
    await notice('The pipeline is not ready yet');
    assert.match(await textOf('.notice'), /cache: restoring/);
    standIn.status = undefined;
    standIn.recent = [{ key: 'first', stored_at: null }];
    Object.assign(orders, { ready: true, state: 'healthy', reason: '' });
    await shownId(page, sampleId);
    await page.waitForSelector('.recent a:text-is("first")');
  },
);

pageTest('Another search ends the asking for the one before', async () => {
  standIn.storeAway = true;
  await find(page, 'first');
  await notice('The database cannot be asked just now');
  standIn.cached.add(sampleId);
  await find(page, sampleId);
  await shownId(page, sampleId);
  const before = standIn.asked.length;
  await page.waitForTimeout(2500); // longer than the first wait: nothing may be asked in it
  assert.equal(standIn.asked.length, before);
});

pageTest('A slow answer to an older search does not replace a newer one', async () => {
  standIn.orders.set('slow', JSON.stringify({ ...sampleOrder, order_uid: 'slow' }));
  standIn.delay = 800;
  await find(page, 'slow');
  await page.waitForSelector('h1:has-text("Looking for slow")');
  standIn.delay = 0;
  await find(page, sampleId);
  await shownId(page, sampleId);
  await page.waitForTimeout(1000); // past the time of the slow answer
  assert.equal(await textOf('.answer h1'), sampleId);
});

pageTest('Any other refusal is told with its status and title', async () => {
  standIn.status = 418;
  await find(page, sampleId);
  await notice('The server answered 418');
  assert.match(await textOf('.notice'), /told to answer so/);
});

pageTest('A pipeline without a list of recent orders is said calmly', async () => {
  standIn.recent = null;
  await page.reload();
  await page.waitForSelector('.recent :text-is("This server keeps no list of recent orders.")');
});

pageTest('Recent orders arrive by themselves, and stand still while pointed at', async () => {
  const entry = (key) => ({ key, stored_at: new Date().toISOString() });
  await page.waitForSelector('.recent :text("Nothing yet")');
  standIn.recent = [entry('one')];
  await page.waitForSelector('.recent a:text-is("one")');
  await page.hover('.recent .list');
  const polled = page.waitForResponse(
    (response) => response.url().includes('/orders?') && response.ok(),
  );
  standIn.recent = [entry('two'), entry('one')];
  await polled;
  await page.waitForResponse((response) => response.url().includes('/orders?'));
  assert.equal(await page.locator('.recent a').count(), 1, 'held while the pointer is on it');
  await page.mouse.move(5, 5);
  await page.waitForSelector('.recent a:text-is("two")');
});

pageTest('A document that is not JSON is shown as it came', async () => {
  standIn.orders.set('odd', '{"order_uid": oops');
  await find(page, 'odd');
  await page.waitForSelector('#raw pre');
  assert.equal(await textOf('#raw pre'), '{"order_uid": oops');
});

pageTest('Documents of another shape are shown all the same', async () => {
  const shapes = {
    list: [1, 'two'],
    text: 'alone',
    nothing: null,
    bare: {},
    wrong: { delivery: 5, payment: [], items: 'none' },
  };
  for (const [id, document] of Object.entries(shapes)) {
    standIn.orders.set(id, JSON.stringify(document));
    await find(page, id);
    await shownId(page, id);
  }
  assert.match(await textOf('.delivery'), /5/);
  assert.match(await textOf('section.items'), /none/);
});

pageTest('Sums that disagree are marked, with what they should be', async () => {
  const payment = { ...sampleOrder.payment, amount: 1800, goods_total: 300.5 };
  standIn.orders.set('sums', JSON.stringify({ ...sampleOrder, order_uid: 'sums', payment }));
  await find(page, 'sums');
  await shownId(page, 'sums');
  const paragraphs = await page.locator('.payment .disagrees').allTextContents();
  const said = paragraphs.map((text) => text.replace(/\s+/g, ' '));
  assert.match(said[0], /Goods are 300\.5, but the items' totals make 317: 16\.5 too little/);
  assert.match(said[1], /Paid is 1,800, but .* make 1,800\.5: 0\.5 too little/);
  await find(page, sampleId);
  await shownId(page, sampleId);
  assert.equal(await page.locator('.disagrees').count(), 0);
  assert.equal(await page.locator('.payment .mark.ok').count(), 2);
});

pageTest('Times are shown in the local zone and in UTC', async () => {
  await find(page, sampleId);
  await shownId(page, sampleId);
  const created = await textOf('.order .term:has(dt:text-is("Created")) dd');
  assert.match(created.replace(/\s+/g, ' '), /26 Nov 2021, 08:22:19 EET 06:22:19 UTC/);
  const paid = await textOf('.payment .term:has(dt:text-is("Paid at")) dd');
  assert.match(paid.replace(/\s+/g, ' '), /26 Nov 2021, 08:22:07 EET 06:22:07 UTC 1637907727/);
});

pageTest('The pipeline view follows the server', async () => {
  await page.click('nav a:text-is("Pipeline")');
  await page.waitForSelector('.stage:has-text("pg-sink")');
  Object.assign(standIn.pipelines[0], {
    state: 'waiting',
    reason: 'store: the database refuses connections',
  });
  standIn.pipelines[0].lanes[0].stored -= 1;
  await page.waitForSelector('.reason:text-is("store: the database refuses connections")');
  await page.waitForSelector('header .pill.warn:text-is("waiting")');
  assert.match(await textOf('tbody tr:first-child'), /do not balance/);
});
