'use strict';
// What the page speaks with, without a browser: nothing missing, nothing twice, one order.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const WebSocket = require('ws');
const { Room: Server, until } = require('./room.js');

const PAGE = '../../server/page/room.js';
const numbers = (count, from = 1) => Array.from({ length: count }, (_, i) => i + from);
const polling = class { constructor() { throw new Error('no WebSocket here'); } };

/** A member of the room by the page's client. What it hears is in `heard`. */
async function member(t, server, name, options = {}, on = {}) {
  const { Room } = await import(PAGE);
  const heard = [];
  const lost = [];
  const key = Buffer.from(name.padEnd(32, '.')).subarray(0, 32).toString('hex');
  const means = { WebSocket, fetch };
  const room = new Room({ url: server.url, name, key, after: 0, means, heartbeat: 500, ...options }, {
    lines: (lines) => heard.push(...lines),
    lost: (line, why) => lost.push([line.text, why.code]),
    ...on,
  });
  t.after(() => room.leave());
  room.enter();
  await until(`${name} is in`, () => room.state === 'live' || room.state === 'refused');
  return Object.assign(room, { heard, lost, texts: () => heard.map(({ text }) => text) });
}

for (const [by, means] of [['websocket', { WebSocket, fetch }], ['polling', { WebSocket: polling, fetch }]]) {
  test(`over ${by}, a late comer loads everything, and then hears what is said`, async (t) => {
    const server = await Server.open(t, '--rate', 'off');
    const author = await server.plain({ transports: ['websocket'] });
    const texts = numbers(450).map((n) => `第 ${n} 条`);
    await Promise.all(texts.map((text) => author.timeout(20_000).emitWithAck('talk', text)));

    const late = await member(t, server, '瑶', { means });
    await until('all is loaded', () => late.heard.length >= 450);
    await author.emitWithAck('talk', 'now');
    await until('it is heard', () => late.heard.length >= 451);

    assert.equal(late.socket.transport, by);
    assert.deepEqual(late.texts(), [...texts, 'now']);
    assert.deepEqual(late.heard.map(({ seq }) => seq), numbers(451));
  });

  test(`over ${by}, five who speak at once through a kill hear one order, each line once`, async (t) => {
    const server = await Server.open(t, '--rate', 'off');
    const names = ['李白', '瑶', '吕布', '后羿', '貂蝉'];
    const members = await Promise.all(names.map((name) => member(t, server, name, { means })));
    const saying = (from) => members.forEach((each) => numbers(20, from).forEach((n) => each.say(`${each.name} ${n}`)));

    saying(1);
    await until('some are heard', () => members[0].heard.length > 10);
    await server.kill();
    saying(21);
    await server.start();
    saying(41);

    for (const each of members) {
      await until(`${each.name} has heard all`, () => each.heard.length >= 300 && each.outbox.lines.length === 0);
      assert.deepEqual(each.texts(), members[0].texts());
      assert.deepEqual(each.heard.map(({ seq }) => seq), numbers(300));
      const own = members[0].texts().filter((text) => text.startsWith(each.name));
      assert.deepEqual(own, numbers(60).map((n) => `${each.name} ${n}`));
    }
  });
}

test('a page that begins takes over what another left unsent, and it is said once', async (t) => {
  const { inMemory } = await import(PAGE);
  const server = await Server.open(t);
  const storage = inMemory();
  const first = await member(t, server, '李白', { storage });
  first.say('kept');
  await until('it is kept', () => first.outbox.lines.length === 0);
  await server.kill();
  ['left 1', 'left 2'].forEach((text) => first.say(text));
  await server.start();

  const second = await member(t, server, '李白', { storage });
  await until('all are heard', () => first.heard.length >= 3 && second.heard.length >= 3);
  second.say('later');
  await until('it is heard', () => first.heard.length >= 4);

  assert.deepEqual(first.texts(), ['kept', 'left 1', 'left 2', 'later']);
  await until('nothing is left of it', () => storage.length === 0);
});

test('a file waits as a line does, is said once, and is told of when the server has it no more', async (t) => {
  const { inMemory } = await import(PAGE);
  const server = await Server.open(t);
  const storage = inMemory();
  const first = await member(t, server, '李白', { storage });
  const headers = { Authorization: `Basic ${Buffer.from(`${first.key}:`).toString('base64')}` };
  const file = await (await fetch(`${server.url}/files?name=a.txt`, { method: 'POST', headers, body: 'words' })).json();
  await server.kill();
  first.leave();
  first.say('a.txt', 'file', file);
  const [waiting] = Array.from({ length: storage.length }, (_, n) => storage.key(n));
  const entry = storage.getItem(waiting);
  // As pages of before files have left it.
  storage.setItem('kpl.out.KPL.李白.old', JSON.stringify({ order: 1, cid: 'old', text: 'words of before' }));
  await server.start();

  const second = await member(t, server, '李白', { storage });
  await until('both are heard', () => second.heard.length >= 2 && storage.length === 0);
  storage.setItem(waiting, entry); // The receipt is lost with the page.
  const third = await member(t, server, '李白', { storage });
  third.say('gone.txt', 'file', { hash: 'a'.repeat(64) });
  third.say('later');
  await until('all is heard', () => third.heard.length >= 3 && storage.length === 0);

  assert.deepEqual(third.texts(), ['words of before', 'a.txt', 'later']);
  assert.deepEqual(third.heard.map((line) => line.file?.hash), [undefined, file.hash, undefined]);
  assert.deepEqual(third.lost, [['gone.txt', 'file_unknown']]);
});

test('what waits under one name is not said under another', async (t) => {
  const { inMemory } = await import(PAGE);
  const server = await Server.open(t);
  const storage = inMemory();
  const first = await member(t, server, '李白', { storage });
  await server.kill();
  first.say('as 李白');
  first.leave();
  await server.start();

  const other = await member(t, server, '瑶', { storage });
  other.say('as 瑶');
  await until('it is heard', () => other.heard.length > 0);
  const again = await member(t, server, '李白', { storage });
  await until('both are heard', () => again.heard.length === 2);

  assert.deepEqual(again.heard.map(({ from, text }) => `${from}: ${text}`), ['瑶: as 瑶', '李白: as 李白']);
});

test('a line that is refused for good is given back, and those after it go on', async (t) => {
  const server = await Server.open(t, '--rate', '2,20');
  const libai = await member(t, server, '李白');

  ['one', '\u001b[2J', 'two', 'three', 'four'].forEach((text) => libai.say(text));
  await until('all others are heard', () => libai.heard.length >= 4);

  assert.deepEqual(libai.texts(), ['one', 'two', 'three', 'four']);
  assert.deepEqual(libai.lost, [['\u001b[2J', 'text_invalid']]);
  assert.equal(libai.outbox.lines.length, 0);
});

test('a new history begins the log anew, and what waits is said in it', async (t) => {
  const fs = require('node:fs');
  const server = await Server.open(t);
  let resets = 0;
  const libai = await member(t, server, '李白', {}, { reset: () => { resets += 1; } });
  libai.say('old');
  await until('it is heard', () => libai.heard.length === 1);
  await server.kill();
  for (const file of fs.readdirSync(server.folder)) fs.rmSync(`${server.folder}/${file}`, { recursive: true });
  libai.say('new');
  await server.start();
  const other = await member(t, server, '瑶');

  await until('it is heard anew', () => other.heard.length === 1 && libai.heard.length === 2);
  assert.equal(resets, 1);
  assert.deepEqual([libai.log.lines.map(({ text }) => text), libai.log.next], [['new'], 2]);
});

test('a name that is taken is said so, and nothing is tried until one wants to', async (t) => {
  const server = await Server.open(t);
  await member(t, server, 'anna');
  const other = await member(t, server, 'Anna');

  assert.deepEqual([other.state, other.why.code], ['refused', 'name_taken']);
  assert.equal(other.socket, undefined);
});

test('a link that breaks before the first page came does not leave the page empty', async (t) => {
  const server = await Server.open(t);
  const author = await server.plain();
  for (const text of ['one', 'two']) await author.emitWithAck('talk', text);
  let cuts = 0;
  class Cut extends WebSocket {
    send(packet) {
      if (cuts > 0 || !packet.includes('"sync"')) return super.send(packet);
      cuts += 1;
      return this.terminate();
    }
  }
  const opened = [];
  const on = { lines: (lines, isFirst) => opened.push([isFirst ?? false, lines.map(({ text }) => text)]) };
  const yao = await member(t, server, '瑶', { after: undefined, means: { WebSocket: Cut, fetch } }, on);

  await until('the first page is there', () => opened.length > 0);
  await author.emitWithAck('talk', 'three');
  await until('it is heard', () => opened.length > 1);

  assert.deepEqual([cuts, opened], [1, [[true, ['one', 'two']], [false, ['three']]]]);
  assert.deepEqual(yao.log.lines.map(({ text }) => text), ['one', 'two', 'three']);
});

test('a dead link is noticed, also where nothing closes it', async (t) => {
  const server = await Server.open(t);
  const states = [];
  const libai = await member(t, server, '李白', {}, { state: (state) => states.push(state) });

  server.server.child.kill('SIGSTOP');
  await until('it is noticed', () => states.includes('waiting'));
  server.server.child.kill('SIGCONT');
  libai.say('still here');
  await until('it is heard', () => libai.heard.length === 1);

  assert.deepEqual(libai.texts(), ['still here']);
});
