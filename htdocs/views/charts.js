// The last minutes as charts, each with a table for those who cannot see it.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { guard } from '../vendor/lit-html/directives/guard.js';
import { compact, count, none, perSecond } from '../text/figures.js';
import { plain } from '../text/shown.js';
import { shortDuration } from '../text/time.js';

const mostSeries = 5;
const rowEvery = 10; // seconds of the table

const isNumber = (value) => typeof value === 'number';

/** Totals as a rate; null where one of two neighbours is missing or the server began anew. */
function rates(totals, times) {
  return totals.map((total, index) => {
    const before = totals[index - 1];
    if (!isNumber(total) || !isNumber(before) || total < before) return null;
    return (total - before) / (times[index] - times[index - 1]);
  });
}

const known = (values) => values?.some(isNumber);
const series = (label, values) => (known(values) ? [{ label, values }] : []);

const seconds = (value) => (isNumber(value) ? shortDuration(value * 1000) : none);
const number = (value) => (isNumber(value) ? count(Math.round(value)) : none);
const rate = (value) => (isNumber(value) ? perSecond(value) : none);

function chartsOf(columns) {
  const { times, stages, figures } = columns;
  const flow = (name, label) => (columns[name] ? series(label, rates(columns[name], times)) : []);
  const lags = Object.values(figures).flatMap((members) => {
    const lag = members.weir_kafka_lag_messages;
    return lag ? series('lag at the source', lag) : [];
  });
  return [
    {
      title: 'Messages a second',
      series: [
        ...flow('read', 'read'),
        ...flow('stored', 'stored'),
        ...flow('rejected', 'rejected'),
      ],
      form: rate,
      axis: compact,
    },
    {
      title: 'Messages that wait',
      series: [...lags, ...series('in flight', columns.in_flight)],
      form: number,
      axis: compact,
    },
    {
      title: 'Time of a batch, p99',
      series: Object.entries(stages)
        .flatMap(([name, { p99_seconds: p99 }]) => series(plain(name), p99))
        .filter(({ values }) => values.some((value) => value > 0))
        .slice(0, mostSeries),
      form: seconds,
      axis: (value) => (value ? seconds(value) : '0'),
    },
    {
      title: 'Age of the last commit',
      series: series('age', columns.commit_age_seconds),
      form: seconds,
      axis: (value) => (value ? seconds(value) : '0'),
    },
    {
      title: 'Retries a second',
      series: flow('retries', 'retries'),
      form: rate,
      axis: compact,
    },
  ]
    .filter((chart) => chart.series.length)
    .map((chart) => ({ ...chart, times }));
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function table({ title, times, series: lines, form }) {
  const rows = [];
  for (let index = times.length - 1; index >= 0; index -= 1) {
    const before = rows.at(-1);
    if (before === undefined || times[before] - times[index] >= rowEvery) rows.push(index);
  }
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="Table: ${title}">
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          ${lines.map(({ label }) => html`<th scope="col" class="n">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (index) =>
            html`<tr>
              <th scope="row">${clock.format(times[index] * 1000)}</th>
              ${lines.map(
                ({ values }) => html`<td class="n">${form(values[index] ?? undefined)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const figure = (chart, open, act) =>
  html`<figure>
    <figcaption>
      <h3>${chart.title}</h3>
      <button
        type="button"
        class="quiet"
        aria-expanded=${open}
        @click=${() => act.toggleTable(chart.title)}
      >
        Table<span class="off-screen"> of ${chart.title}</span>
      </button>
    </figcaption>
    <weir-chart .chart=${chart}></weir-chart>
    ${open ? table(chart) : nothing}
  </figure>`;

/** `history`: {name, columns} or null. */
export function charts(one, { history, tables }, act) {
  if (history?.name !== one.name) return nothing;
  return guard([history.columns, tables], () => {
    const list = chartsOf(history.columns);
    if (!list.length) return nothing;
    return html`<section class="card" aria-labelledby="charts-title">
      <h2 id="charts-title">The last minutes</h2>
      <div class="charts">${list.map((chart) => figure(chart, tables.has(chart.title), act))}</div>
    </section>`;
  });
}
