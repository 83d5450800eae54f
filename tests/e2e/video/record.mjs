// Records the page at work as weir.webm, and two pictures of it.
//
//   node record.mjs URL ORDER_ID FOLDER
//
// ORDER_ID names an order that is in the database and not in the cache. Needs ffmpeg.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { launch, openPage } from '../browser.mjs';

const [url, id, folder] = process.argv.slice(2);
assert.ok(folder, 'usage: record.mjs URL ORDER_ID FOLDER');
const size = { width: 1280, height: 720 };
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** The pictures that Chromium draws while it draws something new, each with its time. */
class Recording {
  constructor(session, place) {
    this.session = session;
    this.place = place;
    this.frames = [];
    this.writing = [];
  }

  async start() {
    this.session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
      const name = path.join(this.place, `${String(this.frames.length).padStart(5, '0')}.jpg`);
      this.frames.push({ name, at: metadata.timestamp });
      this.writing.push(writeFile(name, Buffer.from(data, 'base64')));
      this.session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
    });
    await this.session.send('Page.startScreencast', {
      format: 'jpeg',
      quality: 92,
      maxWidth: size.width,
      maxHeight: size.height,
    });
  }

  async save(to) {
    await this.session.send('Page.stopScreencast');
    const end = Date.now() / 1000;
    await Promise.all(this.writing);
    const lines = this.frames.map(({ name, at }, index) => {
      const next = this.frames[index + 1]?.at ?? end;
      return `file '${name}'\nduration ${Math.max(next - at, 0.001).toFixed(3)}`;
    });
    const list = path.join(this.place, 'frames.txt');
    await writeFile(list, `${lines.join('\n')}\nfile '${this.frames.at(-1).name}'\n`);
    // prettier-ignore
    await promisify(execFile)('ffmpeg', ['-y', '-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list,
      '-vf', `fps=20,scale=${size.width}:${size.height}`, '-c:v', 'libvpx-vp9', '-crf', '36', '-b:v', '0',
      '-row-mt', '1', '-deadline', 'good', '-cpu-used', '4', '-an', to]);
  }
}

const browser = await launch();
const place = await mkdtemp(path.join(tmpdir(), 'weir-video-'));
try {
  const page = await openPage(browser, `${url}/`, {
    viewport: size,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });

  /** A sentence over the page, for as long as one needs to read it. */
  async function caption(sentence, seconds = 2.5) {
    await page.evaluate((words) => {
      let box = document.getElementById('caption');
      if (!box) {
        box = document.createElement('div');
        box.id = 'caption';
        box.popover = 'manual';
        Object.assign(box.style, {
          position: 'fixed',
          inset: 'auto 0 24px 0',
          margin: '0 auto',
          width: 'fit-content',
          padding: '10px 22px',
          border: '0',
          borderRadius: '8px',
          background: 'rgb(20 24 32 / 92%)',
          color: 'white',
          font: '600 20px system-ui, sans-serif',
        });
        document.body.append(box);
      }
      box.textContent = words;
      box.showPopover();
    }, sentence);
    await pause(seconds);
  }
  const scroll = (to) => page.evaluate((top) => scrollTo({ top, behavior: 'instant' }), to);
  const told = async () => (await page.textContent('.badge')).replace(/\s+/g, ' ');

  await page.waitForSelector('header .pill.ok');
  const recording = new Recording(await page.context().newCDPSession(page), place);
  await recording.start();

  await caption('Orders come in from Kafka all the time. Enter an id …', 2);
  await page.locator('input').first().pressSequentially(id, { delay: 60 });
  await page.keyboard.press('Enter');
  await page.waitForSelector('.badge');
  assert.match(await told(), /^database/, 'the order is not in the cache yet');
  await caption('… and see the order, here from the database.', 3);
  await page.click('.again');
  await page.waitForSelector('.from-cache');
  await caption('Asked again, it comes from the cache: see the time.', 3);
  await scroll(400);
  await caption('Delivery, payment, items; sums that do not add up are marked.', 2.5);
  await scroll(0);

  await page.goto(`${url}/#/pipeline`);
  await page.waitForSelector('.stage');
  await caption('The pipeline, live: rates, times, lag, the balance of every lane.', 3.5);
  await scroll(600);
  await caption('Nothing is lost: read = stored + rejected + in flight.', 3);
  await scroll(0);
  await page.click('.stage:has-text("json-schema-validate")');
  await page.waitForSelector('.passing >> nth=3');
  await page.locator('.tap').scrollIntoViewIfNeeded();
  await caption('A tap shows messages as they pass at a stage.', 3);

  await page.goto(`${url}/#/dead-letters?text=${encodeURIComponent('/locale')}`);
  await page.waitForSelector('.letters li');
  await caption('What was refused is kept. Here a check forgot the Polish shops.', 3);
  await page.click('.letters a >> nth=0');
  await page.waitForSelector('.letter .replay');
  const refused = JSON.parse(await page.textContent('.letter pre')).order_uid;
  await caption('The offending place is marked in the payload.', 2.5);
  await page.click('.letter .replay button');
  await page.waitForSelector('.letter .replay .pill.ok');
  await caption('The check has been mended since: a dry run says that it passes now.', 3);
  await page.click('.letter .replay button.main');
  await page.waitForSelector('.letter .replay .pill.ok:has-text("Stored")');
  await caption('Replayed: through the whole pipeline, once, never over a newer order.', 3);
  await page.goto(`${url}/#/order/${encodeURIComponent(refused)}`);
  await page.waitForSelector('.badge');
  await caption('And here it is.', 2);

  await page.goto(`${url}/#/trace/${encodeURIComponent(id)}`);
  await page.waitForSelector('main h2');
  await caption('And a trace tells what happened to a message, step by step.', 3);
  await recording.save(path.join(folder, 'weir.webm'));

  const dark = await openPage(browser, `${url}/#/pipeline`, { viewport: size, colorScheme: 'dark' });
  await dark.waitForSelector('.stage');
  await pause(4); // until there are rates
  await dark.screenshot({ path: path.join(folder, 'pipeline.png') });
  await page.goto(`${url}/#/order/${encodeURIComponent(id)}`);
  await page.waitForSelector('.badge');
  await page.evaluate(() => document.getElementById('caption')?.remove());
  await page.screenshot({ path: path.join(folder, 'orders.png') });
  page.assertUnharmed();
} finally {
  await browser.close();
  await rm(place, { recursive: true });
}
