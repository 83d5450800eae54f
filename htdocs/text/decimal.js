// Decimal numbers as exact values, for sums of money: BigInt digits and a scale, never a float.

const pattern = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
const longest = 1000; // digits; a longer number is shown but not added up

/**
 * {digits, scale}, meaning digits / 10^scale; undefined where the text is no number or too long to
 * add up.
 */
export function decimal(text) {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const shift = fraction.length - Number(exponent);
  if (whole.length + fraction.length + Math.abs(shift) > longest) return undefined;
  const digits = BigInt(sign + whole + fraction);
  return shift >= 0
    ? { digits, scale: shift }
    : { digits: digits * 10n ** BigInt(-shift), scale: 0 };
}

const at = (value, scale) => value.digits * 10n ** BigInt(scale - value.scale);

export function add(left, right) {
  const scale = Math.max(left.scale, right.scale);
  return { digits: at(left, scale) + at(right, scale), scale };
}

export const subtract = (left, right) => add(left, { digits: -right.digits, scale: right.scale });

export const isZero = (value) => value.digits === 0n;

export const isNegative = (value) => value.digits < 0n;

export const absolute = (value) =>
  isNegative(value) ? { digits: -value.digits, scale: value.scale } : value;

/** As a plain decimal text, without needless zeros at the end. */
export function decimalText({ digits, scale }) {
  const sign = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale);
  const fraction = all.slice(all.length - scale).replace(/0+$/, '');
  return sign + whole + (scale && fraction ? '.' + fraction : '');
}

/** "1234567.50" as "1,234,567.50". What has an exponent stays as it is. */
export function grouped(text) {
  const parts = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (!parts) return text;
  const [, sign, whole, fraction = ''] = parts;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',') + fraction;
}
