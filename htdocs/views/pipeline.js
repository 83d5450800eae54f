// The pipelines, live: each stage with its rate and times, the reject track beside them, and the
// books of each lane.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { text } from '../text/shown.js';
import { age, shortDuration } from '../text/time.js';

const classes = new Map([
  ['healthy', 'ok'],
  ['waiting', 'warn'],
  ['starting', 'warn'],
  ['draining', 'warn'],
  ['failed', 'bad'],
]);
export const stateClass = (state) => classes.get(state) ?? 'still';

const ago = (ms) => (ms < 1000 ? 'just now' : `${age(ms)} ago`);
const count = (number) => (typeof number === 'number' ? number.toLocaleString('en-GB') : '–');
const perSecond = (rate) =>
  rate === undefined
    ? nothing
    : html`<b>${count(rate >= 10 ? Math.round(rate) : Number(rate.toFixed(1)))}</b>/s · `;
const seconds = (value) => (typeof value === 'number' ? shortDuration(value * 1000) : undefined);

function figures(stage) {
  const p50 = seconds(stage.p50_seconds);
  const p99 = seconds(stage.p99_seconds);
  const troubles = ['rejected', 'dropped', 'retries'].filter((name) => stage[name] > 0);
  return html` ${p50 ? html`<span>p50 ${p50}${p99 ? ` · p99 ${p99}` : nothing}</span>` : nothing}
  ${troubles.map((name) => html`<span class=${name}>${count(stage[name])} ${name}</span>`)}`;
}

const stageBox = (one, rates) => (stage) =>
  html`<li class="stage ${stage.role}">
    <b>${text(stage.name)}</b>
    ${stage.type === stage.name ? nothing : html`<span class="soft">${text(stage.type)}</span>`}
    ${
      stage.role === 'service'
        ? nothing
        : html`<span class="soft"
            >${perSecond(rates[`${one.name}/${stage.name}`])} ${count(stage.in)} in all</span
          >`
    }
    <span class="soft figures">${figures(stage)}</span>
  </li>`;

function stages(one, rates) {
  const box = stageBox(one, rates);
  const of = (...roles) => one.stages.filter((stage) => roles.includes(stage.role)).map(box);
  const beside = (title, boxes) =>
    boxes.length
      ? html`<div>
          <h3>${title}</h3>
          <ul class="beside">
            ${boxes}
          </ul>
        </div>`
      : nothing;
  return html` <ol class="line" aria-label="Stages in order">
      ${of('source', 'step')}
    </ol>
    <div class="tracks">
      ${beside('Rejects go to', of('reject'))} ${beside('Services', of('service'))}
    </div>`;
}

const balances = (lane) =>
  lane.read + lane.inserted === lane.stored + lane.rejected + lane.dropped + lane.in_flight;

const laneNumbers = [
  ['position', 'Position'],
  ['read', 'Read'],
  ['stored', 'Stored'],
  ['rejected', 'Rejected'],
  ['dropped', 'Dropped'],
  ['in_flight', 'In flight'],
];

const lane = (one) =>
  html`<tr>
    <th scope="row" class="mono">${text(one.origin)}</th>
    ${laneNumbers.map(([name]) => html`<td class="n">${count(one[name])}</td>`)}
    <td>
      ${
        balances(one)
          ? html`<span class="mark ok">✓</span> balance`
          : html`<span class="mark bad">≠</span> do not balance`
      }
    </td>
  </tr>`;

const lanes = (one) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Lanes of ${one.name}">
    <table>
      <thead>
        <tr>
          <th scope="col">Lane</th>
          ${laneNumbers.map(([, title]) => html`<th scope="col" class="n">${title}</th>`)}
          <th scope="col">Books</th>
        </tr>
      </thead>
      <tbody>
        ${one.lanes.map(lane)}
      </tbody>
    </table>
  </div>`;

function pipelineCard(one, rates) {
  const commit =
    typeof one.commit_age_seconds === 'number'
      ? `last commit ${ago(one.commit_age_seconds * 1000)}`
      : '';
  const up =
    typeof one.uptime_seconds === 'number' ? `running for ${age(one.uptime_seconds * 1000)}` : '';
  return html`<section class="card">
    <div class="row">
      <h2 class="title">${text(one.name)}</h2>
      <span class="pill ${stateClass(one.state)}">${text(one.state)}</span>
      <span class="soft">${[up, commit].filter(Boolean).join(' · ')}</span>
    </div>
    ${one.reason ? html`<p class="reason">${text(one.reason)}</p>` : nothing} ${stages(one, rates)}
    ${one.lanes.length ? lanes(one) : nothing}
  </section>`;
}

const unknown = html`<p class="soft">This server does not tell about its pipelines.</p>`;

export function pipeline({ health }) {
  const away = health.phase === 'away';
  return html`<h1 class="off-screen" tabindex="-1">Pipeline</h1>
    ${
      away
        ? html`<section class="card notice bad">
            <h2 class="title">The server does not answer</h2>
            <p>
              The page asks again by
              itself.${health.list.length ? ' Below is what it said last.' : nothing}
            </p>
          </section>`
        : nothing
    }
    ${health.phase === 'off' ? unknown : nothing}
    ${health.phase === 'loading' ? html`<p class="soft late">Looking …</p>` : nothing}
    <div class="stack">${health.list.map((one) => pipelineCard(one, health.rates))}</div>`;
}
