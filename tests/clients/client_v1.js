'use strict';
// A whole client of version 1: it hears every line once and in order, and each line of its own is
// kept once, whatever happens to the connection meanwhile.

const { randomUUID } = require('node:crypto');
const { io } = require('socket.io-client');

// Hears what is said from now on, or, with `after`, what comes after that line (0: everything).
function join(url, { name, key, room, after, onLine = () => {}, ...options } = {}) {
  let epoch, asked;
  let next = after === undefined ? undefined : after + 1; // the first number not yet heard
  const held = new Map(); // what came above a hole
  const outbox = []; // what is not known to be kept; the first of it is on its way
  const auth = (give) => give({ v: 1, name, key, room, epoch, after: next && next - 1 });
  const socket = io(url, { ...options, auth });

  const ask = (again) => {
    if (again || asked !== next) socket.emit('sync', { after: next - 1 });
    asked = next;
  };
  const send = () => {
    if (outbox[0] && socket.connected) socket.emit('talk', outbox[0].text, { cid: outbox[0].cid });
  };
  const say = (text) => new Promise((kept, refused) => {
    outbox.push({ text, cid: randomUUID(), kept, refused });
    if (outbox.length === 1) send();
  });

  socket.on('hello', (hello) => {
    if (epoch && epoch !== hello.epoch) { // another history: what was held is of no use
      held.clear();
      next = 1;
      if (hello.head > 0) ask(true);
    }
    epoch = hello.epoch;
    asked = undefined;
    next ??= hello.head + 1;
    send();
  });
  socket.on('messages', ({ messages, head }) => {
    for (const line of messages) {
      if (line.seq >= next) held.set(line.seq, line);
      if (line.cid && line.cid === outbox[0]?.cid) {
        outbox.shift().kept(line);
        send();
      }
    }
    for (; held.has(next); next += 1) {
      onLine(held.get(next));
      held.delete(next);
    }
    if (head >= next) ask(); // a hole, or more pages
  });
  socket.on('head', ({ rooms }) => Object.values(rooms)[0] >= next && ask(true));
  socket.on('refused', ({ event, cid, code, message, retry_ms }) => {
    if (event === 'sync') setTimeout(ask, retry_ms ?? 1000, true);
    if (event !== 'talk' || cid !== outbox[0]?.cid) return;
    if (retry_ms) return void setTimeout(send, retry_ms);
    outbox.shift().refused(new Error(`${code}: ${message}`));
    send();
  });
  return { socket, say };
}

module.exports = { join };
