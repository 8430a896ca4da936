// Writes every line of the room to a file, once and in order, whatever becomes of the network, of the
// server and of this program: `logger.mjs FILE`. It goes on after the last line in the file.

import fs from 'node:fs';
import { io } from 'socket.io-client';

const file = process.argv[2];
const written = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
const whole = written.slice(0, written.lastIndexOf('\n') + 1); // The last one may have been cut.
fs.writeFileSync(file, whole);
let next = whole === '' ? 1 : JSON.parse(whole.trim().split('\n').at(-1)).seq + 1;
const held = new Map(); // what came above a hole

const auth = (give) => give({ v: 1, after: next - 1 });
const socket = io(process.env.KPL_URL ?? 'http://127.0.0.1:3000', { auth });
const ask = () => socket.emit('sync', { after: next - 1 });

socket.on('messages', ({ messages, head }) => {
  for (const line of messages) if (line.seq >= next) held.set(line.seq, line);
  for (; held.has(next); next += 1) {
    fs.appendFileSync(file, `${JSON.stringify(held.get(next))}\n`);
    held.delete(next);
  }
  if (head >= next) ask(); // there is more, or a hole
});
socket.on('head', ({ rooms }) => Object.values(rooms)[0] >= next && ask());
socket.on('refused', ({ event, retry_ms: wait }) => event === 'sync' && setTimeout(ask, wait ?? 1000));
socket.on('connect_error', ({ message }) => console.error(message));
