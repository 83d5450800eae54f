// Strings that want to be more than text, in every field of an order and in everything else that
// the server says.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { assertNoSidewaysScrolling, find, launch, openPage, shownId } from './browser.mjs';
import { passing, rejectedTrace, sampleLetter } from './letters.mjs';
import { sampleId, sampleOrder, withStrings } from './samples.mjs';
import { samplePipelines, startStandIn } from './stand-in.mjs';

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</textarea></title></style><script>alert(1)</script>',
  'javascript:alert(1)',
  '<a href="http://example.invalid/">x</a><iframe src="http://example.invalid/"></iframe>',
  '{{constructor.constructor("alert(1)")()}} ${alert(1)} #{1+1}',
  '<style>*{display:none}</style><link rel=stylesheet href=//example.invalid>',
  '&lt;b&gt; &amp; &#60;',
  '<!--?lit$--> ?lit$ <?lit$123$>',
  '__proto__',
  'W'.repeat(20_000),
  'a\u202etxt.exe\u202c \u0000\u0007\u001b[31m \u200b\ufeff',
  '👩‍👩‍👧 שלום مرحبا ̷̢̛'.repeat(40),
  '\ud800 lone',
];
const shownAs = (text) =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\ufeff]/g,
    (char) => `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

let stringsOfSample = 0;
withStrings(sampleOrder, () => (stringsOfSample += 1));
const stringsShown = stringsOfSample - 1; // the order's own id is left as it is

let browser;
let standIn;

before(async () => {
  browser = await launch();
  standIn = await startStandIn();
});
after(async () => {
  await browser.close();
  await standIn.goAway();
});

/** Scripts that ran, and elements that only markup in a value could have made. */
async function assertOnlyText(page) {
  const strange = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        '#page :is(script, img, iframe, style, link, object, textarea, [onerror], [onload], [onfocus], [style]:not(.uplot, .uplot *))',
      ),
    ].map((node) => node.outerHTML),
  );
  assert.deepEqual(strange, []);
  page.assertUnharmed();
}

test('A hostile string in every field of an order is shown as text and runs nothing', async () => {
  for (const [index, text] of hostile.entries()) {
    const id = `hostile-${index}`;
    const document = {
      ...withStrings(sampleOrder, () => text),
      order_uid: id,
      [text]: text,
      nested: { [text]: [text] },
    };
    standIn.orders.set(id, JSON.stringify(document));
    const page = await openPage(browser, `${standIn.url}/#/order/${id}`, {
      viewport: { width: 360, height: 800 },
    });
    await shownId(page, id);
    await page.click('button:text-is("Raw JSON")');
    await page.waitForSelector('#raw pre');
    const times = await page.evaluate(
      (expected) => document.querySelector('main').textContent.split(expected).length - 1,
      shownAs(text),
    );
    assert.ok(times >= stringsShown, `${id}: ${times} times in the page`);
    await assertNoSidewaysScrolling(page, id);
    await assertOnlyText(page);
    await page.context().close();
  }
});

test('Hostile strings beside the order are text as well: ids, problems, headers, pipelines', async () => {
  const text = '<img src=x onerror=alert(1)>"\'';
  standIn.recent = [
    { key: text, stored_at: text },
    { key: 'javascript:alert(1)', stored_at: null },
    { key: 5 },
    null,
  ];
  standIn.pipelines = samplePipelines().map((one) => ({
    ...withStrings(one, () => text),
    state: text,
    stages: one.stages.map((stage) => ({ ...stage, name: text, type: text })),
  }));
  const page = await openPage(browser, standIn.url);
  await page.waitForSelector('.recent .list a');
  await page.click('.recent .list a >> nth=1');
  await page.waitForSelector('h1:text-is("No such order")');
  await find(page, text);
  await page.waitForSelector(`.notice bdi`);
  assert.equal(await page.textContent('.notice bdi'), text);
  assert.equal(await page.title(), `${text} · Weir`);
  await page.click('nav a:text-is("Pipeline")');
  await page.waitForSelector('.stage');
  const [shown, whole] = await Promise.all(
    ['.name', 'title'].map((part) => page.textContent(`.stage ${part}`)),
  );
  assert.ok(text.startsWith(shown.replace('…', '')), 'a box cuts what is too long for it');
  assert.ok(whole.startsWith(`${text}, `), 'and has all of it as its title');
  await assertOnlyText(page);
  await page.context().close();
  standIn.recent = [];
  standIn.pipelines = samplePipelines();
});

test('A hostile string in every field of every other view is text, and runs nothing', async () => {
  for (const [index, text] of hostile.entries()) {
    const everywhere = (value) => withStrings(value, () => text);
    const moment = new Date().toISOString();
    const letter = { ...everywhere(sampleLetter(0)), place: '1', written_at: moment };
    const [one] = samplePipelines();
    standIn.pipelines = [
      {
        ...everywhere(one),
        name: 'orders',
        state: 'waiting',
        waiting: [{ stage: text, reason: text, since: moment, retries: 1 }],
        // The roles decide what is shown at all; names must differ to be told apart.
        stages: one.stages.map((stage, place) => ({
          ...everywhere(stage),
          name: `${text}${place}`,
          role: stage.role,
        })),
      },
    ];
    standIn.yaml = text;
    standIn.letters = [letter, { place: 2, key: null, value: null, headers: 'none' }];
    standIn.traces.set('key', {
      ...everywhere(rejectedTrace(letter)),
      from_memory: true,
      unanswered: [{ stage: text, reason: text }, null],
    });
    const page = await openPage(browser, `${standIn.url}/#/pipeline`, {
      viewport: { width: 360, height: 800 },
    });
    const said = async (selector) => {
      await page.waitForSelector(selector);
      await assertNoSidewaysScrolling(page, `${index}: ${selector}`);
      await assertOnlyText(page);
      return page.textContent('main');
    };
    assert.ok((await said('.waits li')).includes(shownAs(text)), `${index}: pipeline`);
    await page.getByRole('button', { name: 'Show the file' }).click();
    assert.ok((await said('pre.code')).includes(shownAs(text)), `${index}: file`);
    await page.goto(`${standIn.url}/#/pipeline/orders/check`);
    while (!standIn.taps.get('orders/check')?.size)
      await new Promise((resolve) => setTimeout(resolve, 20));
    standIn.pass('check', everywhere(passing(1, { fate: 'rejected', reason: '', code: '' })));
    await page.click('.passing');
    assert.ok((await said('.tap .letter pre')).includes(shownAs(text)), `${index}: tap`);
    await page.goto(`${standIn.url}/#/dead-letters?place=1`);
    assert.ok((await said('.letter pre')).includes(shownAs(text)), `${index}: letter`);
    await page.goto(`${standIn.url}/#/dead-letters?place=2`);
    await said('text=The message has no value.');
    await page.goto(`${standIn.url}/#/trace/key`);
    assert.ok((await said('.steps')).includes(shownAs(text)), `${index}: trace`);
    await page.context().close();
    standIn.taps.clear();
  }
  Object.assign(standIn, { pipelines: samplePipelines(), yaml: undefined, letters: [] });
});

test('Hostile addresses are ids or nothing', async () => {
  for (const hash of [
    '#/order/%',
    '#/order/%E0%A4%A',
    '#/order/..',
    '#/order/a/b?c#d',
    '#javascript:alert(1)',
    '#/order/',
    '#/trace/',
    '#/pipeline/a/b/c',
    '#/dead-letters/x',
    '#//example.invalid/',
    `#/order/${'x'.repeat(5000)}`,
  ]) {
    const page = await openPage(browser, `${standIn.url}/${hash}`);
    await page.waitForSelector('.notice h1');
    await assertNoSidewaysScrolling(page, hash);
    await assertOnlyText(page);
    await page.context().close();
  }
});

test('What other pages left in the storage does no harm', async () => {
  const page = await openPage(browser, standIn.url);
  await page.evaluate(() => {
    localStorage.setItem('weir.searches', '{"a":"<img src=x>"}');
    localStorage.setItem('weir.theme', '"<b>"');
    localStorage.setItem('weir.single-keys', 'not JSON');
  });
  await page.reload();
  await find(page, sampleId);
  await shownId(page, sampleId);
  await assertOnlyText(page);
  await page.context().close();
});

test('An order of ten thousand items is shown in parts', async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    ...sampleOrder.items[0],
    name: `Item ${index}`,
  }));
  standIn.orders.set('many', JSON.stringify({ ...sampleOrder, order_uid: 'many', items }));
  const page = await openPage(browser, `${standIn.url}/#/order/many`);
  await shownId(page, 'many');
  assert.equal(await page.locator('.items tbody').count(), 100);
  assert.match(await page.textContent('.items tfoot'), /3,170,000/, 'the sum is of all of them');
  await page.click('button:text-is("Show more items")');
  await page.waitForSelector('.items tbody >> nth=599');
  page.assertUnharmed();
  await page.context().close();
});
