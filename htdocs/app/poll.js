// Asks again and again while the page is visible; more slowly while nothing answers.

const longestWait = 15_000; // ms
const rarely = 30_000; // ms

/** The wait before attempt 1, 2, 3 … : 1, 2, 4, 8, 15 s, a little apart from other pages'. */
export function backOff(attempt) {
  const wait = Math.min(1000 * 2 ** (attempt - 1), longestWait);
  return wait * (0.9 + 0.2 * Math.random());
}

/**
 * `ask()` answers with a promise of "again" (after `period`), "failed" (back off) or "rarely"
 * (there is nothing to be had now). It runs at once, and at once again when the page comes into
 * view or the network returns.
 */
export function poll(ask, period) {
  let timer;
  let failures = 0;
  let asking = false;

  async function round() {
    clearTimeout(timer);
    if (asking || document.hidden) return;
    asking = true;
    const answer = await ask();
    asking = false;
    failures = answer === 'failed' ? failures + 1 : 0;
    timer = setTimeout(round, failures ? backOff(failures) : answer === 'rarely' ? rarely : period);
  }

  document.addEventListener('visibilitychange', round);
  addEventListener('online', round);
  round();
  return round;
}
