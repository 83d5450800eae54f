// A small server with the service's HTTP contract, for states that the real one cannot easily show:
// away, without its database, slow, or with documents that no pipeline would let pass. `node
// by-hand.mjs [PORT]` serves it by hand.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageOf, replayOf } from './letters.mjs';
import { sampleHistory, samplePipelines, sampleYaml } from './pipelines.mjs';
import { sampleId, sampleOrder } from './samples.mjs';
import { EventStreams } from './streams.mjs';

export { samplePipelines } from './pipelines.mjs';

const page = fileURLToPath(new URL('../../htdocs/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const security = {
  'Content-Security-Policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Starts it. What the returned object's members say is answered; change them at any time. */
export async function startStandIn(port = 0) {
  let recent = [];
  const standIn = {
    orders: new Map([[sampleId, JSON.stringify(sampleOrder)]]), // id -> the document's bytes
    cached: new Set(),
    /** [{key, stored_at}], or null where the list is not offered. A new list: something was stored. */
    set recent(entries) {
      recent = entries;
      if (this.pipelines[0]?.lanes[0]) {
        this.pipelines[0].lanes[0].read += 1;
        this.pipelines[0].lanes[0].stored += 1;
      }
    },
    get recent() {
      return recent;
    },
    pipelines: samplePipelines(),
    live: true, // whether there is a stream of events
    events: new EventStreams(), // who listens to it
    taps: new Map(), // "pipeline/stage" -> EventStreams
    letters: [], // newest first, or null where none are kept
    scan: Infinity, // letters that are looked at for one page
    traces: new Map(), // key or "origin@position" -> the answer
    lettersAsked: [], // the queries, in order
    replays: [], // what was asked for, {body, authorization}, in order
    replayPage: 100, // letters of one answer
    fates: new Map(), // place -> what becomes of the letter, where it is not as its kind
    token: undefined, // without which nobody may replay
    replayProblem: undefined, // [status, title, detail] for every replay
    replayWaits: undefined, // a promise, before each answer about a replay
    storeAway: false,
    status: undefined, // a status for every order request
    delay: 0, // ms before each answer about an order
    asked: [], // ids, in order
  };

  const problem = (status, title, detail, headers = {}) => ({
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title, status, detail }),
  });
  const json = (value) => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
  });

  function order(id) {
    standIn.asked.push(id);
    if (standIn.status)
      return problem(standIn.status, 'Odd', 'The stand-in was told to answer so.');
    if (Buffer.byteLength(id) > 512 || /[\u0000-\u001f\u007f]/.test(id)) {
      return problem(
        400,
        'Bad Request',
        `The id has ${Buffer.byteLength(id)} bytes: send 1 to 512 without control characters.`,
      );
    }
    const found = (source, timing) => ({
      status: 200,
      headers: {
        'Content-Type': 'application/json',
        'Weir-Source': source,
        'Server-Timing': timing,
      },
      body: standIn.orders.get(id),
    });
    if (standIn.cached.has(id)) return found('cache', 'cache;dur=0.040');
    if (standIn.storeAway) {
      return problem(
        503,
        'Service Unavailable',
        'The stage store cannot be asked: connection refused.',
        {
          'Retry-After': '1',
        },
      );
    }
    if (!standIn.orders.has(id)) return problem(404, 'Not Found', `No order ${id}.`);
    standIn.cached.add(id);
    return found('store', 'cache;dur=0.010, store;dur=1.900');
  }

  async function replay(request) {
    const bytes = [];
    for await (const part of request) bytes.push(part);
    const { authorization } = request.headers;
    const body = JSON.parse(Buffer.concat(bytes));
    standIn.replays.push({ body, authorization });
    await standIn.replayWaits;
    if (request.headers['content-type'] !== 'application/json')
      return problem(415, 'Unsupported Media Type', 'Send application/json.');
    if (standIn.token && authorization !== `Bearer ${standIn.token}`)
      return problem(401, 'Unauthorized', 'send Authorization: Bearer TOKEN', {
        'WWW-Authenticate': 'Bearer',
      });
    if (standIn.replayProblem) return problem(...standIn.replayProblem);
    const { replayPage: page, fates } = standIn;
    const answered = replayOf(standIn.letters, body, { page, fates });
    return answered.fault ? problem(400, 'Bad Request', answered.fault) : json(answered);
  }

  function letterAt(place) {
    const found = standIn.letters.find((one) => String(one.place) === place);
    return found ? json(found) : problem(404, 'Not Found', 'no dead letter is at this place');
  }

  /** What is below /api/pipelines/NAME; undefined where there is nothing. */
  function ofPipeline(one, [what, stageName], query, request) {
    const { name } = one;
    if (what === undefined) return json(one);
    if (what === 'history') return json(sampleHistory(one));
    if (what === 'file') return json({ file: one.file, yaml: standIn.yaml ?? sampleYaml });
    if (what === 'stages') {
      const key = `${name}/${stageName}`;
      if (!standIn.taps.has(key)) standIn.taps.set(key, new EventStreams());
      return { stream: standIn.taps.get(key), filter: query.get('filter') ?? '' };
    }
    if (what === 'trace') {
      const key = query.get('key') ?? query.get('message');
      const none = { messages: [], from_memory: true, rows: [], letters: [] };
      return json((name === 'orders' && standIn.traces.get(key)) || none);
    }
    if (!standIn.letters || name !== 'orders') return undefined;
    if (what === 'dead-letters' && request.method === 'POST')
      return stageName === 'replay' ? replay(request) : undefined;
    if (what === 'dead-letters' && stageName !== undefined) return letterAt(stageName);
    standIn.lettersAsked.push(query.toString());
    if (what === 'dead-letters') return json(pageOf(standIn.letters, query, standIn.scan));
    if (what !== 'dead-letters.jsonl') return undefined;
    query.set('limit', `${standIn.letters.length}`);
    const { letters } = pageOf(standIn.letters, query, Infinity);
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/jsonl',
        'Content-Disposition': 'attachment; filename="orders.dead-letters.jsonl"',
      },
      body: letters.map((one) => `${JSON.stringify(one)}\n`).join(''),
    };
  }

  async function file(path) {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const body = await readFile(join(page, name));
      return {
        status: 200,
        headers: { 'Content-Type': types[extname(name)] ?? 'text/plain' },
        body,
      };
    } catch {
      return problem(404, 'Not Found', 'No such file.');
    }
  }

  async function answer(url, request) {
    const { pathname } = url;
    if (pathname.startsWith('/order/')) {
      await new Promise((resolve) => setTimeout(resolve, standIn.delay));
      return order(decodeURIComponent(pathname.slice('/order/'.length)));
    }
    if (pathname === '/orders' && standIn.recent)
      return json({ entries: standIn.recent.slice(0, 20) });
    if (pathname === '/api/pipelines' && standIn.pipelines)
      return json({ pipelines: standIn.pipelines });
    if (pathname === '/api/events' && standIn.live) return { stream: standIn.events };
    if (pathname.startsWith('/api/')) {
      const [, , , name, ...rest] = pathname.split('/').map(decodeURIComponent);
      const one = standIn.pipelines?.find((pipeline) => pipeline.name === name);
      const found = one && (await ofPipeline(one, rest, url.searchParams, request));
      return found ?? problem(404, 'Not Found', 'The API has nothing at this path.');
    }
    return file(pathname);
  }

  const server = createServer(async (request, response) => {
    const { status, headers, body, stream, filter } = await answer(
      new URL(request.url, 'http://stand-in'),
      request,
    );
    if (stream) {
      stream.add(response, security, filter);
      if (stream === standIn.events) tell();
      return;
    }
    response.writeHead(status, { ...security, 'Cache-Control': 'no-store', ...headers });
    response.end(body);
  });
  const tell = () => standIn.events.send('pipelines', { pipelines: standIn.pipelines });
  const beat = setInterval(tell, 300); // more often than the service, for tests that wait for it
  beat.unref();

  /** Those who watch the stage see the message. */
  standIn.pass = (stage, message) => {
    const filter = (text) => JSON.stringify(message).includes(text);
    standIn.taps.get(`orders/${stage}`)?.send('message', message, filter);
  };

  const listen = (on) => new Promise((resolve) => server.listen(on, '127.0.0.1', resolve));

  await listen(port);
  standIn.port = server.address().port;
  standIn.url = `http://127.0.0.1:${standIn.port}`;
  standIn.goAway = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  standIn.comeBack = () => listen(standIn.port);
  return standIn;
}
