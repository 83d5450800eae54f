// The items as a table; on narrow screens each becomes a block of its own (the roles keep it a
// table for screen readers).

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { grouped } from '../text/decimal.js';
import { NumberText } from '../text/json.js';
import { numeric, text, value } from '../text/shown.js';
import { goodsCheck, itemsSum } from '../text/sums.js';
import { mark } from './mark.js';

const columns = [
  { name: 'name', title: 'Name' },
  { name: 'brand', title: 'Brand' },
  { name: 'size', title: 'Size' },
  { name: 'price', title: 'Price', money: true },
  { name: 'sale', title: 'Sale', number: true, unit: '\u202f%' },
  { name: 'total_price', title: 'Total', money: true },
  { name: 'status', title: 'Status', number: true },
];
const inColumns = new Set(columns.map((column) => column.name));

const heading = ({ title, money, number }) =>
  html`<th role="columnheader" scope="col" class=${money || number ? 'n' : nothing}>${title}</th>`;

function cell({ name, title, money, number, unit = '' }, item) {
  const member = item.get(name);
  const shown = value(member, { group: money, missing: '–' });
  const align = money || number ? numeric(member) : '';
  return html`<td role="cell" class="${align} is-${name}" data-title=${title}>
    <span>${shown}${member instanceof NumberText ? unit : nothing}</span>
  </td>`;
}

const pair = ([name, member]) =>
  html`<li><span class="soft">${text(name)}</span> <span class="mono">${value(member)}</span></li>`;

/** All that has no column: ids for the most part, and members that the page does not know. */
function rest(item) {
  const members = [...item].filter(([name]) => !inColumns.has(name));
  if (!members.length) return nothing;
  return html`<tr role="row" class="rest">
    <td role="cell" colspan=${columns.length}>
      <ul class="pairs">
        ${members.map(pair)}
      </ul>
    </td>
  </tr>`;
}

function row(item) {
  if (!(item instanceof Map)) {
    return html`<tbody role="rowgroup">
      <tr role="row">
        <td role="cell" colspan=${columns.length}>${value(item)}</td>
      </tr>
    </tbody>`;
  }
  return html`<tbody role="rowgroup">
    <tr role="row">
      ${columns.map((column) => cell(column, item))}
    </tr>
    ${rest(item)}
  </tbody>`;
}

export function items(list, order, state, act) {
  if (!list.length) return html`<p class="soft">No items.</p>`;
  const shown = list.slice(0, state.itemsShown);
  const inAll = grouped(String(list.length));
  const sum = itemsSum(list);
  return html`<table class="items" role="table" aria-labelledby="items-title">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(heading)}
        </tr>
      </thead>
      ${shown.map(row)}
      ${
        sum === undefined || list.length < 2
          ? nothing
          : html`<tfoot role="rowgroup">
              <tr role="row">
                <th role="rowheader" scope="row" colspan="5">Sum of ${inAll} items</th>
                <td role="cell" class=${sum.length > 20 ? 'n long' : 'n'}>${grouped(sum)}</td>
                <td role="cell" class="n">
                  ${mark(goodsCheck(order.get('payment'), list), 'agrees with the payment')}
                </td>
              </tr>
            </tfoot>`
      }
    </table>
    ${
      shown.length < list.length
        ? html`<p class="next row">
            <button type="button" @click=${act.showMoreItems}>Show more items</button>
            <span class="soft">${grouped(String(shown.length))} of ${inAll} are shown</span>
          </p>`
        : nothing
    }`;
}
