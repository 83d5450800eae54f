// The books of each lane, and the shards: what waits in each inbox.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { balances, fillOf, lagByLane, totalsOf } from '../app/flow.js';
import { bytes, count, percent } from '../text/figures.js';
import { text } from '../text/shown.js';
import { instantOf } from '../text/time.js';
import { age } from '../text/time.js';
import { mark } from './mark.js';

const columns = [
  ['read', 'Read'],
  ['inserted', 'Inserted'],
  ['stored', 'Stored'],
  ['rejected', 'Rejected'],
  ['dropped', 'Dropped'],
  ['in_flight', 'In flight'],
];

const books = (lane) =>
  balances(lane)
    ? html`${mark({ state: 'agrees' }, 'balances')} balance`
    : html`${mark({ state: 'differs' })} do not balance`;

const cells = (lane, shown) => shown.map(([name]) => html`<td class="n">${count(lane[name])}</td>`);

const when = (lane, now) => {
  const at = instantOf(String(lane.last_read_at));
  return at === undefined ? '–' : age(now - at);
};

const row = (lane, lag, shown, now) =>
  html`<tr>
    <th scope="row" class="mono">${text(String(lane.origin))}</th>
    <td class="n">${count(lane.position)}</td>
    ${lag ? html`<td class="n">${count(lag(lane.origin))}</td>` : nothing} ${cells(lane, shown)}
    <td class="n">${when(lane, now)}</td>
    <td class="books">${books(lane)}</td>
  </tr>`;

/** Those that need a look stand first; the others keep their order. */
function inOrder(lanes) {
  const odd = lanes.filter((lane) => !balances(lane));
  return odd.length ? [...odd, ...lanes.filter(balances)] : lanes;
}

export function lanes(one, state, act) {
  const byLane = lagByLane(one);
  const lag = one.lanes.some(({ origin }) => byLane(origin) !== undefined) ? byLane : undefined;
  const totals = totalsOf(one.lanes);
  // Most pipelines insert and drop nothing: no columns of zeros then.
  const shown = columns.filter(
    ([name]) => !['inserted', 'dropped'].includes(name) || totals[name] > 0,
  );
  const rows = inOrder(one.lanes).slice(0, state.lanesShown);
  const left = one.lanes.length - rows.length;
  return html`<section class="card" aria-labelledby="lanes-title">
    <div class="row">
      <h2 id="lanes-title">Lanes · ${count(one.lanes.length)}</h2>
      <span class="soft small">read + inserted = stored + rejected + dropped + in flight</span>
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Lanes of ${one.name}">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col" class="n">Position</th>
            ${lag ? html`<th scope="col" class="n">Lag</th>` : nothing}
            ${shown.map(([, title]) => html`<th scope="col" class="n">${title}</th>`)}
            <th scope="col" class="n">Last read</th>
            <th scope="col">Books</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((lane) => row(lane, lag, shown, state.now))}
        </tbody>
        ${
          one.lanes.length > 1
            ? html`<tfoot>
                <tr>
                  <th scope="row">All lanes</th>
                  <td></td>
                  ${
                    lag
                      ? html`<td class="n">
                          ${count(one.lanes.reduce((sum, { origin }) => sum + (lag(origin) ?? 0), 0))}
                        </td>`
                      : nothing
                  }
                  ${cells(totals, shown)}
                  <td></td>
                  <td class="books">${books(totals)}</td>
                </tr>
              </tfoot>`
            : nothing
        }
      </table>
    </div>
    ${
      left > 0
        ? html`<p class="next row">
            <button type="button" @click=${act.showMoreLanes}>Show more lanes</button>
            <span class="soft">${count(rows.length)} of ${count(one.lanes.length)} are shown</span>
          </p>`
        : nothing
    }
  </section>`;
}

const shard = (one) => {
  const fill = fillOf(one);
  return html`<tr>
    <th scope="row">${count(one.shard)}</th>
    <td class="n">${count(one.inbox_messages)}</td>
    <td class="n">${bytes(one.inbox_bytes)} of ${bytes(one.inbox_bytes_limit)}</td>
    <td class="n">
      ${percent(fill)} <meter min="0" max="1" .value=${fill ?? 0} aria-label="inbox fill"></meter>
    </td>
    <td class="n">${count(one.in_hand_messages)}</td>
  </tr>`;
};

export function shards(one) {
  if (!one.shards.length) return nothing;
  const batch = one.batch
    ? `a batch has at most ${count(one.batch.messages)} messages or ${bytes(one.batch.bytes)}`
    : '';
  return html`<section class="card" aria-labelledby="shards-title">
    <div class="row">
      <h2 id="shards-title">Shards · ${count(one.shards.length)}</h2>
      <span class="soft small">${batch}</span>
    </div>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Shards of ${one.name}">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Shard</th>
            <th scope="col" class="n">In the inbox</th>
            <th scope="col" class="n">Bytes</th>
            <th scope="col" class="n">Full</th>
            <th scope="col" class="n">In hand</th>
          </tr>
        </thead>
        <tbody>
          ${one.shards.map(shard)}
        </tbody>
      </table>
    </div>
  </section>`;
}
