'use strict';
// kpl-chat on somebody else's server, which only relays text.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { chat, peer, plain, until } = require('./room.js');
const texts = require('./texts.js');

test('kpl-chat says lines on a plain Node server, each unchanged', async (t) => {
  const url = await peer(t);
  const reader = await plain(t, url);

  // Each waits for a greeting that never comes; together they wait once.
  await Promise.all(Object.values(texts).map(async (text) => {
    const send = chat(t, url, '瑶', ['send', text]);
    assert.equal(await send.exit, 0, send.complaints);
  }));

  await until('all are heard', () => reader.heard.length >= Object.keys(texts).length);
  assert.deepEqual([...reader.heard].sort(), Object.values(texts).sort());
});

test('kpl-chat hears the lines of a plain Node server, each unchanged', async (t) => {
  const url = await peer(t);
  const author = await plain(t, url);
  const tail = chat(t, url, '瑶', ['tail', '--follow', '--json']);
  const heard = () => tail.lines.map((line) => JSON.parse(line).text);

  // The server has no history: what is said before the reader is there is not heard.
  await until('the reader is there', () => {
    author.emit('talk', 'are you there?');
    return heard().length > 0;
  });
  for (const text of Object.values(texts)) author.emit('talk', text);

  const wanted = Object.values(texts);
  await until('all are heard', () => heard().filter((text) => wanted.includes(text)).length >= wanted.length);
  assert.deepEqual(heard().filter((text) => wanted.includes(text)), wanted);
});
