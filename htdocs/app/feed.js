// How the pipelines are, from the server's stream of events; asked for again and again where it has
// none. Runs in the shared worker, or in the page where there is no such thing.

import { backOff } from './poll.js';
import { fetchPipelines } from './server.js';

const period = 2000; // ms between two questions, while there is no stream
const silence = 8000; // ms; the stream says something every second, so that it is lost after this
const rarely = 30_000; // ms until a server without a stream, or without pipelines, is asked again

/**
 * Tells {kind: "pipelines", value} | {kind: "away"} | {kind: "off"} (no such API) until the end of
 * time. `value` is the document of /api/pipelines.
 */
export function startFeed(tell) {
  let stream;
  let alive; // timer
  let asking; // timer
  let failures = 0;

  function heard() {
    clearTimeout(alive);
    alive = setTimeout(() => {
      tell({ kind: 'away' });
      stream.close();
      open();
    }, silence);
  }

  function open() {
    stream = new EventSource('/api/events');
    stream.addEventListener('pipelines', ({ data }) => {
      clearTimeout(asking);
      failures = 0;
      heard();
      try {
        tell({ kind: 'pipelines', value: JSON.parse(data) });
      } catch {
        tell({ kind: 'away' });
      }
    });
    stream.addEventListener('error', () => {
      clearTimeout(alive);
      // The browser connects again by itself, except where the server answered something else.
      if (stream.readyState !== EventSource.CLOSED) tell({ kind: 'away' });
      else withoutStream();
    });
  }

  /** Asks in the old way, and tries the stream again now and then. */
  function withoutStream() {
    clearTimeout(asking);
    const tryStreamAt = Date.now() + rarely;
    const ask = async () => {
      const { value, missing, failed } = await fetchPipelines();
      failures = failed ? failures + 1 : 0;
      tell(missing ? { kind: 'off' } : failed ? { kind: 'away' } : { kind: 'pipelines', value });
      const wait = failed ? backOff(failures) : missing ? rarely : period;
      const next = Date.now() >= tryStreamAt || failed ? open : ask;
      asking = setTimeout(next, wait);
    };
    ask();
  }

  open();
}
