// Do the sums of an order agree? Exact, and silent about what is not a number.

import { absolute, add, decimal, decimalText, isNegative, isZero, subtract } from './decimal.js';
import { NumberText } from './json.js';

const number = (member) => (member instanceof NumberText ? decimal(member.text) : undefined);

/**
 * {state: "agrees" | "differs" | "unknown", made, difference, tooMuch}: the stated number beside
 * what its parts make.
 */
function compare(stated, parts) {
  const numbers = [stated, ...parts].map(number);
  if (numbers.includes(undefined)) return { state: 'unknown' };
  const [said, ...rest] = numbers;
  const made = rest.reduce(add, { digits: 0n, scale: 0 });
  const off = subtract(said, made);
  if (isZero(off)) return { state: 'agrees', made: decimalText(made) };
  return {
    state: 'differs',
    made: decimalText(made),
    difference: decimalText(absolute(off)),
    tooMuch: !isNegative(off),
  };
}

/** amount = goods_total + delivery_cost + custom_fee. */
export const amountCheck = (payment) =>
  compare(
    payment.get('amount'),
    ['goods_total', 'delivery_cost', 'custom_fee'].map((name) => payment.get(name)),
  );

/** goods_total = the sum of the items' total_price. */
export function goodsCheck(payment, items) {
  if (!Array.isArray(items)) return { state: 'unknown' };
  const parts = items.map((item) => (item instanceof Map ? item.get('total_price') : undefined));
  return compare(payment instanceof Map ? payment.get('goods_total') : undefined, parts);
}

/** The sum of the items' total_price as a text, or undefined. */
export function itemsSum(items) {
  const parts = items.map((item) =>
    number(item instanceof Map ? item.get('total_price') : undefined),
  );
  return parts.includes(undefined)
    ? undefined
    : decimalText(parts.reduce(add, { digits: 0n, scale: 0 }));
}
