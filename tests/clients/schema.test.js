'use strict';
// The machine-readable protocol is what is really said.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const WebSocket = require('ws');
const { io } = require('socket.io-client');
const { Recorder, SCHEMA } = require('./recorder.js');
const { BIN, PYTHON, Program, Room, chat, plain, until } = require('./room.js');

const numbers = (count) => Array.from({ length: count }, (_, n) => n + 1);
/** A picture of one pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64');
const key = (name) => Buffer.from(name.padEnd(32, '.')).subarray(0, 32).toString('hex');

test('a hundred thousand packets of all kinds of clients are as the schema says', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const recorder = await Recorder.before(t, room.url);
  const there = { url: recorder.url, transports: ['websocket'] };
  const { Room: Page } = await import('../../server/page/room.js');
  const member = async (name) => {
    const page = new Page({ url: there.url, name, key: key(name), after: 0, means: { WebSocket, fetch } }, {});
    t.after(() => page.leave());
    page.enter();
    await until(`${name} is in`, () => page.state === 'live');
    return page;
  };
  const [libai, ...others] = await Promise.all(numbers(20).map((n) => member(n === 1 ? '李白' : `member-${n}`)));
  const shy = await Promise.all(numbers(40).map(() => plain(t, there.url, { transports: there.transports })));

  // A busy evening.
  for (const n of numbers(60)) for (const page of [libai, ...others]) page.say(`${page.name} ${n}`);
  for (const n of numbers(35)) for (const one of shy) one.emit('talk', `plain ${n}`, { cid: `plain-${n}` });
  const python = new Program(t, PYTHON, [path.join(__dirname, 'python/person.py'), there.url, 'websocket'], { stdin: 'pipe' });
  await python.says(/said/);
  python.child.stdin.write('"来自 Python"\n');
  assert.equal(await chat(t, there.url, '吕布', ['send', 'from kpl-chat']).exit, 0);
  const tail = chat(t, there.url, '貂蝉', ['tail', '-n', '300', '--json']);
  assert.equal(await tail.exit, 0);
  const total = 20 * 60 + 40 * 35 + 2;
  await until('all is heard', () => others.every(({ log }) => log.next > total) && shy.every(({ heard }) => heard.length >= total - 35));

  // One of everything else.
  execFileSync(path.join(BIN, 'kpl-server'), ['op', 'add', '李白', '--store', `sqlite:${room.folder}/room.db`]);
  const v1 = io(there.url, { forceNew: true, transports: there.transports, auth: { v: 1, name: '瑶', key: key('瑶'), room: 'KPL' } });
  t.after(() => v1.disconnect());
  const events = {};
  v1.onAny((event, body) => { events[event] = body; });
  await until('瑶 is in', () => events.hello);
  v1.emit('search', { query: 'kpl-chat', req: 1 });
  v1.emit('sync', { before: 5, limit: 2, req: 2 });
  v1.emit('talk', 'steering \u0007');
  v1.emit('heartbeat', { n: 1 });
  for (const [event, body] of [['who', {}], ['search', { query: 'nobody said this' }], ['heartbeat', { n: 7 }], ['typing', {}], ['sync', { after: 3 }]]) {
    await v1.timeout(20_000).emitWithAck(event, body);
  }
  const again = { cid: 'twice' };
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', 'twice', again)).ok, true);
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', 'twice', again)).dup, true);
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', ' ')).code, 'text_empty');

  // Files: brought before, said as bytes, and none.
  const brought = await fetch(`${room.url}/files?name=a.png`, { method: 'POST', body: PNG });
  const { hash } = await brought.json();
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', 'a.png', { file: hash })).ok, true);
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', PNG, { name: 'b.png' })).ok, true);
  assert.equal((await v1.timeout(20_000).emitWithAck('talk', 'c', { file: '0'.repeat(64) })).code, 'file_unknown');
  await until('the files are heard', () => shy[0].heard.filter(Buffer.isBuffer).length === 2);
  await until('the lines are told', () => others[0].log.next > total + 3);
  others[0].types();
  await libai.order('slow', { seconds: 0 });
  await libai.order('mute', { name: '瑶', seconds: 1, reason: '太吵' });
  assert.equal((await libai.order('bans')).sanctions.length, 1);
  libai.socket.emit('order', { verb: 'announce', text: '八点开黑' });
  others.pop().leave();
  const refused = io(there.url, { forceNew: true, transports: there.transports, reconnection: false, auth: { name: '李白' } });
  t.after(() => refused.disconnect());

  await until(`all was said; ${recorder.unseen} was not`, () => recorder.unseen.length === 0);
  assert.deepEqual(recorder.wrong.slice(0, 5), []);
  t.diagnostic(`${recorder.count} packets`);
  assert.ok(recorder.count >= 100_000, `${recorder.count} packets`);
});

test('the schema refuses what is not of its form', async (t) => {
  const room = await Room.open(t);
  const recorder = await Recorder.before(t, room.url);
  const look = (side, packet) => recorder.look(side, packet, new Map());

  for (const packet of ['42["talk"]', '42["talk",5]', '42["sync",{}]', '42["heartbeat",{}]', '42["nonsense",{}]', '40{"v":2}', '40[]']) {
    look('client', packet);
  }
  for (const packet of [
    '42["talk","x"]', '42["welcome",{"v":2}]', '42["head",{}]', '42["hello",{"v":1}]', '44{"message":"no code"}',
    '42["messages",{"room":"KPL","epoch":"e","head":1,"messages":[{"seq":0}]}]',
    '42["refused",{"event":"talk","code":"unheard_of","message":"x"}]', '451-["talk",{"_placeholder":true},{}]',
    '42["messages",{"room":"KPL","epoch":"e","head":1,"messages":[{"seq":1,"at":1,"from":"a","uid":"0123456789abcdef01234567","kind":"file","text":"a"}]}]',
  ]) {
    look('server', packet);
  }

  assert.equal(recorder.wrong.length, 16, recorder.wrong.join('\n'));
  assert.equal(recorder.count, 0);
});

test('the document tells of every event that the schema has, and of every code', () => {
  const text = fs.readFileSync(path.join(__dirname, '../../docs/protocol.md'), 'utf8');
  const events = Object.keys(SCHEMA.$defs).flatMap((name) => /^(?:client|server)\.(.*)$/.exec(name)?.[1] ?? []);
  const wanted = [...events, ...SCHEMA.$defs.code.enum];

  assert.deepEqual(wanted.filter((word) => !text.includes(`\`${word}\``) && !text.includes(`["${word}"`)), []);
});
