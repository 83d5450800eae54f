// Times for people: the reader's own zone first, UTC beside it.

const instant = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since 1970 of an RFC 3339 text; undefined for anything else, and for days that do
 * not exist.
 */
export function instantOf(text) {
  const parts = instant.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts.slice(0, 7).map(Number);
  const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  if (
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysInMonth ||
    hour > 23 ||
    minute > 59 ||
    second > 60
  )
    return undefined;
  const ms = Date.parse(text.toUpperCase().replace(' ', 'T').replace(':60', ':59'));
  return Number.isNaN(ms) ? undefined : ms;
}

const form = (timeZone) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
const here = form(undefined);
const utc = form('UTC');
const zoneName = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

function parts(format, ms) {
  const found = Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]));
  return {
    date: `${found.day} ${found.month} ${found.year}`,
    time: `${found.hour}:${found.minute}:${found.second}`,
  };
}

/**
 * {day, time, zone, utc}: "26 Nov 2021", "08:22:19", "EET", "06:22:19 UTC" (with its date where
 * the day differs).
 */
export function bothTimes(ms) {
  const local = parts(here, ms);
  const world = parts(utc, ms);
  const zone = zoneName.formatToParts(ms).find((part) => part.type === 'timeZoneName').value;
  const otherDay = world.date === local.date ? '' : `${world.date}, `;
  return { day: local.date, time: local.time, zone, utc: `${otherDay}${world.time} UTC` };
}

/** "now", "5 s", "3 min", "2 h", "4 days". */
export function age(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} days`;
}

/** A duration in milliseconds, two digits of it: "0.04 ms", "1.9 ms", "47 ms", "1.2 s". */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 10) return `${Math.round(ms)} ms`;
  if (ms >= 1) return `${ms.toFixed(1)} ms`;
  if (ms >= 0.001) return `${Number(ms.toPrecision(2))} ms`;
  return ms > 0 ? 'under 0.001 ms' : '0 ms';
}

/** The same for times that may be long: "1.2 s", "3 min". */
export const span = (ms) => (ms >= 60_000 ? age(ms) : duration(ms));

/** The same for times that are short as a rule: "9.4 µs", "0.4 ms". */
export const shortDuration = (ms) =>
  ms > 0 && ms < 0.1 ? `${Number((ms * 1000).toPrecision(2))} µs` : duration(ms);

/** How many times: "1.4", "47", "1,200". */
export function times(ratio) {
  if (ratio < 10) return ratio.toFixed(1);
  const digits = ratio >= 1000 ? Number(ratio.toPrecision(2)) : Math.round(ratio);
  return digits.toLocaleString('en-GB');
}
