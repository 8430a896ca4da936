'use strict';
// The official client, used as anyone would who has never heard of us.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { io } = require('socket.io-client');
const { Room, until } = require('./room.js');
const texts = require('./texts.js');

const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], 'polling, then websocket': undefined };

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  const options = transports ? { transports } : {};

  test(`over ${name}, everyone hears every other and nobody hears itself`, async (t) => {
    const room = await Room.open(t);
    const [libai, yao, lvbu] = await Promise.all([1, 2, 3].map(() => room.plain(options)));

    libai.emit('talk', 'from 李白');
    await until('the others hear it', () => yao.heard.length > 0 && lvbu.heard.length > 0);
    yao.emit('talk', 'from 瑶');
    await until('the others hear it', () => libai.heard.length > 0 && lvbu.heard.length > 1);

    assert.deepEqual(lvbu.heard, ['from 李白', 'from 瑶']);
    assert.deepEqual(libai.heard, ['from 瑶']);
    assert.deepEqual(yao.heard, ['from 李白']);
  });

  test(`over ${name}, every text arrives unchanged and in order`, async (t) => {
    const room = await Room.open(t, '--rate', 'off');
    const author = await room.plain(options);
    const reader = await room.plain(options);

    for (const text of Object.values(texts)) author.emit('talk', text);

    await until('all are heard', () => reader.heard.length >= Object.keys(texts).length);
    assert.deepEqual(reader.heard, Object.values(texts));
  });
}

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`over ${name}, bytes are heard as bytes, in their place`, async (t) => {
    const room = await Room.open(t, '--rate', 'off');
    const options = transports ? { transports } : {};
    const [author, reader, other] = await Promise.all([1, 2, 3].map(() => room.plain(options)));
    const all = Buffer.from(Array.from({ length: 40_000 }, (_, n) => n % 256));

    author.emit('talk', 'before');
    author.emit('talk', all);
    author.emit('talk', Buffer.alloc(0), { name: 'empty.txt' });
    author.emit('talk', 'after');

    for (const { heard } of [reader, other]) await until('all is heard', () => heard.length === 4);
    assert.deepEqual(reader.heard, ['before', all, Buffer.alloc(0), 'after']);
    assert.deepEqual(reader.about.map(({ kind }) => kind), [undefined, 'file', 'file', undefined]);
    const { name: given, size, type } = reader.about[2].file;
    assert.deepEqual([given, size, type], ['empty.txt', 0, 'text/plain']);
    assert.deepEqual(author.heard, []);
  });
}

test('a file too large to be relayed is heard as where it is fetched', async (t) => {
  const room = await Room.open(t);
  const [author, reader] = [await room.plain(), await room.plain()];
  const content = Buffer.alloc(70_000, '汉');
  const brought = await fetch(`${room.url}/files?name=${encodeURIComponent('长 文.txt')}`, { method: 'POST', body: content });
  const { hash } = await brought.json();

  assert.equal((await author.timeout(20_000).emitWithAck('talk', '长 文.txt', { file: hash })).ok, true);

  await until('it is heard', () => reader.heard.length > 0);
  const [, name, size, where] = /^(.*) \((.*)\) (\S+)$/.exec(reader.heard[0]);
  assert.deepEqual([name, size], ['长 文.txt', '69 KiB']);
  const fetched = await fetch(room.url + where);
  assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), content);
  assert.match(fetched.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''%E9%95%BF%20%E6%96%87\.txt$/);
});

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`over ${name} with TLS, everyone who trusts the certificate hears every other`, async (t) => {
    const room = await Room.open(t, '--tls-self-signed');
    const ca = fs.readFileSync(path.join(room.folder, 'room.db.cert.pem'));
    const [libai, yao] = await Promise.all([1, 2].map(() => room.plain({ transports, ca })));
    const doubter = io(room.url, { forceNew: true, transports, reconnection: false });
    t.after(() => doubter.disconnect());
    await once(doubter, 'connect_error');

    libai.emit('talk', 'over TLS');
    await until('it is heard', () => yao.heard.length > 0);

    assert.match(room.url, /^https:/);
    assert.deepEqual([yao.heard, libai.heard], [['over TLS'], []]);
  });
}

test('the default client ends on a websocket and goes on talking', async (t) => {
  const room = await Room.open(t);
  const [author, reader] = [await room.plain(), await room.plain()];

  await until('it has changed over', () => author.io.engine.transport.name === 'websocket');
  author.emit('talk', 'after the change');

  await until('it is heard', () => reader.heard.length > 0);
  assert.deepEqual(reader.heard, ['after the change']);
});

test('what was said before the connection was open is heard once it is', async (t) => {
  const room = await Room.open(t);
  const reader = await room.plain();
  const early = io(room.url, { forceNew: true });
  t.after(() => early.disconnect());

  early.emit('talk', 'early');

  await until('it is heard', () => reader.heard.length > 0);
  assert.deepEqual(reader.heard, ['early']);
});

test('whoever asks is told that the line is kept, and under which number', async (t) => {
  const room = await Room.open(t);
  const author = await room.plain();

  const first = await author.timeout(20_000).emitWithAck('talk', 'one');
  const second = await author.timeout(20_000).emitWithAck('talk', 'two', { cid: 'line-2' });
  const again = await author.timeout(20_000).emitWithAck('talk', 'two', 'line-2');

  assert.deepEqual([first.ok, first.seq, typeof first.at], [true, 1, 'number']);
  assert.deepEqual([second.ok, second.seq, second.cid], [true, 2, 'line-2']);
  assert.deepEqual([again.ok, again.seq, again.dup], [true, 2, true]);
});

test('a line that is refused says why, by whichever way it was sent', async (t) => {
  const room = await Room.open(t);
  const author = await room.plain();

  const empty = await author.timeout(20_000).emitWithAck('talk', '');
  const number = await author.timeout(20_000).emitWithAck('talk', 123);
  const long = await author.timeout(20_000).emitWithAck('talk', 'x'.repeat(4097));
  author.emit('talk', '\u001b[2J', { cid: 'line-1' });
  const [told] = await once(author, 'refused');

  assert.deepEqual([empty.ok, empty.code], [false, 'text_empty']);
  assert.deepEqual([number.ok, number.code], [false, 'bad_request']);
  assert.deepEqual([long.ok, long.code], [false, 'text_too_long']);
  assert.deepEqual([told.event, told.code, told.cid], ['talk', 'text_invalid', 'line-1']);
  assert.equal(typeof told.message, 'string');
});

test('who speaks too fast is told so, with the time to wait, and may then go on', async (t) => {
  const room = await Room.open(t, '--rate', '3,1');
  const author = await room.plain();
  const refused = [];
  author.on('refused', (why) => refused.push(why));

  for (let line = 0; line < 6; line += 1) author.emit('talk', `line ${line}`);
  await until('it is told', () => refused.length === 3);
  const acknowledged = await author.timeout(20_000).emitWithAck('talk', 'one more');
  await new Promise((resolve) => setTimeout(resolve, refused[0].retry_ms));
  const later = await author.timeout(20_000).emitWithAck('talk', 'later');

  for (const why of [...refused, acknowledged]) {
    assert.equal(why.code, 'too_fast');
    assert.ok(why.retry_ms > 0 && why.retry_ms <= 1000, `${why.retry_ms} ms`);
  }
  assert.ok(refused.every(({ event }) => event === 'talk'));
  assert.equal(acknowledged.ok, false);
  assert.equal(later.ok, true);
});

test('a name in any script may be brought in the handshake, and is heard beside the text', async (t) => {
  const room = await Room.open(t);
  const reader = await room.plain();
  const names = ['李白', 'Zoë', 'Ирина', 'مريم'];

  for (const name of names) {
    const author = await room.plain({ auth: { name } });
    await author.timeout(20_000).emitWithAck('talk', `I am ${name}`);
  }
  await until('all are heard', () => reader.about.length === names.length);

  assert.deepEqual(reader.about.map(({ from }) => from), names);
  assert.deepEqual(reader.about.map(({ seq }) => seq), [1, 2, 3, 4]);
  assert.ok(reader.about.every(({ room: where, guest }) => where === 'KPL' && guest === true));
});

test('a name and a room may be said in the address, where auth says none', async (t) => {
  const room = await Room.open(t);
  const [reader, elsewhere] = [await room.plain(), await room.plain({ query: { room: '峡谷' } })];

  for (const transports of [['websocket'], ['polling']]) {
    const author = await room.plain({ transports, query: { name: '李白' } });
    await author.timeout(20_000).emitWithAck('talk', 'by the address');
    const other = await room.plain({ transports, query: { name: '瑶' }, auth: { name: '吕布' } });
    await other.timeout(20_000).emitWithAck('talk', 'by auth');
  }
  const there = await room.plain({ query: { room: '峡谷', name: '后羿' } });
  await there.timeout(20_000).emitWithAck('talk', 'in the other room');
  await until('all are heard', () => reader.about.length === 4 && elsewhere.about.length === 1);

  assert.deepEqual(reader.about.map(({ from }) => from), ['李白', '吕布', '李白', '吕布']);
  assert.deepEqual(elsewhere.about.map(({ from, room: where }) => [from, where]), [['后羿', '峡谷']]);
});

test('a name that belongs to a key is refused to anyone else, with a reason', async (t) => {
  const room = await Room.open(t);
  await room.plain({ auth: { name: 'yao', key: 'ab'.repeat(32) } });

  const other = io(room.url, { forceNew: true, auth: { name: 'Yao' } });
  t.after(() => other.disconnect());
  const [{ message }] = await once(other, 'connect_error');

  assert.match(message, /^name_taken: \S/);
});

test('clients come back by themselves when the server was killed and started again', async (t) => {
  const room = await Room.open(t);
  const [author, reader] = [await room.plain(), await room.plain({ transports: ['polling'] })];
  await author.timeout(20_000).emitWithAck('talk', 'before');
  await until('it is heard', () => reader.heard.length > 0);

  await room.kill();
  await until('both have noticed', () => !author.connected && !reader.connected);
  await room.start();
  await until('both are back', () => author.connected && reader.connected);
  const { seq } = await author.timeout(20_000).emitWithAck('talk', 'after');

  await until('it is heard', () => reader.heard.includes('after'));
  assert.deepEqual(reader.heard, ['before', 'after']);
  assert.equal(seq, 2);
});

test('clients are told when the server is stopped, and it stops at once', async (t) => {
  const room = await Room.open(t);
  const client = await room.plain();
  const told = once(client, 'notice');

  const exit = await room.kill('SIGTERM');

  assert.equal(exit, 0);
  assert.equal((await told)[0].code, 'restart');
});
