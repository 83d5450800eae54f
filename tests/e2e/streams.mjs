// Streams of server-sent events, for the stand-in.

export class EventStreams {
  #open = new Map(); // response -> its filter
  #id = 0;
  opened = 0; // so far

  get size() {
    return this.#open.size;
  }

  add(response, headers, filter) {
    response.writeHead(200, {
      ...headers,
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
    });
    response.write('retry: 300\n\n: alive\n\n');
    this.#open.set(response, filter);
    this.opened += 1;
    response.on('close', () => this.#open.delete(response));
  }

  send(event, data, fits = () => true) {
    this.#id += 1;
    const text = `id: ${this.#id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const [response, filter] of this.#open) if (!filter || fits(filter)) response.write(text);
  }
}
