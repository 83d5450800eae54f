// Numbers stay what they are, however long; sums are exact. The modules are tried where they run:
// in the browser.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { find, launch, openPage, shownId } from './browser.mjs';
import { sampleOrder } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;
let page;

before(async () => {
  browser = await launch();
  standIn = await startStandIn();
  page = await openPage(browser, standIn.url);
});
after(async () => {
  await browser.close();
  await standIn.goAway();
});

test('64-bit integers and long decimals are shown exactly', async () => {
  const text = JSON.stringify({ ...sampleOrder, order_uid: 'long' })
    .replace('9934930', '9223372036854775807')
    .replace('2389212', '-9223372036854775808')
    .replace('"sm_id":99', '"sm_id":9007199254740993')
    .replace('"amount":1817', '"amount":9007199254742493.10')
    .replace('"goods_total":317', '"goods_total":9007199254740993.10')
    .replace('"total_price":317', '"total_price":9007199254740993.1');
  standIn.orders.set('long', text);
  await find(page, 'long');
  await shownId(page, 'long');
  const shown = await page.textContent('main');
  for (const number of [
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
    '9,007,199,254,742,493.10',
    '9,007,199,254,740,993.1',
  ]) {
    assert.ok(shown.includes(number), number);
  }
  assert.equal(await page.locator('.payment .mark.ok').count(), 2, 'the sums agree exactly');
  await page.click('button:text-is("Raw JSON")');
  assert.match(await page.textContent('#raw pre'), /"amount": 9007199254742493\.10,/);
  await page.click('button:text-is("As it came")');
  assert.equal(await page.textContent('#raw pre'), text);
});

test('The reader takes JSON and nothing else', async () => {
  const found = await page.evaluate(async () => {
    const { readJson, writeJson } = await import('/text/json.js');
    const tried = (text) => {
      try {
        return writeJson(readJson(text)).replace(/\s+/g, '');
      } catch (error) {
        return error.name;
      }
    };
    const good = [
      '{}',
      '[]',
      '""',
      '0',
      '-0',
      '1e400',
      '1.50',
      ' [ 1 , {"a":null} , true ] ',
      '{"__proto__":1,"2":0,"1":0}',
      '"\\ud83d\\ude00\\n"',
      '[[[[]]]]',
    ];
    const bad = [
      '',
      '{',
      '[1,]',
      '{"a":1,}',
      '{a:1}',
      "'a'",
      '01',
      '1.',
      '.5',
      '+1',
      'NaN',
      'nul',
      '"\n"',
      '"\\x"',
      '[1] 2',
      '{"a":1,"a":2}',
      '\ufeff{}',
      '['.repeat(300),
    ];
    return {
      good: good.map(tried),
      bad: bad.map(tried),
      deep: tried('['.repeat(100_000)),
      long: tried(`"${'x'.repeat(5_000_000)}"`).length,
    };
  });
  assert.deepEqual(found.good, [
    '{}',
    '[]',
    '""',
    '0',
    '-0',
    '1e400',
    '1.50',
    '[1,{"a":null},true]',
    '{"__proto__":1,"2":0,"1":0}',
    '"😀\\n"',
    '[[[[]]]]',
  ]);
  assert.deepEqual(new Set(found.bad), new Set(['SyntaxError']));
  assert.equal(found.deep, 'SyntaxError');
  assert.equal(found.long, 5_000_002);
});

test('Decimals are added and grouped exactly', async () => {
  const found = await page.evaluate(async () => {
    const { add, decimal, decimalText, grouped, subtract } = await import('/text/decimal.js');
    const sum = (...texts) => decimalText(texts.map(decimal).reduce(add));
    return {
      sums: [
        sum('0.1', '0.2'),
        sum('9007199254740993', '1'),
        sum('1e3', '1E-2'),
        sum('-5', '4.50'),
        decimalText(subtract(decimal('1'), decimal('1.0'))),
      ],
      none: ['1e9999', 'x', '1e99999999', '', '1'.repeat(2000)].map(
        (text) => decimal(text) === undefined,
      ),
      grouped: ['0', '999', '1000', '-1234567.8901', '1e5', '12345678901234567890'].map(grouped),
    };
  });
  assert.deepEqual(found.sums, ['0.3', '9007199254740994', '1000.01', '-0.5', '0']);
  assert.deepEqual(found.none, [true, true, true, true, true]);
  assert.deepEqual(found.grouped, [
    '0',
    '999',
    '1,000',
    '-1,234,567.8901',
    '1e5',
    '12,345,678,901,234,567,890',
  ]);
});

test('Only real moments become times', async () => {
  const found = await page.evaluate(async () => {
    const { age, duration, instantOf, times } = await import('/text/time.js');
    return {
      real: ['2021-11-26T06:22:19Z', '2024-02-29T00:00:00.5+02:00', '2021-11-26t06:22:19z'].map(
        instantOf,
      ),
      unreal: [
        '2023-02-29T00:00:00Z',
        '2021-13-01T00:00:00Z',
        '2021-11-26',
        '26 Nov 2021',
        '2021-11-26T24:00:00Z',
        '2021-11-26T06:22:19',
      ].map((text) => instantOf(text) === undefined),
      ages: [0, 5000, 61_000, 7_200_000, 300_000_000, -5].map(age),
      durations: [0, 0.0001, 0.04, 0.125, 1.9, 47.4, 1234].map(duration),
      times: [1.25, 47.4, 1234].map(times),
    };
  });
  assert.deepEqual(found.real, [
    Date.UTC(2021, 10, 26, 6, 22, 19),
    Date.UTC(2024, 1, 28, 22, 0, 0, 500),
    Date.UTC(2021, 10, 26, 6, 22, 19),
  ]);
  assert.ok(found.unreal.every(Boolean), String(found.unreal));
  assert.deepEqual(found.ages, ['now', '5 s', '1 min', '2 h', '3 days', 'now']);
  assert.deepEqual(found.durations, [
    '0 ms',
    'under 0.001 ms',
    '0.04 ms',
    '0.13 ms',
    '1.9 ms',
    '47 ms',
    '1.2 s',
  ]);
  assert.deepEqual(found.times, ['1.3', '47', '1,200']);
});

test('Server-Timing is read as far as it can be', async () => {
  const found = await page.evaluate(async () => {
    const { serverTimes } = await import('/app/server.js');
    return [
      'cache;dur=0.010, store;dur=1.900',
      'cache',
      '',
      null,
      ';;,,',
      'a;desc="x";dur="2"',
    ].map(serverTimes);
  });
  assert.deepEqual(found, [
    [
      { stage: 'cache', ms: 0.01 },
      { stage: 'store', ms: 1.9 },
    ],
    [],
    [],
    [],
    [],
    [{ stage: 'a', ms: 2 }],
  ]);
});
