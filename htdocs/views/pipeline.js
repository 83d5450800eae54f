// The pipelines, live: one of them in view, and a way to the others.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { pipelineHash } from '../app/router.js';
import { answersForOrders } from '../app/server.js';
import { text } from '../text/shown.js';
import { charts } from './charts.js';
import { diagram } from './diagram.js';
import { glance, stateClass } from './glance.js';
import { lanes, shards } from './lanes.js';
import { pipelineFile } from './pipeline-file.js';
import { tapPanel } from './tap.js';

/** The pipeline in view: the one that the address names, or else the one for the orders. */
export const shownPipeline = ({ route, health: { list } }) =>
  route.name
    ? list.find(({ name }) => name === route.name)
    : (list.find(answersForOrders) ?? list[0]);

const chooser = (list, shown) =>
  html`<ul class="chooser" aria-label="Pipelines">
    ${list.map(
      ({ name, state }) =>
        html`<li>
          <a href=${pipelineHash(name)} aria-current=${name === shown?.name ? 'true' : nothing}
            ><span class="dot ${stateClass(state)}"></span>${text(name)}
            ${state === 'healthy' ? nothing : html`<span class="small">${text(String(state))}</span>`}</a
          >
        </li>`,
    )}
  </ul>`;

function shownOne(one, state, act) {
  const { route, health, width } = state;
  return html`<section class="card" aria-label=${one.name}>
      ${glance(one, state)} ${diagram(one, health.rates, width, route.stage)}
    </section>
    ${tapPanel(state, act)} ${charts(one, state, act)}
    ${one.lanes.length ? lanes(one, state, act) : nothing} ${shards(one)}
    ${pipelineFile(one, state, act)}`;
}

const noSuch = (name) =>
  html`<section class="card notice warn">
    <h2 class="title">No such pipeline</h2>
    <p>This server runs no pipeline called <bdi class="mono">${text(name)}</bdi>.</p>
  </section>`;

const away = (known) =>
  html`<section class="card notice bad">
    <h2 class="title">The server does not answer</h2>
    <p>The page asks again by itself.${known ? ' Below is what it said last.' : nothing}</p>
  </section>`;

export function pipeline(state, act) {
  const { health, route } = state;
  const one = shownPipeline(state);
  return html`<h1 class="off-screen" tabindex="-1">Pipeline</h1>
    <div class="stack">
      ${health.phase === 'away' ? away(health.list.length > 0) : nothing}
      ${
        health.phase === 'off'
          ? html`<p class="soft">This server does not tell about its pipelines.</p>`
          : nothing
      }
      ${health.phase === 'loading' ? html`<p class="soft late">Looking …</p>` : nothing}
      ${health.list.length > 1 ? chooser(health.list, one) : nothing}
      ${one ? shownOne(one, state, act) : nothing}
      ${!one && route.name && health.phase === 'ready' ? noSuch(route.name) : nothing}
    </div>`;
}
