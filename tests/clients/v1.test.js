'use strict';
// A client of version 1 in JavaScript: nothing missing, nothing twice, one order.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { io } = require('socket.io-client');
const { join } = require('./client_v1.js');
const { Room, until } = require('./room.js');

/** A member whose lines are collected. */
async function member(t, room, options = {}) {
  const heard = [];
  const { socket, say } = join(room.url, {
    forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options,
    onLine: (line) => heard.push(line),
  });
  t.after(() => socket.disconnect());
  const [hello] = await once(socket, 'hello');
  return { socket, say, heard, hello, texts: () => heard.map(({ text }) => text) };
}

const numbers = (count, from = 1) => Array.from({ length: count }, (_, i) => i + from);

test('a member is greeted by its name and hears its own lines numbered', async (t) => {
  const room = await Room.open(t);
  const yao = await member(t, room, { name: '瑶', key: '5a'.repeat(32) });

  const line = await yao.say('我打野，不给就送');

  const { hello } = yao;
  assert.deepEqual([hello.v, hello.room, hello.head, hello.you.name, hello.you.guest], [1, 'KPL', 0, '瑶', false]);
  assert.deepEqual([line.seq, line.from, line.uid, line.text], [1, '瑶', hello.you.uid, '我打野，不给就送']);
  assert.deepEqual(yao.texts(), ['我打野，不给就送']);
});

test('the client that docs/protocol.md shows is the one that is tested here', () => {
  const shown = fs.readFileSync(path.join(__dirname, '../../docs/protocol.md'), 'utf8');
  const client = fs.readFileSync(path.join(__dirname, 'client_v1.js'), 'utf8');

  const [, code] = client.split("'use strict';\n");

  assert.ok(shown.includes(`\`\`\`js\n${code}\`\`\`\n`));
});

test('plain and v1 clients hear each other', async (t) => {
  const room = await Room.open(t);
  const v1 = await member(t, room, { name: 'v1' });
  const plain = await room.plain();

  await v1.say('from v1');
  plain.emit('talk', 'from plain');

  await until('both are heard', () => v1.heard.length === 2 && plain.heard.length === 1);
  assert.deepEqual(v1.texts(), ['from v1', 'from plain']);
  assert.deepEqual(plain.heard, ['from v1']);
});

for (const transports of [['websocket'], ['polling']]) {
  test(`over ${transports}, a member that comes late loads everything from the first line`, async (t) => {
    const room = await Room.open(t, '--rate', 'off');
    const author = await room.plain({ transports: ['websocket'] });
    const lines = numbers(450).map(String);
    await Promise.all(lines.map((text) => author.timeout(20_000).emitWithAck('talk', text)));

    const late = await member(t, room, { after: 0, transports });

    await until('all is loaded', () => late.heard.length >= 450);
    assert.deepEqual(late.texts(), lines);
    assert.deepEqual(late.heard.map(({ seq }) => seq), numbers(450));
  });
}

test('five members at once hear one order without a hole, each line once', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const names = ['李白', '瑶', '吕布', '后羿', '貂蝉'];
  const members = await Promise.all(names.map((name) => member(t, room, { name })));

  await Promise.all(members.flatMap(({ say }, who) => numbers(100).map((n) => say(`${who}:${n}`))));

  await until('all is heard', () => members.every(({ heard }) => heard.length >= 500));
  const [first, ...others] = members.map((one) => one.heard.map(({ seq, text }) => `${seq} ${text}`));
  for (const other of others) assert.deepEqual(other, first);
  assert.deepEqual(members[0].heard.map(({ seq }) => seq), numbers(500));
  for (const who of names.keys()) {
    const own = members[0].texts().filter((text) => text.startsWith(`${who}:`));
    assert.deepEqual(own, numbers(100).map((n) => `${who}:${n}`));
  }
});

test('nothing is lost or doubled while the server is killed and started again', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  // With a key it is known again after a reconnection; a guest would be somebody else.
  const author = await member(t, room, { name: '瑶', key: '5a'.repeat(32) });
  const reader = await member(t, room);
  const kept = numbers(300).map((n) => author.say(String(n)));

  for (const line of [40, 120, 200]) {
    await kept[line];
    await room.kill();
    await room.start();
  }
  await Promise.all(kept);

  await until('all is heard', () => reader.heard.length >= 300 && author.heard.length >= 300);
  assert.deepEqual(reader.texts(), numbers(300).map(String));
  assert.deepEqual(author.heard.map(({ seq }) => seq), numbers(300));
});

test('a line that is refused is given back, and the next one goes through', async (t) => {
  const room = await Room.open(t, '--rate', '2,20');
  const author = await member(t, room);

  const verdicts = await Promise.allSettled(['one', 'two', ' ', 'three', 'four'].map(author.say));

  assert.deepEqual(verdicts.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  assert.match(verdicts[2].reason.message, /^text_empty: /);
  assert.deepEqual(author.texts(), ['one', 'two', 'three', 'four']);
});

test('members see who is there, who comes and who goes', async (t) => {
  const room = await Room.open(t);
  const yao = await member(t, room, { name: '瑶' });
  const joined = once(yao.socket, 'joined');
  const libai = await member(t, room, { name: '李白' });
  const [came] = await joined;

  yao.socket.emit('who', {});
  const [here] = await once(yao.socket, 'members');
  const left = once(yao.socket, 'left');
  libai.socket.disconnect();
  const [gone] = await left;

  assert.deepEqual([came.member.name, came.total], ['李白', 2]);
  assert.deepEqual(here.members.map(({ name }) => name), ['瑶', '李白']);
  assert.deepEqual([gone.member.name, gone.total], ['李白', 1]);
});

test('a heartbeat comes back as it went', async (t) => {
  const room = await Room.open(t);
  const yao = await member(t, room);

  yao.socket.emit('heartbeat', { n: 7 });

  assert.deepEqual((await once(yao.socket, 'heartbeat'))[0], { n: 7 });
});

test('a page before a line ends with the line before it', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const yao = await member(t, room);
  for (const text of numbers(20)) await yao.say(String(text));

  yao.socket.emit('sync', { before: 15, limit: 5, req: 3 });
  const [page] = await once(yao.socket, 'messages');

  assert.deepEqual(page.messages.map(({ seq }) => seq), [10, 11, 12, 13, 14]);
  assert.deepEqual([page.req, page.more, page.head], [3, true, 20]);
});

test('another version and other rooms of the same server are kept apart', async (t) => {
  const room = await Room.open(t);
  const kpl = await member(t, room);
  const other = await member(t, room, { room: '峡谷' });
  const version2 = io(room.url, { forceNew: true, auth: { v: 2 } });
  t.after(() => version2.disconnect());

  const [refusal] = await once(version2, 'connect_error');
  await other.say('only here');
  await kpl.say('only there');

  assert.match(refusal.message, /^version: \S/);
  assert.deepEqual(other.texts(), ['only here']);
  assert.deepEqual(kpl.texts(), ['only there']);
});
