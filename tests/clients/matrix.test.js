'use strict';
// Odd texts, from each kind of client to each other kind: unchanged, once, in order.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { join } = require('./client_v1.js');
const { PYTHON, Program, Room, chat, folder, until } = require('./room.js');
const texts = require('./texts.js');

/** An official plain client: what it hears, and a way to say a line that returns when it is kept. */
async function javascript(room, transport) {
  const socket = await room.plain({ transports: [transport] });
  const say = (text) => socket.timeout(10_000).emitWithAck('talk', text);
  return { hearsItself: false, heard: () => socket.heard, say };
}

/** A client of version 1. */
async function version1(t, room) {
  const heard = [];
  const { socket, say } = join(room.url, { after: 0, onLine: ({ text }) => heard.push(text) });
  t.after(() => socket.disconnect());
  await once(socket, 'hello');
  return { hearsItself: true, heard: () => heard, say };
}

/** python-socketio, in a program of its own. */
async function python(t, room, transport) {
  const args = [path.join(__dirname, 'python/person.py'), room.url, transport];
  const program = new Program(t, PYTHON, args, { stdin: 'pipe' });
  await program.says(/said/);
  const told = () => program.lines.map((line) => JSON.parse(line));
  const answers = () => told().filter((line) => 'said' in line);
  const say = async (text) => {
    const before = answers().length;
    program.child.stdin.write(`${JSON.stringify(text)}\n`);
    await until(`Python has said ${text}`, () => answers().length > before);
    return answers().at(-1).said;
  };
  const heard = () => {
    const lines = told().filter((line) => 'heard' in line);
    return lines.sort((one, other) => one.seq - other.seq).map((line) => line.heard);
  };
  return { hearsItself: false, heard, say };
}

/** kpl-chat: one that follows the room, and one more for each line that is said. */
async function terminal(t, room) {
  const tail = chat(t, room.url, 'reader', ['tail', '-n', '1000', '--follow', '--json']);
  const home = folder(t); // one person: the name belongs to the key that lies there
  const say = async (text) => {
    const send = chat(t, room.url, 'author', ['send', text], home);
    return { ok: await send.exit === 0, why: send.complaints };
  };
  return { hearsItself: true, heard: () => tail.lines.map((line) => JSON.parse(line).text), say };
}

test('odd texts arrive unchanged from each kind of client to each other', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const people = {
    'JavaScript over websocket': await javascript(room, 'websocket'),
    'JavaScript over polling': await javascript(room, 'polling'),
    'JavaScript of version 1': await version1(t, room),
    'Python over websocket': await python(t, room, 'websocket'),
    'Python over polling': await python(t, room, 'polling'),
    'kpl-chat': await terminal(t, room),
  };
  const said = [];

  for (const [author, { say }] of Object.entries(people)) {
    for (const [what, text] of Object.entries(texts)) {
      const verdict = await say(text);
      assert.notEqual(verdict.ok, false, `${author} says ${what}: ${JSON.stringify(verdict)}`);
      said.push({ author, text });
    }
  }

  for (const [reader, { hearsItself, heard }] of Object.entries(people)) {
    const expected = said.filter(({ author }) => hearsItself || author !== reader);
    await until(`${reader} has heard all`, () => heard().length >= expected.length);
    assert.deepEqual(heard(), expected.map(({ text }) => text), reader);
  }
});
