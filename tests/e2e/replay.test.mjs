// Dead letters that are replayed: first a dry run, then for good, and never the one without the
// other.

import assert from 'node:assert/strict';
import test, { after, before, beforeEach } from 'node:test';
import { assertNoSidewaysScrolling, launch, openPage } from './browser.mjs';
import { sampleLetter, sampleLetters } from './letters.mjs';
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
  standIn.letters = sampleLetters(150); // 50 each: stored, refused, superseded
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

const place = (index) => sampleLetter(index).place;
const at = (index) => `#/dead-letters?place=${place(index)}`;
const all = 'section[aria-label="Replay of all letters"]';
const one = '.letter .replay';
const textOf = async (selector) => (await page.textContent(selector)).replace(/\s+/g, ' ').trim();
const status = (panel) => `${panel} [role=status]`;
const said = (panel, sentence) =>
  page.waitForSelector(`${status(panel)}:has-text("${sentence}")`).then(() => textOf(panel));
const press = (panel, button) => page.click(`${panel} button:text-is("${button}")`);
const offered = (panel) => page.locator(`${panel} button`).allTextContents();
const focusIsIn = (selector) =>
  page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
const dryRuns = () => standIn.replays.map(({ body }) => body.dry_run);

/** Answers about replays wait until the returned function is called. */
function hold() {
  let release;
  standIn.replayWaits = new Promise((resolve) => (release = resolve));
  return release;
}

pageTest('One letter: a dry run says what would happen, then it is replayed', at(0), async () => {
  await press(one, 'Replay');
  await said(one, 'Would be stored now');
  assert.deepEqual(standIn.replays[0].body, { dry_run: true, places: [place(0)] });
  assert.equal(standIn.letters[0].replayed_at, null);
  assert.deepEqual(await offered(one), ['Replay it', 'Close']);
  await press(one, 'Replay it');
  await said(one, 'Stored now');
  assert.deepEqual(standIn.replays[1].body, { dry_run: false, places: [place(0)] });
  await page.waitForSelector('.letter .replayed:has-text("Replayed at")');
  await page.waitForSelector('.letters li >> nth=0 >> .replayed');
  assert.equal(await page.locator('.letters .replayed').count(), 1);
  await press(one, 'Close');
  await press(one, 'Replay');
  await said(one, 'Nothing is left to do it was replayed at');
  assert.deepEqual(await offered(one), ['Close']);
});

pageTest('What would not be stored says why, and cannot be replayed', at(1), async () => {
  standIn.fates.set(place(3), { outcome: 'dropped', stage: 'filter' });
  standIn.fates.set(place(4), { outcome: 'brought back', reason: 'in a later version' });
  await press(one, 'Replay');
  assert.match(
    await said(one, 'Still refused'),
    /Still refused check not-json the value is not JSON: the character 'o'/,
  );
  assert.deepEqual(await offered(one), ['Close']);
  for (const [index, sentence] of [
    [2, 'A newer order is there: superseded'],
    [3, 'Would be dropped on purpose filter'],
    [4, 'brought back in a later version'],
  ]) {
    await page.click(`.letters a >> nth=${index}`);
    await press(one, 'Replay');
    await said(one, sentence);
    assert.deepEqual(await offered(one), ['Close']);
  }
  const gone = place(5);
  await page.click(`.letters a >> nth=5`);
  standIn.letters = standIn.letters.filter((letter) => letter.place !== gone);
  await press(one, 'Replay');
  await said(one, 'There is no letter at this place');
  assert.ok(!dryRuns().includes(false));
});

pageTest('A letter that is not reached is asked for again', at(0), async () => {
  let empty = 2;
  await page.route('**/dead-letters/replay', (route) =>
    (empty -= 1) < 0
      ? route.continue()
      : route.fulfill({ json: { dry_run: true, letters: [], next: null } }),
  );
  await press(one, 'Replay');
  await said(one, 'Would be stored now');
});

pageTest('The second press of a double click replays nothing', at(0), async () => {
  await page.dblclick(`${one} button:text-is("Replay")`);
  await page.waitForSelector(`${one} button:text-is("Replay it")`);
  await page.dispatchEvent(`${one} button:text-is("Replay it")`, 'click', { detail: 2 });
  await press(one, 'Close');
  await page.waitForSelector(`${one} button:text-is("Replay")`);
  assert.ok(!dryRuns().includes(false));
});

pageTest(
  'All letters that the filter shows: a dry run over every page, then the same for good',
  '#/dead-letters?text=letter-',
  async () => {
    standIn.replayPage = 80;
    await page.waitForSelector('.letters li');
    assert.match(await textOf(all), /All letters of orders, text letter-, not only those/);
    await press(all, 'Replay all shown by the filter …');
    const tried = await said(all, 'Dry run of 150 letters, nothing was changed.');
    assert.match(tried, /Still refused 50/);
    assert.match(tried, /Would be stored now 50/);
    assert.match(tried, /A newer order is there: superseded 50/);
    assert.deepEqual(
      standIn.replays.map(({ body }) => body),
      [
        { dry_run: true, filter: { text: 'letter-' } },
        { dry_run: true, filter: { text: 'letter-' }, after: place(70) },
      ],
      'oldest first, page by page',
    );
    assert.equal(await page.locator(`${all} .kept li`).count(), 150);
    assert.ok(standIn.letters.every(({ replayed_at: when }) => when === null));
    standIn.letters.unshift(
      sampleLetter(-3, { written_at: new Date(Date.now() + 60_000).toISOString() }),
    );
    await press(all, 'Replay 50 letters');
    const done = await said(all, 'Replayed: 150 letters.');
    assert.match(done, /Stored now 50/);
    assert.match(done, /Still refused 50/);
    assert.deepEqual(dryRuns(), [true, true, false, false]);
    const { to, ...filter } = standIn.replays[2].body.filter;
    assert.deepEqual(filter, { text: 'letter-' });
    assert.ok(Math.abs(Date.parse(to) - Date.now()) < 30_000, 'no letter that came since');
    assert.equal(standIn.letters[0].replayed_at, null, 'no letter that came since');
    await page.waitForFunction(() => document.querySelectorAll('.letters .replayed').length === 17);
    assert.deepEqual(await offered(all), ['Close']);
    await page.click(`${all} .kept a >> nth=2`);
    await page.waitForSelector('.letter h2:text-is("demo/orders/0 @ 45,857")');
    await press(all, 'Close');
    await page.waitForSelector(`${all} button:text-is("Replay all shown by the filter …")`);
  },
);

pageTest('Where none would be stored, no replay is offered', '#/dead-letters', async () => {
  await page.waitForSelector('.letters li');
  await page.selectOption('#letters-stage', 'store');
  await page.waitForSelector(`${all}:has-text("stage store")`);
  await press(all, 'Replay all shown by the filter …');
  await said(all, 'Dry run of 50 letters');
  assert.deepEqual(await offered(all), ['Close']);
  assert.deepEqual(standIn.replays[0].body.filter, { stage: 'store' });
  await page.selectOption('#letters-stage', '');
  await page.waitForSelector(`${all} button:text-is("Replay all shown by the filter …")`);
});

pageTest('Only the first 200 answers are listed', '#/dead-letters', async () => {
  standIn.letters = sampleLetters(450);
  await page.waitForSelector('.letters li');
  await press(all, 'Replay all shown by the filter …');
  await said(all, 'Dry run of 450 letters');
  assert.equal(await page.locator(`${all} .kept li`).count(), 200);
  assert.match(await textOf(all), /The first 200 of 450\./);
});

pageTest('It stops between answers, and goes on where it stopped', '#/dead-letters', async () => {
  standIn.replayPage = 60;
  await page.waitForSelector('.letters li');
  let release = hold();
  await press(all, 'Replay all shown by the filter …');
  await page.waitForSelector(`${all} :text("0 letters so far")`);
  await press(all, 'Stop');
  await said(all, 'Stops with the next answer');
  release();
  await said(all, 'Stopped. Dry run of 60 letters');
  assert.deepEqual(await offered(all), ['Go on', 'Close'], 'no replay of what was not tried');
  await press(all, 'Go on');
  await said(all, 'Dry run of 150 letters');
  assert.deepEqual(
    standIn.replays.map(({ body }) => body.after),
    [undefined, place(90), place(30)],
  );
  release = hold();
  await press(all, 'Replay 50 letters');
  await page.waitForSelector(`${all} :text("0 of about 150 letters so far")`);
  await press(all, 'Stop');
  release();
  assert.match(await said(all, 'Stopped. Replayed: 60 letters.'), /Stored now 20/);
  assert.equal(standIn.letters.filter((letter) => letter.replayed_at).length, 20);
  assert.equal(standIn.replays.length, 4);
});

pageTest('A run goes on while one looks elsewhere', '#/dead-letters', async () => {
  await page.waitForSelector('.letters li');
  const release = hold();
  await press(all, 'Replay all shown by the filter …');
  await page.selectOption('#letters-stage', 'store');
  await page.waitForSelector('.letters li:has-text("database")');
  assert.match(await textOf(all), /All letters of orders Dry run/, 'it says of which letters');
  await page.click('nav a:text-is("Pipeline")');
  await page.waitForSelector('.stage');
  release();
  await page.click('nav a:text-is("Dead letters")');
  await said(all, 'Dry run of 150 letters');
});

pageTest('A token is asked for, sent, and kept by this page alone', at(0), async () => {
  standIn.token = 'let-me';
  await page.waitForSelector(one);
  await press(one, 'Replay');
  await said(one, 'The server asks for a token');
  await focusIsIn('#token-one');
  assert.equal(await page.getAttribute('#token-one', 'type'), 'password');
  assert.equal(await page.getAttribute('#token-one', 'autocomplete'), 'off');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await said(one, 'The server asks for a token');
  await page.waitForSelector('#token-one');
  await page.fill('#token-one', 'ключ');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#token-one:invalid');
  await page.fill('#token-one', ' let-me ');
  await page.keyboard.press('Enter');
  await said(one, 'Would be stored now');
  await focusIsIn(status(one));
  assert.deepEqual(
    standIn.replays.map(({ authorization }) => authorization),
    [undefined, 'Bearer wrong', 'Bearer let-me'],
  );
  assert.deepEqual(dryRuns(), [true, true, true], 'the same request again');
  await press(one, 'Replay it');
  await said(one, 'Stored now');
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, location]));
  assert.ok(!kept.includes('let-me'));
  await page.reload();
  await press(one, 'Replay');
  await said(one, 'The server asks for a token');
});

pageTest('What is in the way is said in words, and can be tried again', at(0), async () => {
  for (const [code, detail] of [
    [503, 'the database is away; ask again in a moment'],
    [403, 'this address may not replay'],
    [409, 'no step of this pipeline can take a message again'],
  ]) {
    standIn.replayProblem = [code, 'No', detail];
    await press(one, code === 503 ? 'Replay' : 'Try again');
    await said(one, `The server answers ${code}: ${detail}`);
    assert.deepEqual(await offered(one), ['Try again', 'Close']);
  }
  assert.equal(await page.locator('.letters li').count(), 50, 'nothing else is lost');
  standIn.replayProblem = undefined;
  await press(one, 'Try again');
  await said(one, 'Would be stored now');
  await page.route('**/dead-letters/replay', (route) => route.abort());
  await press(one, 'Replay it');
  await said(one, 'The server does not answer: no connection');
  await page.unroute('**/dead-letters/replay');
  await press(one, 'Try again');
  await said(one, 'Stored now');
  assert.equal(dryRuns().filter((dry) => !dry).length, 1);
});

pageTest(
  'After an answer that is missing, a run goes on behind the last',
  '#/dead-letters',
  async () => {
    standIn.replayPage = 60;
    await page.waitForSelector('.letters li');
    await press(all, 'Replay all shown by the filter …');
    await said(all, 'Dry run of 150 letters');
    let answers = 0;
    await page.route('**/dead-letters/replay', (route) =>
      (answers += 1) === 2 ? route.abort() : route.continue(),
    );
    await press(all, 'Replay 50 letters');
    await said(all, 'What was replayed stays so, and is not replayed twice.');
    await press(all, 'Try again');
    assert.match(await said(all, 'Replayed: 150 letters.'), /Stored now 50/);
    assert.equal(standIn.replays.at(-2).body.after, place(90));
  },
);

pageTest('An answer that is none, or of another kind, is no success', at(0), async () => {
  for (const json of [
    null,
    { letters: 'all' },
    { dry_run: false, letters: [{ place: place(0), outcome: 'stored' }], next: null },
    { dry_run: true, letters: [null, 5], next: null },
  ]) {
    await page.route('**/dead-letters/replay', (route) => route.fulfill({ json }));
    await press(one, 'Replay');
    await page.waitForSelector(`${one} .disagrees`);
    assert.deepEqual(await offered(one), ['Try again', 'Close']);
    await press(one, 'Close');
    await page.unroute('**/dead-letters/replay');
  }
  const stuck = { dry_run: true, letters: [], next: place(3) };
  await page.route('**/dead-letters/replay', (route) => route.fulfill({ json: stuck }));
  await press(all, 'Replay all shown by the filter …');
  await said(all, 'it does not get ahead');
});

pageTest('By keyboard alone, and the focus is never lost', at(0), async () => {
  await page.focus(`${one} button`);
  await page.keyboard.press('Enter');
  await said(one, 'Would be stored now');
  await focusIsIn(status(one));
  await page.keyboard.press('Tab');
  await focusIsIn(`${one} button.main`);
  await page.keyboard.press('Enter');
  await said(one, 'Stored now');
  await focusIsIn(status(one));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await focusIsIn(`${one} button`);
  await page.focus(`${all} button`);
  await page.keyboard.press('Enter');
  await said(all, 'Dry run of 150');
  await focusIsIn(status(all));
});

pageTest('A link to a letter that is not in the list shows it', at(120), async () => {
  await page.waitForSelector('.letter mark');
  assert.equal(await textOf('.letter h2'), 'demo/orders/0 @ 45,884');
  await page.waitForSelector('.letters li >> nth=49');
  assert.equal(await page.locator('.letters [aria-current]').count(), 0);
  await press(one, 'Replay');
  await said(one, 'Would be stored now');
  await press(one, 'Replay it');
  await page.waitForSelector('.letter .replayed');
  await page.goto(`${standIn.url}/#/dead-letters?place=77`);
  await page.waitForSelector('.letter :text("There is no letter at that place.")');
  standIn.letters.push(sampleLetter(0, { place: '77' }));
  await page.click('.letter button:text-is("Ask again")');
  await page.waitForSelector('.letter mark');
  for (const odd of ['..', '%2e%2e%2fhistory', 'x', '<img src=x>']) {
    await page.goto(`${standIn.url}/#/dead-letters?place=${odd}`);
    await page.waitForSelector('.letter :text("There is no letter at that place.")');
  }
});

pageTest('Hostile strings in the answers are text', '#/dead-letters?place=1', async () => {
  const hostile = '<img src=x onerror=alert(1)>\u202e"><script>alert(1)</script>';
  const everywhere = { stage: hostile, code: hostile, reason: hostile, pointer: hostile };
  standIn.letters = [sampleLetter(0, { place: '1', key: hostile, origin: hostile })];
  const shown = hostile.replace('\u202e', 'U+202E');
  const times = async (panel) => (await page.textContent(panel)).split(shown).length - 1;
  for (const outcome of ['rejected', hostile, '__proto__', 'constructor']) {
    standIn.fates.set('1', { ...everywhere, outcome });
    await page.goto(`${standIn.url}/?${outcome.length}#/dead-letters?place=1`);
    await press(one, 'Replay');
    await page.waitForSelector(`${status(one)} b`);
    assert.equal(await times(one), outcome === hostile ? 5 : 4);
    await press(all, 'Replay all shown by the filter …');
    await page.waitForSelector(`${all} .kept li`);
    assert.equal(await times(all), outcome === hostile ? 8 : 6);
    await assertNoSidewaysScrolling(page, outcome);
  }
  standIn.replayProblem = [503, hostile, hostile];
  await press(all, 'Close');
  await press(all, 'Replay all shown by the filter …');
  await page.waitForSelector(`${all} .disagrees`);
  assert.equal(await times(all), 1);
  assert.equal(await page.locator('#page :is(img, script, [onerror])').count(), 0);
});
