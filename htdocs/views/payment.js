// The payment, laid out as a sum, with a mark where the numbers disagree.

import { html, nothing } from '../vendor/lit-html/lit-html.js';
import { grouped } from '../text/decimal.js';
import { numeric, otherMembers, term, value } from '../text/shown.js';
import { amountCheck, goodsCheck } from '../text/sums.js';
import { mark } from './mark.js';
import { unixMoment } from './moment.js';

const known = new Set([
  'transaction',
  'request_id',
  'currency',
  'provider',
  'amount',
  'payment_dt',
  'bank',
  'delivery_cost',
  'goods_total',
  'custom_fee',
]);

/**
 * The sentence for a sum that does not agree: "Paid is 1,800, but goods, delivery … make 1,817: 17
 * too little."
 */
function disagreement(check, stated, member, parts) {
  if (check.state !== 'differs') return nothing;
  const { made, difference, tooMuch } = check;
  return html`<p class="disagrees">
    ${stated} ${grouped(member.text)}, but ${parts} make ${grouped(made)}: ${grouped(difference)}
    too ${tooMuch ? 'much' : 'little'}.
  </p>`;
}

const shortCode = (currency) =>
  currency === undefined || (typeof currency === 'string' && currency.length <= 8);

const row = (name, member, sign) =>
  html`<tr>
    <th scope="row">${name}</th>
    <td class=${numeric(member)}>${value(member, { group: true })}</td>
    <td class="sign">${sign}</td>
  </tr>`;

const sameId = html`<span class="soft">same as the order id</span>`;

export function payment(members, order) {
  const amount = amountCheck(members);
  const goods = goodsCheck(members, order.get('items'));
  const currency = members.get('currency');
  const transaction = members.get('transaction');
  const same = transaction !== undefined && transaction === order.get('order_uid');
  return html`<div class="paid">
    <div>
      <table class="sum">
        <tbody>
          ${row('Goods', members.get('goods_total'), mark(goods, 'agrees with the items'))}
          ${row('Delivery', members.get('delivery_cost'))}
          ${row('Custom fee', members.get('custom_fee'))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Paid</th>
            <td class=${shortCode(currency) ? numeric(members.get('amount')) : 'n long'}>
              ${value(members.get('amount'), { group: true })}
              ${value(currency, { missing: 'no currency' })}
            </td>
            <td class="sign">${mark(amount, 'is the sum of the above')}</td>
          </tr>
        </tfoot>
      </table>
      ${disagreement(goods, 'Goods are', members.get('goods_total'), "the items' totals")}
      ${disagreement(amount, 'Paid is', members.get('amount'), 'goods, delivery and custom fee')}
    </div>
    <div>
      <dl class="terms">
        ${term('Paid at', unixMoment(members.get('payment_dt')))}
        ${term('Provider', value(members.get('provider')))}
        ${term('Bank', value(members.get('bank')))}
        ${term('Transaction', same ? sameId : value(transaction), { mono: !same })}
        ${term('Request', value(members.get('request_id')), { mono: true })}
      </dl>
      ${otherMembers(members, known)}
    </div>
  </div>`;
}
