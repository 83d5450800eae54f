// Dead letters, messages that pass, and what became of them.

import { sampleOrder } from './samples.mjs';

const valueOf = (index) =>
  JSON.stringify({
    ...sampleOrder,
    order_uid: `letter-${index}`,
    payment: { ...sampleOrder.payment, amount: '12' },
  });

const kinds = [
  {
    stage: 'check',
    code: 'schema',
    reason: 'must be an integer; it is the string "12"',
    pointer: '/payment/amount',
  },
  {
    stage: 'check',
    code: 'not-json',
    reason:
      "the value is not JSON: the character 'o' at byte 14 (line 1, column 15) does not belong there",
    pointer: null,
  },
  {
    stage: 'store',
    code: 'database',
    reason: 'the database refuses the row: value too long for type character varying(64)',
    pointer: '/delivery/name',
  },
];

/** One letter; a smaller index is newer. */
export function sampleLetter(index, more = {}) {
  const kind = kinds[index % kinds.length];
  const value = kind.code === 'not-json' ? '{"order_uid": oops, "items": []}' : valueOf(index);
  return {
    place: `${9_007_199_254_740_993n - BigInt(index)}`,
    origin: `demo/orders/${index % 3}`,
    position: 46_004 - index,
    key: `letter-${index}`,
    value,
    value_bytes: value.length,
    ...kind,
    written_at: new Date(Date.now() - 40_000 * (index + 1)).toISOString(),
    replayed_at: null,
    headers: [['sender', 'emulator']],
    ...more,
  };
}

export const sampleLetters = (count) =>
  Array.from({ length: count }, (_, index) => sampleLetter(index));

/** A page of those that the filter lets through; `scan` letters are looked at for one page. */
export function pageOf(letters, query, scan) {
  const [code, stage, from, to, text, after] = ['code', 'stage', 'from', 'to', 'text', 'after'].map(
    (name) => query.get(name) ?? '',
  );
  const limit = Number(query.get('limit') || 50);
  const fits = (one) =>
    (!code || one.code === code) &&
    (!stage || one.stage === stage) &&
    (!from || one.written_at >= from) &&
    (!to || one.written_at <= to) &&
    (!text || [one.key, one.value, one.reason].some((member) => member?.includes(text)));
  const start = after ? letters.findIndex(({ place }) => place === after) + 1 : 0;
  const found = [];
  let at = start;
  while (at < letters.length && found.length < limit && at - start < scan) {
    if (fits(letters[at])) found.push(letters[at]);
    at += 1;
  }
  return { letters: found, next: at < letters.length ? letters[at - 1].place : null };
}

/** What becomes of a letter that is replayed, unless a test says otherwise: one fate a kind. */
function fateOf({ code, stage, reason, pointer, replayed_at: at }) {
  if (at) return { outcome: 'done', reason: `it was replayed at ${at}` };
  if (code === 'schema') return { outcome: 'stored' };
  if (code === 'database') return { outcome: 'superseded' };
  return { outcome: 'rejected', stage, code, reason, pointer };
}

const membersOfFilter = ['code', 'stage', 'text', 'from', 'to'];

/** Why the body asks for no replay; undefined where it does. */
function faultOf(body) {
  const { dry_run: dry = false, places, filter, after, ...rest } = body;
  if (Object.keys(rest).length) return `There is no member ${Object.keys(rest)}.`;
  if (typeof dry !== 'boolean') return 'dry_run is true or false.';
  if ((places === undefined) === (filter === undefined)) return 'Give places, or a filter.';
  if (places && (after !== undefined || !places.length || places.length > 100))
    return 'Give 1 to 100 places, and no after.';
  const odd = Object.keys(filter ?? {}).find((name) => !membersOfFilter.includes(name));
  return odd && `A filter has no member ${odd}.`;
}

/**
 * The answer about a replay, {fault} for a wrong body: those of the places, or, oldest first, of at
 * most `page` letters. `fates`: place -> the members of its answer.
 */
export function replayOf(letters, body, { page, fates }) {
  const fault = faultOf(body);
  if (fault) return { fault };
  const { dry_run: dry = false, places, filter, after } = body;
  const answer = (letter) => {
    const { place, origin, position, key } = letter;
    const none = { stage: null, code: null, reason: null, pointer: null };
    const fate = { ...none, ...(fates.get(place) ?? fateOf(letter)) };
    if (!dry && fate.outcome === 'stored') letter.replayed_at = new Date().toISOString();
    return { place, origin, position, key, ...fate };
  };
  const unknown = (place) => ({ place, origin: '', position: 0, key: null, outcome: 'unknown' });
  if (places) {
    const known = (place) => letters.find((one) => one.place === place);
    const found = places.map((place) => (known(place) ? answer(known(place)) : unknown(place)));
    return { dry_run: dry, letters: found, next: null };
  }
  const query = new URLSearchParams({ ...filter, ...(after && { after }), limit: page });
  const { letters: found, next } = pageOf([...letters].reverse(), query, Infinity);
  return { dry_run: dry, letters: found.map(answer), next };
}

/** A message as the tap shows it. */
export const passing = (index, more = {}) => ({
  origin: `demo/orders/${index % 3}`,
  position: 84_000 + index,
  time: new Date().toISOString(),
  key: `passing-${index}`,
  value: valueOf(index),
  value_bytes: valueOf(index).length,
  truncated: false,
  headers: [['sender', 'emulator']],
  fate: 'passed',
  code: null,
  reason: null,
  pointer: null,
  edited: null,
  ...more,
});

const second = (base, plus) => new Date(base + plus).toISOString();

/** What became of a message that was stored. */
export function storedTrace(key, base = Date.now() - 90_000) {
  const step = (stage, seconds, at) => ({
    stage,
    fate: 'passed',
    code: null,
    reason: null,
    pointer: null,
    seconds,
    at: second(base, at),
  });
  return {
    messages: [
      {
        origin: 'demo/orders/1',
        position: 28_011,
        key,
        read_at: second(base, 0),
        stages: [step('check', 0.0000094, 2), step('store', 0.031, 33), step('cache', 0.0004, 34)],
        settled_at: second(base, 34),
        committed_at: second(base, 40),
        outcome: 'stored',
      },
    ],
    from_memory: true,
    rows: [
      { stage: 'store', origin: 'demo/orders/1', position: 28_011, stored_at: second(base, 33) },
    ],
    letters: [],
  };
}

/** What became of a message that was rejected. */
export function rejectedTrace(letter, base = Date.parse(letter.written_at)) {
  const { origin, position, key, stage, code, reason, pointer } = letter;
  return {
    messages: [
      {
        origin,
        position,
        key,
        read_at: second(base, -5),
        stages: [
          { stage, fate: 'rejected', code, reason, pointer, seconds: 0.00001, at: second(base, 0) },
        ],
        settled_at: second(base, 1),
        committed_at: null,
        outcome: 'rejected',
      },
    ],
    from_memory: true,
    rows: [],
    letters: [letter],
  };
}
