// Looking an order up, against the service at WEIR_URL (else the stand-in). WEIR_ORDER_ID names an
// order that is there; without it, the newest of /orders is taken. With WEIR_EXPECT_SOURCE=store
// the first answer must come from the database.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  find,
  launch,
  openPage,
  shownId,
} from './browser.mjs';
import { sampleId } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;
let url;
let id;
let page;

before(async () => {
  browser = await launch();
  if (!process.env.WEIR_URL) standIn = await startStandIn();
  url = (process.env.WEIR_URL ?? standIn.url).replace(/\/$/, '');
  id = process.env.WEIR_ORDER_ID ?? (standIn ? sampleId : await newest());
});
after(async () => {
  await browser.close();
  await standIn?.goAway();
});
beforeEach(async () => {
  await page?.context().close();
  page = await openPage(browser, url, { permissions: ['clipboard-read', 'clipboard-write'] });
});

async function newest() {
  const response = await fetch(`${url}/orders?limit=1`);
  assert.ok(response.ok, `${url}/orders answered ${response.status}: set WEIR_ORDER_ID`);
  const { entries } = await response.json();
  assert.ok(entries.length, `${url} has no order yet: send one, or set WEIR_ORDER_ID`);
  return entries[0].key;
}

const told = async () => (await page.textContent('.badge')).replace(/\s+/g, ' ');

test('An order is found, with where it came from and how long it took; asked again, from the cache', async () => {
  await find(page, `  ${id} `);
  await shownId(page, id);
  const first = await told();
  assert.match(first, /^(cache|database) · [\d.]+ m?s · round trip [\d.]+ m?s$/);
  if (process.env.WEIR_EXPECT_SOURCE === 'store' || standIn) assert.match(first, /^database/);
  for (const name of ['order', 'delivery', 'payment', 'items'])
    await page.waitForSelector(`section.${name}`);
  await page.click('.again');
  await page.waitForSelector('.from-cache');
  if (first.startsWith('database'))
    assert.match(
      await page.textContent('.gain'),
      /^Earlier from the database in .* m?s: the cache was [\d.,]+ times faster\.$/,
    );
  await page.waitForSelector('[role=status]:has-text("found: cache")', { state: 'attached' });
  await assertNoSidewaysScrolling(page, 'order');
  await assertAccessible(page, 'order');
  page.assertUnharmed();
});

test('What is shown is what the service answers, and it can be copied', async () => {
  const response = await fetch(`${url}/order/${encodeURIComponent(id)}`);
  const text = await response.text();
  const document = JSON.parse(text);
  await find(page, id);
  await shownId(page, id);
  const shown = await page.textContent('main');
  for (const section of ['delivery', 'payment']) {
    for (const [name, value] of Object.entries(document[section] ?? {})) {
      const same = name === 'transaction' && value === document.order_uid;
      if (typeof value === 'string' && !same)
        assert.ok(shown.includes(value), `${section}.${name}`);
    }
  }
  for (const item of document.items ?? []) {
    for (const [name, value] of Object.entries(item))
      if (typeof value === 'string') assert.ok(shown.includes(value), `item ${name}`);
  }
  await page.click('button:text-is("Copy JSON")');
  await page.waitForSelector('button:text-is("Copied")');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await page.click('button:text-is("Copy link")');
  await page.waitForFunction(
    (wanted) => navigator.clipboard.readText().then((copied) => copied === wanted),
    `${url}/#/order/${encodeURIComponent(id)}`,
  );
});

test('A link to an order works on reload, and with back and forward', async () => {
  await page.goto(`${url}/#/order/${encodeURIComponent(id)}`);
  await shownId(page, id);
  await page.reload();
  await shownId(page, id);
  assert.equal(await page.inputValue('#id'), id);
  assert.equal(await page.title(), `${id} · Weir`);
  await find(page, 'no-such-order');
  await page.waitForSelector('h1:text-is("No such order")');
  await page.goBack();
  await shownId(page, id);
  assert.equal(await page.inputValue('#id'), id);
  await page.goForward();
  await page.waitForSelector('h1:text-is("No such order")');
  page.assertUnharmed();
});

test('An order that is not there, and an id that is none, are told apart', async () => {
  await find(page, 'no-such-order');
  await page.waitForSelector('h1:text-is("No such order")');
  await assertAccessible(page, 'not found');
  await find(page, 'x'.repeat(513));
  await page.waitForSelector('h1:text-is("This is not an order id")');
  await assertAccessible(page, 'not an id');
  await find(page, ' ');
  await page.waitForSelector('.hint:text("The field is empty")');
  page.assertUnharmed();
});

test('Ids with odd characters are asked for as they are', async () => {
  for (const odd of ['a/b', 'a b?c#d%25', 'ключ-№1', '<b>&"\'', '..%2f']) {
    const asked = page.waitForRequest((request) =>
      new URL(request.url()).pathname.startsWith('/order/'),
    );
    await find(page, odd);
    assert.equal(
      decodeURIComponent(new URL((await asked).url()).pathname.slice('/order/'.length)),
      odd,
    );
    await page.waitForSelector(
      ':is(.notice h1:text-is("No such order"), .notice h1:text-is("This is not an order id"))',
    );
  }
  page.assertUnharmed();
});

test('Own searches are remembered in this browser, and can be cleared', async () => {
  await find(page, id);
  await shownId(page, id);
  await page.reload();
  await page.goto(`${url}/#/`);
  const list = page.locator('section:has(> .row > h2:text-is("You looked for")) a');
  await list.first().waitFor();
  assert.equal(await list.first().textContent(), id);
  await page.click('button:has-text("Clear")');
  assert.equal(await list.count(), 0);
  await page.reload();
  await page.waitForSelector('#id');
  assert.equal(await list.count(), 0);
});

test('Pasting trims, and takes the id out of a link', async () => {
  const paste = async (text) => {
    await page.fill('#id', '');
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.focus('#id');
    await page.keyboard.press('Control+V');
    return page.inputValue('#id');
  };
  assert.equal(await paste(`\n\t ${id} \r\n`), id);
  assert.equal(await paste(`${url}/#/order/${encodeURIComponent(id)}\n`), id);
  await page.keyboard.press('Enter');
  await shownId(page, id);
});
