// Every state of the page, at three widths and in both themes: nothing scrolls sideways, axe-core
// finds nothing, nothing harmful happened.

import test, { after, before } from 'node:test';
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  drawn,
  find,
  launch,
  openPage,
  shownId,
} from './browser.mjs';
import { passing, rejectedTrace, sampleLetter, sampleLetters, storedTrace } from './letters.mjs';
import { samplePipelines } from './pipelines.mjs';
import { richOrder, sampleId } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;

before(async () => {
  browser = await launch();
  standIn = await startStandIn();
  standIn.orders.set('rich', JSON.stringify(richOrder('rich')));
  standIn.orders.set('no-json', 'this is not JSON');
  standIn.letters = sampleLetters(60);
  standIn.traces.set(sampleId, storedTrace(sampleId));
  standIn.traces.set('letter-0', rejectedTrace(standIn.letters[0]));
  standIn.traces.set('silent', {
    ...storedTrace('silent'),
    unanswered: [{ stage: 'store', reason: 'connection refused' }],
  });
  standIn.recent = Array.from({ length: 20 }, (_, index) => ({
    key: `${index}`.padStart(16, 'a0') + 'test',
    stored_at: index === 3 ? null : new Date(Date.now() - index * 40_000).toISOString(),
  }));
});
after(async () => {
  await browser.close();
  await standIn.goAway();
});

const notice = (page, title) => page.waitForSelector(`.notice :is(h1, h2):text-is("${title}")`);
const one = '.letter .replay';
const all = 'section[aria-label="Replay of all letters"]';
async function toLetter(page, index) {
  await page.goto(`${standIn.url}/#/dead-letters?place=${sampleLetter(index).place}`);
  await page.waitForSelector(one);
}
async function tryAll(page) {
  await page.goto(`${standIn.url}/#/dead-letters?text=letter`);
  await page.click(`${all} button`);
}
const states = {
  async start(page) {
    await page.waitForSelector('.recent .list');
  },
  async order(page) {
    await find(page, sampleId);
    await shownId(page, sampleId);
  },
  async 'order with odd sums and its raw JSON'(page) {
    await find(page, 'rich');
    await shownId(page, 'rich');
    await page.click('button:text-is("Raw JSON")');
    await page.waitForSelector('#raw pre');
  },
  async 'no JSON'(page) {
    await find(page, 'no-json');
    await page.waitForSelector('#raw pre');
  },
  async 'not found'(page) {
    await find(page, 'no-such-order');
    await notice(page, 'No such order');
  },
  async 'not an id'(page) {
    await find(page, 'x'.repeat(600));
    await notice(page, 'This is not an order id');
  },
  async 'empty field'(page) {
    await find(page, '   ');
    await page.waitForSelector('.hint:not(:empty)');
  },
  async 'store away'(page) {
    standIn.storeAway = true;
    await find(page, 'not-in-the-cache');
    await notice(page, 'The database cannot be asked just now');
    standIn.storeAway = false;
  },
  async refused(page) {
    standIn.status = 500;
    await find(page, sampleId);
    await notice(page, 'The server answered 500');
    standIn.status = undefined;
  },
  async 'server away'(page) {
    await page.route('**/order/**', (route) => route.abort());
    await find(page, sampleId);
    await notice(page, 'The server does not answer');
  },
  async loading(page) {
    standIn.delay = 4000;
    await find(page, 'slow');
    await page.waitForSelector('h1:has-text("Looking for")');
    standIn.delay = 0;
  },
  async pipeline(page) {
    await page.click('nav a:text-is("Pipeline")');
    await page.waitForSelector('weir-chart canvas');
    await page.click('figcaption button >> nth=0');
    await page.getByRole('button', { name: 'Show the file' }).click();
    await page.waitForSelector('pre.code');
  },
  async 'pipeline that waits'(page) {
    const [one] = standIn.pipelines;
    const since = new Date().toISOString();
    Object.assign(one, {
      state: 'waiting',
      reason: 'store: refused',
      waiting: [{ stage: 'store', reason: 'connection refused', since, retries: 3 }],
    });
    one.lanes[0].stored -= 1;
    await page.goto(`${standIn.url}/#/pipeline`);
    await page.waitForSelector('.waits li');
    await page.waitForSelector('.tile.bad:has-text("Books")');
    standIn.pipelines = samplePipelines();
  },
  async tap(page) {
    await page.goto(`${standIn.url}/#/pipeline/orders/check`);
    await page.waitForSelector('.tap');
    while (!standIn.taps.get('orders/check')?.size)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, reason, pointer } = sampleLetter(0);
    standIn.pass('check', passing(1, { fate: 'rejected', code, reason, pointer }));
    standIn.pass('check', passing(2, { fate: 'replaced', edited: '{"a": 2}' }));
    await page.click('.passing >> nth=0');
    await page.waitForSelector('.pair');
  },
  async 'dead letters'(page) {
    await page.goto(`${standIn.url}/#/dead-letters`);
    await page.waitForSelector('.letters li');
  },
  async 'a dead letter'(page) {
    await page.goto(`${standIn.url}/#/dead-letters?place=${sampleLetter(0).place}`);
    await page.waitForSelector('.letter mark');
    await page.click('.letter summary');
  },
  async 'no dead letters'(page) {
    await page.goto(`${standIn.url}/#/dead-letters?text=nowhere`);
    await page.waitForSelector('text=No letter fits the filter.');
  },
  async 'a link to no letter'(page) {
    await page.goto(`${standIn.url}/#/dead-letters?place=77`);
    await page.waitForSelector('.letter :text("There is no letter at that place.")');
  },
  async 'dry run of a letter'(page) {
    await toLetter(page, 0);
    await page.click(`${one} button`);
    await page.waitForSelector(`${one} button:text-is("Replay it")`);
  },
  async 'a letter that is still refused'(page) {
    await toLetter(page, 1);
    await page.click(`${one} button`);
    await page.waitForSelector(`${one} :text("Still refused")`);
  },
  async 'a letter that was replayed'(page) {
    standIn.letters[3].replayed_at = new Date(Date.now() - 70_000).toISOString();
    await toLetter(page, 3);
    await page.click(`${one} button`);
    await page.waitForSelector(`${one} :text("it was replayed at")`);
    await page.waitForSelector('.letters .replayed', { state: 'attached' });
    standIn.letters[3].replayed_at = null;
  },
  async 'a token is asked for'(page) {
    standIn.token = 'secret';
    await toLetter(page, 0);
    await page.click(`${one} button`);
    await page.waitForSelector('#token-one');
    standIn.token = undefined;
  },
  async 'no replay now'(page) {
    standIn.replayProblem = [503, 'No', 'another replay is at work; ask again in a moment'];
    await tryAll(page);
    await page.waitForSelector(`${all} .disagrees`);
    standIn.replayProblem = undefined;
  },
  async 'dry run at work'(page) {
    standIn.replayWaits = new Promise(() => {});
    await tryAll(page);
    await page.waitForSelector(`${all} button:text-is("Stop")`);
    standIn.replayWaits = undefined;
  },
  async 'dry run that was stopped'(page) {
    let release;
    standIn.replayWaits = new Promise((resolve) => (release = resolve));
    standIn.replayPage = 20;
    await tryAll(page);
    await page.click(`${all} button:text-is("Stop")`);
    release();
    await page.waitForSelector(`${all} button:text-is("Go on")`);
    Object.assign(standIn, { replayWaits: undefined, replayPage: 100 });
  },
  async 'dry run of all'(page) {
    await tryAll(page);
    await page.waitForSelector(`${all} button:text-is("Replay 20 letters")`);
  },
  async 'replay of all'(page) {
    await tryAll(page);
    await page.click(`${all} button:text-is("Replay 20 letters")`);
    await page.waitForSelector(`${all} :text("Replayed:")`);
    await page.waitForFunction(() => document.querySelectorAll('.letters .replayed').length > 9);
    for (const letter of standIn.letters) letter.replayed_at = null;
  },
  async 'trace without one stage'(page) {
    await page.goto(`${standIn.url}/#/trace/silent`);
    await page.waitForSelector('.trace .disagrees');
  },
  async trace(page) {
    await page.goto(`${standIn.url}/#/trace/${sampleId}`);
    await page.waitForSelector('.steps');
  },
  async 'trace of a rejected message'(page) {
    await page.goto(`${standIn.url}/#/trace/letter-0`);
    await page.waitForSelector('.kept a');
  },
  async 'no trace'(page) {
    await page.goto(`${standIn.url}/#/trace/nowhere`);
    await page.waitForSelector('text=No trace of it');
  },
  async 'not found, but a dead letter'(page) {
    await find(page, 'letter-0');
    await page.waitForSelector('.notice a:text-is("A dead letter has it")');
  },
  async keys(page) {
    await page.click('button:has-text("all keys")');
    await page.waitForSelector('dialog[open]');
  },
  async 'unknown address'(page) {
    await page.goto(`${standIn.url}/#/nowhere`);
    await page.waitForSelector('h1:text-is("There is nothing at this address")');
  },
};

// Colours do not depend on the width, and the layout not on the theme: each state is reached once a
// theme and then made narrower, and axe looks at the widest and at the narrowest.
for (const colorScheme of ['light', 'dark']) {
  test(`Every state fits and is accessible, ${colorScheme}`, async () => {
    for (const [name, reach] of Object.entries(states)) {
      const page = await openPage(browser, standIn.url, {
        colorScheme,
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
      });
      await reach(page);
      await assertNoSidewaysScrolling(page, name);
      await assertAccessible(page, name);
      for (const width of [768, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await drawn(page);
        await assertNoSidewaysScrolling(page, `${name}, ${width} px wide`);
      }
      await assertAccessible(page, `${name}, 320 px wide`);
      page.assertUnharmed();
      await page.context().close();
    }
  });
}
