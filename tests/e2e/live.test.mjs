// The stream of events: one for all tabs, resumed after a break, and what is done without it.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { launch, openPage } from './browser.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  standIn = await startStandIn();
});

const waits = async (reason) =>
  Object.assign(standIn.pipelines[0], { state: 'waiting', reason: `${reason}` });
const saysWaiting = (page) => page.waitForSelector('header .pill.warn:text-is("waiting")');
const saysHealthy = (page) => page.waitForSelector('header .pill.ok');

test('Eight tabs of one browser are all live on one stream', async () => {
  const first = await openPage(browser, standIn.url, { manyPages: true });
  const tabs = [first];
  while (tabs.length < 8) {
    const page = await first.context().newPage();
    await page.goto(`${standIn.url}/#/pipeline`);
    tabs.push(page);
  }
  await Promise.all(tabs.map(saysHealthy));
  assert.equal(standIn.events.opened, 1);
  await waits('the store is away');
  await Promise.all(tabs.map(saysWaiting));
  await tabs[0].close();
  Object.assign(standIn.pipelines[0], { state: 'healthy' });
  await Promise.all(tabs.slice(1).map(saysHealthy));
  assert.equal(standIn.events.opened, 1);
  await first.context().close();
  await standIn.goAway();
});

test('The stream goes on after the server was away', async () => {
  const page = await openPage(browser, `${standIn.url}/#/pipeline`);
  await saysHealthy(page);
  await standIn.goAway();
  await page.waitForSelector('header .pill.bad:text-is("server away")');
  assert.ok(await page.locator('.stage').count(), 'what was known stays in view');
  await waits('anew');
  await standIn.comeBack();
  await saysWaiting(page);
  page.assertUnharmed();
  await page.context().close();
  await standIn.goAway();
});

test('A browser without shared workers has a stream in each page', async () => {
  const page = await openPage(browser, 'about:blank', { origin: standIn.url });
  await page.addInitScript(() => delete globalThis.SharedWorker);
  await page.goto(standIn.url);
  await saysHealthy(page);
  assert.equal(standIn.events.size, 1);
  await waits('the store is away');
  await saysWaiting(page);
  page.assertUnharmed();
  await page.context().close();
  await standIn.goAway();
});

test('A server without the stream is asked again and again', async () => {
  standIn.live = false;
  const page = await openPage(browser, standIn.url);
  await saysHealthy(page);
  await waits('the store is away');
  await saysWaiting(page);
  assert.equal(standIn.events.opened, 0);
  page.assertUnharmed();
  await page.context().close();
  await standIn.goAway();
});
