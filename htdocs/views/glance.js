// How a pipeline is, in one glance: its state, a sentence that says why, and the figures that count.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { balances, behind, lagOf, rateOf, totalsOf } from '../app/flow.js';
import { count, none, perSecond } from '../text/figures.js';
import { text } from '../text/shown.js';
import { age, instantOf, span } from '../text/time.js';

const classes = new Map([
  ['healthy', 'ok'],
  ['waiting', 'warn'],
  ['starting', 'warn'],
  ['draining', 'warn'],
  ['failed', 'bad'],
]);
export const stateClass = (state) => classes.get(state) ?? 'still';

const ago = (ms) => (ms < 1000 ? 'just now' : `${age(ms)} ago`);
const sinceNow = (moment, now) => {
  const at = instantOf(String(moment));
  return at === undefined ? undefined : now - at;
};

function flowing(one, rate, now) {
  const lag = lagOf(one);
  const last = sinceNow(one.last_message_at, now);
  if (rate > 0) {
    const late = behind(lag, rate);
    const caught = late > 1 ? `, ${span(late * 1000)} behind` : '';
    return `Messages flow at ${perSecond(rate)}${caught}.`;
  }
  if (lag > 0) return `${count(lag)} messages wait at the source.`;
  return last === undefined
    ? 'No message has come since it started.'
    : `All that came is done; the last message came ${ago(last)}.`;
}

const sentences = {
  healthy: flowing,
  waiting: () => 'It waits, loses nothing, and asks again by itself.',
  starting: () => 'It is starting.',
  draining: () => 'It finishes what is in flight, then stops.',
  stopped: () => 'It was stopped: nothing is read.',
  failed: () => 'It has stopped by itself: nothing is read until somebody looks at the reason.',
};

const waits = (one, now) =>
  one.waiting.length
    ? html`<ul class="waits">
        ${one.waiting.map(
          ({ stage, reason, since, retries }) =>
            html`<li>
              <b>${text(String(stage))}</b> asks for a retry: ${text(String(reason ?? ''))}
              <span class="soft"
                >${[
                  sinceNow(since, now) === undefined ? '' : `since ${age(sinceNow(since, now))}`,
                  retries > 0 ? `${count(retries)} retries` : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}</span
              >
            </li>`,
        )}
      </ul>`
    : nothing;

const tile = (name, value, more, level = '') =>
  html`<div class="tile ${level}">
    <dt>${name}</dt>
    <dd><b>${value}</b> ${more ? html`<span class="soft">${more}</span>` : nothing}</dd>
  </div>`;

function tiles(one, rate) {
  const totals = totalsOf(one.lanes);
  const odd = one.lanes.filter((lane) => !balances(lane)).length;
  const lag = lagOf(one);
  const late = behind(lag, rate);
  const retries = one.stages.reduce((sum, stage) => sum + (stage.retries ?? 0), 0);
  const commit = one.commit_age_seconds;
  const share = totals.read > 0 && totals.rejected > 0 ? totals.rejected / totals.read : 0;
  return html`<dl class="tiles">
    ${tile('Read', perSecond(rate), `${count(totals.read)} in all`)}
    ${
      lag === undefined
        ? nothing
        : tile('Lag', count(lag), late === undefined ? 'messages' : `${span(late * 1000)} behind`)
    }
    ${tile('In flight', count(totals.in_flight), 'messages')}
    ${tile(
      'Last commit',
      typeof commit === 'number' ? span(commit * 1000) : none,
      typeof commit === 'number' ? 'ago' : '',
    )}
    ${tile('Stored', count(totals.stored), '')}
    ${tile(
      'Rejected',
      count(totals.rejected),
      share ? `${(share * 100).toPrecision(2)}\u202f%` : '',
      totals.rejected ? 'bad' : '',
    )}
    ${tile('Retries', count(retries), '', one.waiting.length ? 'warn' : '')}
    ${tile(
      'Books',
      odd ? '≠' : '✓',
      odd ? `${count(odd)} of ${count(one.lanes.length)} lanes do not balance` : 'balance',
      odd ? 'bad' : 'ok',
    )}
  </dl>`;
}

export function glance(one, { health, now }) {
  const rate = rateOf(one, health.rates);
  const up =
    typeof one.uptime_seconds === 'number' ? `running for ${age(one.uptime_seconds * 1000)}` : '';
  const say = sentences[one.state];
  return html`<div class="row">
      <h2 class="title">${text(one.name)}</h2>
      <span class="pill ${stateClass(one.state)}">${text(String(one.state))}</span>
      <span class="glance">${say ? say(one, rate, now) : nothing}</span>
      <span class="soft small">${up}</span>
    </div>
    ${one.reason ? html`<p class="reason ${stateClass(one.state)}">${text(one.reason)}</p>` : nothing}
    ${waits(one, now)} ${one.lanes.length ? tiles(one, rate) : nothing}`;
}
