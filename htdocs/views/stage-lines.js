// What a stage's box says, line by line: its name, its kind, how much passes, how long it takes,
// what went wrong, and what only this kind of stage tells.

import { behind, figureOf, lagOf } from '../app/flow.js';
import { bytes, count, perSecond, percent } from '../text/figures.js';
import { plain } from '../text/shown.js';
import { shortDuration, span } from '../text/time.js';

const seconds = (value) => (typeof value === 'number' ? shortDuration(value * 1000) : undefined);

function times({ p50_seconds: half, p99_seconds: most }) {
  const [p50, p99] = [seconds(half), seconds(most)];
  return p50 && { text: `p50 ${p50}${p99 ? ` · p99 ${p99}` : ''}`, class: 'soft' };
}

function lag(one, rate) {
  const messages = lagOf(one);
  if (messages === undefined) return undefined;
  const time = behind(messages, rate);
  const text = `lag ${count(messages)}${time === undefined ? '' : ` · ${span(time * 1000)}`}`;
  return { text, class: 'soft' };
}

/** Figures that a cache registers. */
function cached(stage) {
  const entries = figureOf(stage, 'weir_cache_entries');
  if (entries === undefined) return undefined;
  const [hits, misses] = ['hits', 'misses'].map(
    (what) => figureOf(stage, `weir_cache_${what}_total`) ?? 0,
  );
  const memory = figureOf(stage, 'weir_cache_bytes');
  const share = hits + misses ? ` · hits ${percent(hits / (hits + misses))}` : '';
  const size = memory === undefined ? '' : ` · ${bytes(memory)}`;
  return { text: `${count(entries)} kept${share}${size}`, class: 'soft' };
}

function troubles(stage) {
  const found = ['rejected', 'dropped', 'retries'].filter((name) => stage[name] > 0);
  if (!found.length) return undefined;
  const text = found.map((name) => `${count(stage[name])} ${name}`).join(' · ');
  return { text, class: stage.rejected > 0 ? 'bad' : 'warn' };
}

/** [{text, class}], the most telling first, for a box that is narrow. */
export function linesOf(one, stage, rates) {
  const kind = stage.type === stage.name ? stage.role : stage.type;
  const rate = rates[`${one.name}/${stage.name}`];
  const flow =
    stage.role === 'service'
      ? undefined
      : { text: `${perSecond(rate)} · ${count(stage.in)} in all`, class: 'flow' };
  return [
    { text: plain(stage.name), class: 'name' },
    { text: plain(kind), class: 'soft' },
    flow,
    times(stage),
    stage.role === 'source' ? lag(one, rate) : cached(stage),
    troubles(stage),
  ].filter(Boolean);
}
