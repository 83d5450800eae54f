// One order in sections. A document that is shaped otherwise than expected is shown all the same.

import { html } from '../vendor/lit-html/lit-html.js';
import { grouped } from '../text/decimal.js';
import { otherMembers, term, value } from '../text/shown.js';
import { items } from './items.js';
import { textMoment } from './moment.js';
import { payment } from './payment.js';

const sections = new Set(['delivery', 'payment', 'items']);
const orderTerms = [
  ['track_number', 'Track', { mono: true }],
  ['date_created', 'Created', { moment: true }],
  ['customer_id', 'Customer'],
  ['delivery_service', 'Service'],
  ['entry', 'Entry'],
  ['locale', 'Locale'],
  ['shardkey', 'Shard key'],
  ['oof_shard', 'Oof shard'],
  ['sm_id', 'SM id'],
  ['internal_signature', 'Signature', { mono: true }],
];
const deliveryTerms = [
  ['name', 'To'],
  ['phone', 'Phone'],
  ['email', 'Email'],
  ['address', 'Address'],
  ['city', 'City'],
  ['region', 'Region'],
  ['zip', 'Zip'],
];
const names = (terms) => new Set(terms.map(([name]) => name));
const knownOfOrder = new Set([...names(orderTerms), ...sections, 'order_uid']);
const knownOfDelivery = names(deliveryTerms);

const listed = (terms, members) =>
  terms.map(([name, title, { mono, moment } = {}]) => {
    const member = members.get(name);
    return term(title, moment ? textMoment(member) : value(member), { mono });
  });

/**
 * A section; where the member is absent or of another kind than expected, that is said and shown.
 */
function section(id, title, member, fits, draw) {
  const body = () => {
    if (member === undefined) return html`<p class="soft">Not in the message.</p>`;
    return fits(member) ? draw(member) : html`<p>${value(member)}</p>`;
  };
  return html`<section class="card ${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body()}
  </section>`;
}

const isMap = (member) => member instanceof Map;

export function order(members, state, act) {
  const list = members.get('items');
  const count = Array.isArray(list) ? ` · ${grouped(String(list.length))}` : '';
  return html` <div class="sections">
      ${section(
        'order',
        'Order',
        members,
        isMap,
        () =>
          html` <dl class="terms">${listed(orderTerms, members)}</dl>
            ${otherMembers(members, knownOfOrder)}`,
      )}
      ${section(
        'delivery',
        'Delivery',
        members.get('delivery'),
        isMap,
        (delivery) =>
          html` <dl class="terms">${listed(deliveryTerms, delivery)}</dl>
            ${otherMembers(delivery, knownOfDelivery)}`,
      )}
      ${section('payment', 'Payment', members.get('payment'), isMap, (paid) =>
        payment(paid, members),
      )}
    </div>
    ${section('items', `Items${count}`, list, Array.isArray, (entries) =>
      items(entries, members, state, act),
    )}`;
}

/** A document that is no object. */
export const oddDocument = (document) =>
  html`<section class="card">
    <h2>Document</h2>
    <p>${value(document)}</p>
  </section>`;
