// <weir-chart>: lines over time, drawn by uPlot, with a legend that tells the values under the
// pointer or else the last ones. `chart` is {times, series: [{label, values}], form, axis}.

import { uPlot } from './uplot.js';

const height = 150;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockOf = (seconds) => clock.format(seconds * 1000);

const last = (values) => values.findLast((value) => value !== null && value !== undefined);

class Chart extends HTMLElement {
  #chart;
  #plot;
  #legend = [];
  #watch = new ResizeObserver(() => this.#resize());
  #theme = new MutationObserver(() => this.#plot?.redraw());
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #redraw = () => this.#plot?.redraw();

  set chart(chart) {
    const before = this.#chart;
    this.#chart = chart;
    if (!this.isConnected) return;
    if (before?.series.length !== chart.series.length) this.#make();
    else this.#plot?.setData(this.#data());
    this.#tell();
  }

  connectedCallback() {
    this.#watch.observe(this);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#scheme.addEventListener('change', this.#redraw);
    if (this.#chart) this.#make();
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    this.#theme.disconnect();
    this.#scheme.removeEventListener('change', this.#redraw);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #data() {
    return [this.#chart.times, ...this.#chart.series.map(({ values }) => values)];
  }

  #makeLegend() {
    const list = document.createElement('ul');
    list.className = 'legend';
    this.#legend = this.#chart.series.map(({ label }, index) => {
      const entry = document.createElement('li');
      const value = document.createElement('b');
      entry.className = `series-${index}`;
      entry.append(label, ' ', value);
      list.append(entry);
      return { entry, value };
    });
    this.replaceChildren(list);
    this.#tell();
  }

  /** Values at the pointer's place, or the last. */
  #tell(index) {
    const { series, form } = this.#chart;
    this.#legend.forEach(({ value }, place) => {
      const values = series[place].values;
      const shown = form((index === undefined ? last(values) : values[index]) ?? undefined);
      if (value.textContent !== shown) value.textContent = shown;
    });
  }

  async #make() {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#makeLegend();
    const chart = this.#chart;
    let Plot;
    try {
      Plot = await uPlot();
    } catch {
      return; // the legend and the table stay
    }
    if (this.#plot || !this.isConnected || chart.series.length !== this.#chart.series.length)
      return;
    this.#plot = new Plot(this.#options(), this.#data(), this);
    this.#plot.root.setAttribute('aria-hidden', 'true'); // the legend and the table tell it
  }

  #options() {
    const colour = (element) => () => getComputedStyle(element).color;
    const axis = {
      stroke: colour(this),
      font: '11px system-ui, sans-serif',
      grid: { stroke: () => getComputedStyle(this).borderTopColor, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(200, this.clientWidth),
      height,
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: 'weir' },
        points: { size: 6 },
      },
      scales: { y: { range: (plot, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24, space: 60, values: (plot, splits) => splits.map(clockOf) },
        { ...axis, size: 46, space: 34, values: (plot, splits) => splits.map(this.#chart.axis) },
      ],
      series: [
        {},
        ...this.#legend.map(({ entry }) => ({
          stroke: colour(entry),
          width: 1.5,
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [({ cursor }) => this.#tell(cursor.idx ?? undefined)] },
    };
  }

  #resize() {
    const width = Math.max(200, this.clientWidth);
    if (this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height });
  }
}

customElements.define('weir-chart', Chart);
