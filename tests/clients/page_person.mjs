// The page's client without a page: `page_person.mjs URL NAME KEY`. Each line of standard input is a
// JSON string to say. What happens is told as JSON on standard output: `{"seq", "text"}` for each line
// that is heard, `{"waiting"}` for how many of its own are not known to be kept, `{"state"}`.

import { webcrypto } from 'node:crypto';
import readline from 'node:readline';
import WebSocket from 'ws';
import { Room } from '../../server/page/room.js';

globalThis.crypto ??= webcrypto; // Node 18 has it under another name.
const [url, name, key] = process.argv.slice(2);
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const room = new Room({ url, name, key, after: 0, most: Infinity, heartbeat: 500, means: { WebSocket, fetch } }, {
  state: (state) => tell({ state }),
  lines: (lines) => lines.forEach(({ seq, text }) => tell({ seq, text })),
  waiting: ({ length }) => tell({ waiting: length }),
  lost: ({ text }, { code }) => tell({ lost: text, code }),
});
room.enter();
const said = readline.createInterface({ input: process.stdin });
said.on('line', (text) => room.say(JSON.parse(text)));
said.on('close', () => room.leave());
