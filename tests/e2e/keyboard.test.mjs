// The page without a mouse.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { launch, openPage, shownId } from './browser.mjs';
import { sampleId } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;
let page;

before(async () => {
  browser = await launch();
  standIn = await startStandIn();
  standIn.recent = [{ key: sampleId, stored_at: new Date().toISOString() }];
});
after(async () => {
  await browser.close();
  await standIn.goAway();
});
beforeEach(async () => {
  await page?.context().close();
  page = await openPage(browser, standIn.url);
});

const focused = () =>
  page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
const press = (...keys) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

test('The field has the focus; Enter finds, and the focus stays', async () => {
  assert.equal(await focused(), 'id');
  await page.keyboard.type(sampleId);
  await press('Enter');
  await shownId(page, sampleId);
  assert.equal(await focused(), 'id');
  page.assertUnharmed();
});

test('"/" goes to the search, "?" shows the keys, Escape closes them and gives the focus back', async () => {
  await page.focus('.theme');
  await press('/');
  assert.equal(await focused(), 'id');
  assert.equal(await page.inputValue('#id'), '', 'the key itself is not typed');
  await page.focus('.theme');
  await press('?');
  await page.waitForSelector('dialog[open]');
  await press('Escape');
  await page.waitForSelector('dialog:not([open])', { state: 'attached' });
  assert.equal(await page.evaluate(() => document.activeElement.className), 'theme');
});

test('Keys are letters in the field, and pairs lead to the views', async () => {
  await page.keyboard.type('g p ? / a');
  assert.equal(await page.inputValue('#id'), 'g p ? / a');
  await page.focus('.theme');
  await press('g', 'p');
  await page.waitForSelector('.stage');
  await press('g', 'o');
  await page.waitForSelector('#id:focus');
});

test('An order can be picked from the list, asked for again and read raw', async () => {
  await page.waitForSelector('.recent a');
  await page.focus('.recent a');
  await press('Enter');
  await shownId(page, sampleId);
  await page.waitForSelector('.answer h1:focus');
  standIn.asked.length = 0;
  await press('a');
  await page.waitForSelector('.from-cache');
  await page.waitForFunction(() => true);
  assert.deepEqual(standIn.asked, [sampleId]);
  await press('r');
  await page.waitForSelector('#raw pre');
  await press('Escape');
  await page.waitForSelector('#raw pre', { state: 'detached' });
});

test('Tab reaches everything in the order of reading, and shows where it is', async () => {
  await page.keyboard.type(sampleId);
  await press('Enter');
  await shownId(page, sampleId);
  const visited = [];
  for (let step = 0; step < 9; step += 1) {
    await press('Tab');
    visited.push(await focused());
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement).outlineStyle,
    );
    assert.notEqual(outline, 'none', visited.at(-1));
  }
  assert.deepEqual(visited.slice(0, 7), [
    'Find',
    'Ask again',
    'Copy link',
    'Copy JSON',
    'Raw JSON',
    'Trace',
    sampleId,
  ]);
});

test('Single keys can be switched off, and stay off', async () => {
  await page.focus('.theme');
  await press('?');
  await page.click('dialog input[type=checkbox]');
  await press('Escape');
  await page.reload();
  await page.waitForSelector('.recent a');
  await page.focus('.theme');
  await press('?');
  assert.equal(await page.locator('dialog[open]').count(), 0);
});

test('The theme follows the system, and a switch overrules it', async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.focus('.theme');
  await press('Enter'); // light
  assert.equal(await ground(), light);
  await page.reload();
  assert.equal(await ground(), light, 'it is remembered');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.focus('.theme');
  await press('Enter'); // dark
  assert.equal(await ground(), dark);
  await press('Enter'); // as the system
  assert.equal(await ground(), light);
});
