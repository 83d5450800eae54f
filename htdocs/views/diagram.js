// A pipeline as a picture: the stages as a line, the reject track beside it. Upright where there is
// no room for a line. Each stage leads to its tap.

import { html, nothing, svg } from '../vendor/lit-html/lit-html.js';
import { fillOf } from '../app/flow.js';
import { pipelineHash } from '../app/router.js';
import { count, percent } from '../text/figures.js';
import { fit, place } from './diagram-place.js';
import { linesOf } from './stage-lines.js';

const lineHeight = 17;
const mostBars = 4;

const severity = (fill) => (fill > 0.9 ? 'bad' : fill > 0.5 ? 'warn' : 'calm');

/** The boxes' words, one line under the other. */
function words(lines, { x, y, width }) {
  return lines.map(
    ({ text, class: name }, index) =>
      svg`<text class="${name ?? ''}" x=${x + 14} y=${y + 24 + index * lineHeight}>${fit(
        text,
        width - 26,
        name,
      )}</text>`,
  );
}

function box(one, { stage, room }, lines, current) {
  const waits = one.waiting.some((wait) => wait.stage === stage.name);
  const shape = svg`<rect x=${room.x} y=${room.y} width=${room.width} height=${room.height}
      rx="9" /><title>${lines.map(({ text }) => text).join(', ')}</title>${words(lines, room)}`;
  const name = `stage ${stage.role === 'reject' ? 'reject' : 'plain'} ${waits ? 'waits' : ''}`;
  if (stage.role === 'service') return svg`<g class=${name}>${shape}</g>`;
  return svg`<a class=${name} href=${pipelineHash(one.name, stage.name)}
      aria-current=${current === stage.name ? 'true' : nothing}>${shape}</a>`;
}

/** What waits between the source and the first step: a bar for each shard. */
function inbox({ shards }, { x, y, width }) {
  if (!shards.length) return nothing;
  const fills = shards.map((shard) => fillOf(shard) ?? 0);
  const fullest = Math.max(...fills);
  const shown = shards.length > mostBars ? [fullest] : fills;
  const messages = shards.reduce((sum, shard) => sum + (shard.inbox_messages ?? 0), 0);
  const label = `${count(messages)} in the ${shards.length > 1 ? 'inboxes' : 'inbox'}, the fullest ${percent(fullest)}`;
  return svg`<g class="inbox"><title>${label}</title>
    <text class="small" x=${x + width / 2} y=${y - 8} text-anchor="middle">inbox ${percent(fullest)}</text>
    ${shown.map(
      (fill, index) =>
        svg`<rect class="trough" x=${x} y=${y + 7 + index * 7} width=${width} height="4" rx="2" />
          <rect class="fill ${severity(fill)}" x=${x} y=${y + 7 + index * 7}
            width=${Math.max(fill > 0 ? 3 : 0, width * fill)} height="4" rx="2" />`,
    )}</g>`;
}

const edge = (from, to) => svg`<path class="edge" d="M${from.x} ${from.y}L${to.x} ${to.y}" />`;

/** Dashed, and red where something went that way. */
const rejects = (tracks) =>
  tracks.map(
    ({ used, points }) =>
      svg`<path class="track ${used ? 'used' : ''}"
        d="M${points.map(({ x, y }) => `${x} ${y}`).join('L')}" />`,
  );

/** `width`: of the room for it, in pixels of a text of 16 pixels. */
export function diagram(one, rates, width, current) {
  const said = new Map(one.stages.map((stage) => [stage, linesOf(one, stage, rates)]));
  const most = Math.max(3, ...[...said.values()].map((lines) => lines.length));
  const { size, boxes, edges, tracks, inboxRoom } = place(one, width, most);
  return html`<svg
    class="diagram"
    viewBox="0 0 ${size.width} ${size.height}"
    role="group"
    aria-label="Stages of ${one.name}"
  >
    <defs>
      <marker
        id="tip"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="7"
        markerHeight="7"
        orient="auto"
      >
        <path d="M0 0L8 4L0 8Z" />
      </marker>
    </defs>
    <g aria-hidden="true">${rejects(tracks)}${edges.map(({ from, to }) => edge(from, to))}</g>
    ${inboxRoom ? inbox(one, inboxRoom) : nothing}
    ${boxes.map((placed) => box(one, placed, said.get(placed.stage), current))}
  </svg>`;
}
