// Numbers of the pipelines for people: counts, rates, shares, bytes. "–" where there is none.

export const none = '–';
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

export const count = (value) => (isNumber(value) ? value.toLocaleString('en-GB') : none);

/** "4,182/s", "2.4/s" */
export function perSecond(value) {
  if (!isNumber(value)) return `${none}/s`;
  return `${count(value >= 10 ? Math.round(value) : Number(value.toFixed(1)))}/s`;
}

/** A part of one as "6 %", "98.2 %". */
export function percent(part) {
  if (!isNumber(part)) return none;
  const value = part * 100;
  const digits = value === 0 || value === 100 || (value >= 1 && value < 90) ? 0 : 1;
  return `${value.toFixed(digits)}\u202f%`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** "118 MB", "4.2 kB" */
export function bytes(value) {
  if (!isNumber(value) || value < 0) return none;
  let unit = 0;
  let left = value;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return `${unit && left < 10 ? left.toFixed(1) : Math.round(left)} ${units[unit]}`;
}

/** For an axis: "4k", "1.5M". */
export function compact(value) {
  if (!isNumber(value)) return '';
  const form = (number, letter) => `${Number(number.toFixed(1))}${letter}`;
  if (value >= 1e9) return form(value / 1e9, 'G');
  if (value >= 1e6) return form(value / 1e6, 'M');
  if (value >= 1e4) return form(value / 1e3, 'k');
  return value.toLocaleString('en-GB', { maximumFractionDigits: 3 });
}
