// The stand-in to look at and play with: orders arrive, some are rejected, the charts move.
// `node by-hand.mjs [PORT]`

import { passing, rejectedTrace, sampleLetter, sampleLetters, storedTrace } from './letters.mjs';
import { emulator } from './pipelines.mjs';
import { sampleId, sampleOrder } from './samples.mjs';
import { startStandIn } from './stand-in.mjs';

const standIn = await startStandIn(Number(process.argv[2] ?? 8080));
const [orders] = standIn.pipelines;
standIn.pipelines.push(emulator());
standIn.letters = sampleLetters(5000);
standIn.traces.set(sampleId, storedTrace(sampleId));
for (const letter of standIn.letters) standIn.traces.set(letter.key, rejectedTrace(letter));

let number = 0;
setInterval(() => {
  const key = `${((++number * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')}demo`;
  standIn.orders.set(key, JSON.stringify({ ...sampleOrder, order_uid: key }));
  standIn.traces.set(key, storedTrace(key, Date.now()));
  standIn.recent = [{ key, stored_at: new Date().toISOString() }, ...standIn.recent].slice(0, 20);
  for (const one of orders.stages) if (one.role !== 'reject') one.in += 3;
  for (const lane of orders.lanes)
    Object.assign(lane, {
      position: lane.position + 1,
      read: lane.read + 1,
      stored: lane.stored + 1,
      last_read_at: new Date().toISOString(),
    });
  orders.last_message_at = new Date().toISOString();
  if (number % 9 === 0) {
    const letter = sampleLetter(-number, { written_at: new Date().toISOString() });
    standIn.letters.unshift(letter);
    orders.stages.find(({ role }) => role === 'reject').in += 1;
    const { code, reason, pointer } = letter;
    standIn.pass('check', passing(number, { key, fate: 'rejected', code, reason, pointer }));
  } else {
    for (const stage of ['check', 'store', 'cache']) standIn.pass(stage, passing(number, { key }));
  }
}, 700);
console.log(`${standIn.url}/#/order/${sampleId}`);
