// Dead letters, the tap and traces: what was wrong with a message, and what became of it.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { find, launch, openPage } from './browser.mjs';
import { passing, rejectedTrace, sampleLetter, sampleLetters, storedTrace } from './letters.mjs';
import { sampleId } from './samples.mjs';
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
  standIn.letters = sampleLetters(3000);
});

/** A test with a page of its own at the address, which must end unharmed. */
function pageTest(name, hash, run, options) {
  test(name, async () => {
    try {
      page = await openPage(browser, `${standIn.url}/${hash}`, options);
      await run();
      page.assertUnharmed();
    } finally {
      await page.context().close();
      await standIn.goAway();
    }
  });
}

const textOf = async (selector) => (await page.textContent(selector)).replace(/\s+/g, ' ').trim();
const count = (selector) => page.locator(selector).count();

pageTest('Letters come newest first, a page after the other', '#/dead-letters', async () => {
  await page.waitForSelector('.letters li >> nth=49');
  assert.match(
    await textOf('.letters li >> nth=0'),
    /demo\/orders\/0 @ 46,004 schema · check · \/payment\/amount/,
  );
  await page.click('text=Show older letters');
  await page.waitForSelector('.letters li >> nth=99');
  assert.equal(await count('.letters li'), 100);
  const places = await page
    .locator('.letters a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.equal(new Set(places).size, 100, 'no letter twice, places beyond 2^53 stay apart');
});

pageTest('The offending place is highlighted by its pointer', '#/dead-letters', async () => {
  await page.click('.letters a >> nth=0');
  await page.waitForSelector('.letter mark');
  assert.equal(await textOf('.letter mark'), '"12"');
  assert.match(await textOf('.letter pre'), /"amount": "12"/);
  assert.match(await textOf('.letter .why'), /schema \/payment\/amount must be an integer/);
  await page.click('.letters a >> nth=1');
  await page.waitForSelector('.letter :text("does not belong there")');
  assert.equal(await textOf('.letter mark'), 'o', 'where the text stops being JSON');
  await page.reload();
  await page.waitForSelector('.letter mark:text-is("o")');
});

pageTest(
  'A filter narrows them, stays in the address, and goes into the download',
  '#/dead-letters',
  async () => {
    await page.waitForSelector('.letters li');
    await page.selectOption('#letters-stage', 'store');
    await page.waitForSelector('.letters li:has-text("database") >> nth=20');
    assert.equal(await count('.letters li:has-text("schema")'), 0);
    await page.fill('#letters-text', 'letter-2999');
    await page.press('#letters-text', 'Enter');
    await page.waitForFunction(() => document.querySelectorAll('.letters li').length === 1);
    assert.match(page.url(), /text=letter-2999.*stage=store/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('a[download]'),
    ]);
    assert.equal(download.suggestedFilename(), 'orders.dead-letters.jsonl');
    await page.fill('#letters-code', 'no-such');
    await page.press('#letters-code', 'Enter');
    await page.waitForSelector('text=No letter fits the filter.');
    await page.fill('#letters-code', '');
    await page.fill('#letters-from', '2020-01-01T00:00');
    await page.press('#letters-from', 'Enter');
    await page.waitForSelector('.letters li');
    assert.match(
      standIn.lettersAsked.at(-1),
      /from=2019-12-31T22%3A00/,
      'local time is sent as UTC',
    );
  },
);

test('Pages that are empty because the server stopped searching are passed over', async () => {
  standIn.scan = 200;
  page = await openPage(browser, `${standIn.url}/#/dead-letters?text=letter-2500`);
  await page.waitForSelector('.letters li');
  assert.equal(await count('.letters li'), 1);
  page.assertUnharmed();
  await page.context().close();
  await standIn.goAway();
});

pageTest(
  'Newer letters are offered, and do not move the list by themselves',
  '#/dead-letters',
  async () => {
    await page.waitForSelector('.letters li');
    standIn.letters.unshift(sampleLetter(-3));
    standIn.pipelines[0].stages.find(({ role }) => role === 'reject').in += 1;
    await page.waitForSelector('button:has-text("Show 1 newer")');
    assert.match(await textOf('.letters li >> nth=0'), /46,004/);
    await page.click('button:has-text("Show 1 newer")');
    await page.waitForSelector('.letters li:has-text("46,007")');
  },
);

pageTest('j and k go through the letters', '#/dead-letters', async () => {
  await page.waitForSelector('.letters li');
  await page.keyboard.press('j');
  await page.waitForSelector('.letter h2:text-is("demo/orders/0 @ 46,004")');
  await page.keyboard.press('j');
  await page.waitForSelector('.letter h2:text-is("demo/orders/1 @ 46,003")');
  await page.keyboard.press('k');
  await page.waitForSelector('.letter h2:text-is("demo/orders/0 @ 46,004")');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForSelector('.stage');
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.waitForSelector('.letters li');
});

pageTest('A server that keeps no letters says so calmly', '#/', async () => {
  standIn.letters = null;
  await page.click('nav a:text-is("Dead letters")');
  await page.waitForSelector('text=No pipeline here keeps its dead letters');
});

pageTest(
  'A tap shows what passes, and nobody is asked while it is paused',
  '#/pipeline',
  async () => {
    await page.click('.stage:has-text("json-schema-validate")');
    await page.waitForSelector('text=Nothing has passed since you look.');
    const taps = standIn.taps.get('orders/check');
    standIn.pass('check', passing(1));
    const { code, reason, pointer } = sampleLetter(0);
    standIn.pass('check', passing(2, { fate: 'rejected', code, reason, pointer }));
    await page.waitForSelector('.passing >> nth=1');
    await page.click('.passing:has-text("rejected")');
    await page.waitForSelector('.tap mark:text-is("\\"12\\"")');
    await page.click('button:text-is("Pause")');
    await page.waitForSelector('text=Paused · 2 shown');
    await assert.doesNotReject(async () => {
      while (taps.size) await new Promise((resolve) => setTimeout(resolve, 20));
    });
    await page.click('button:text-is("Start")');
    await page.fill('#tap-filter', 'passing-7');
    await page.press('#tap-filter', 'Enter');
    await page.waitForSelector('text=Nothing has passed since you look.');
    while (!taps.size) await new Promise((resolve) => setTimeout(resolve, 20));
    standIn.pass('check', passing(6));
    standIn.pass('check', passing(7, { fate: 'replaced', edited: '{"a": 2}' }));
    await page.waitForSelector('.passing');
    assert.equal(await count('.passing'), 1);
    await page.click('.passing');
    assert.match(await textOf('.pair'), /As it came .* As it goes on \{ "a": 2 \}/);
    await page.click('a:text-is("Close")');
    await page.waitForSelector('.tap', { state: 'detached' });
    while (taps.size) await new Promise((resolve) => setTimeout(resolve, 20));
  },
);

pageTest('A tap goes on after the server was away', '#/pipeline/orders/check', async () => {
  const watched = async () => {
    while (!standIn.taps.get('orders/check')?.size)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await watched();
  standIn.pass('check', passing(1));
  await page.waitForSelector('.passing');
  await standIn.goAway();
  await page.waitForSelector('.tap :text("The server does not answer")');
  assert.equal(await count('.passing'), 1, 'what was seen stays');
  await standIn.comeBack();
  await watched();
  standIn.pass('check', passing(2));
  await page.waitForSelector('.passing >> nth=1');
  await page.waitForSelector('.tap :text("Watching · 2 shown")');
});

pageTest('A trace tells each verdict with its time', `#/order/${sampleId}`, async () => {
  standIn.traces.set(sampleId, storedTrace(sampleId));
  await page.click('.answer a:text-is("Trace")');
  await page.waitForSelector('.steps li');
  const steps = await page.locator('.steps li').allTextContents();
  assert.deepEqual(
    steps.map((step) => /read|check|store|cache|settled|committed/.exec(step)[0]),
    ['read', 'check', 'store', 'cache', 'settled', 'committed'],
  );
  assert.match(steps[2].replace(/\s+/g, ' '), /store passed in 31 ms \+ 33 ms/);
  assert.match(await textOf('.kept'), /store has demo\/orders\/1 @ 28,011 since/);
  await page.goto(`${standIn.url}/#/trace/unheard-of`);
  await page.waitForSelector('text=No trace of it');
});

pageTest('A trace says which stages could not be asked', '#/', async () => {
  const unanswered = [{ stage: 'pg-sink', reason: 'connection refused' }];
  standIn.traces.set(sampleId, { ...storedTrace(sampleId), unanswered });
  const nothing = { messages: [], from_memory: false, rows: [], letters: [] };
  standIn.traces.set('known-to-nobody', { ...nothing, unanswered });
  for (const [key, known] of [
    [sampleId, 'from memory'],
    ['known-to-nobody', 'no trace of it here'],
  ]) {
    await page.goto(`${standIn.url}/#/trace/${key}`);
    await page.waitForSelector(`.trace :text("${known}")`);
    assert.equal(
      await textOf('.trace .disagrees'),
      'pg-sink could not be asked: connection refused; what it knows is missing here.',
    );
  }
  assert.equal(await count('text=No trace of it'), 1, 'not as if everybody had been asked');
});

pageTest('An order that is not there leads to its dead letter and its trace', '#/', async () => {
  const letter = standIn.letters[0];
  standIn.traces.set(letter.key, rejectedTrace(letter));
  await find(page, letter.key);
  await page.waitForSelector('.notice :text("The pipeline orders is healthy")');
  assert.match(await textOf('.notice'), /read its last message \d+ s ago/);
  await page.waitForSelector('.notice a:text-is("A dead letter has it")');
  await page.click('.notice a:text-is("Trace")');
  await page.waitForSelector('.trace .pill.bad:text-is("rejected")');
  await page.click('.kept a');
  await page.waitForSelector('.letter mark');
  await page.goto(`${standIn.url}/#/order/nobody-knows`);
  await page.waitForSelector('.notice :text("It is not among the dead letters.")');
  await page.reload(); // now the order is asked for before the pipelines are known
  await page.waitForSelector('.notice :text("It is not among the dead letters.")');
});
