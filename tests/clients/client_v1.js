'use strict';
// A whole client of version 1: it hears every line once and in order, and each line of its own is
// kept once, whatever happens to the connection meanwhile.

const { randomUUID } = require('node:crypto');
const { io } = require('socket.io-client');

// Hears what is said from now on, or, with `after`, what comes after that line (0: everything).
function join(url, { name, key, room, after, onLine = () => {}, ...options } = {}) {
  let epoch, asked;
  let next = after === undefined ? undefined : after + 1;
  const held = new Map(); // what came above a hole
  const outbox = []; // what is not yet known to be kept; the first of it is on its way
  const auth = (give) => give({ v: 1, name, key, room, epoch, after: next && next - 1 });
  const socket = io(url, { ...options, auth });
  const ask = () => asked !== next && socket.emit('sync', { after: (asked = next) - 1 });
  const send = () => outbox[0] && socket.emit('talk', outbox[0].text, { cid: outbox[0].cid });
  const say = (text) => new Promise((kept, refused) => {
    if (outbox.push({ text, cid: randomUUID(), kept, refused }) === 1 && socket.connected) send();
  });

  socket.on('hello', (hello) => {
    const another = epoch !== undefined && epoch !== hello.epoch;
    if (another) next = 1; // another history: what was held is of no use
    if (another) held.clear();
    next ??= hello.head + 1;
    [epoch, asked] = [hello.epoch, undefined];
    if (another && hello.head >= next) ask();
    send();
  });
  socket.on('messages', ({ messages, head }) => {
    for (const line of messages) {
      if (line.cid && line.cid === outbox[0]?.cid) outbox.shift().kept(line), send();
      if (line.seq >= next) held.set(line.seq, line);
    }
    for (; held.has(next); next += 1) onLine(held.get(next)), held.delete(next);
    if (head >= next) ask();
  });
  socket.on('head', () => { asked = undefined; }); // should an answer have been lost
  socket.on('head', ({ rooms }) => Object.values(rooms)[0] >= next && ask());
  socket.on('refused', ({ event, cid, retry_ms, ...why }) => {
    if (event === 'sync') setTimeout(() => { asked = undefined; ask(); }, retry_ms ?? 1000);
    else if (retry_ms) setTimeout(send, retry_ms);
    else if (cid === outbox[0]?.cid) outbox.shift().refused(why), send();
  });
  return { socket, say };
}

module.exports = { join };
