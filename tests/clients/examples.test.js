'use strict';
// The programs of docs/clients.md, run as they are printed.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { Visitor, open } = require('./browser.js');
const { BIN, PYTHON, Program, Room, folder, until } = require('./room.js');

const EXAMPLES = path.join(__dirname, '../../docs/examples');
const MODULES = path.join(__dirname, 'node_modules');
const KEY = '5a'.repeat(32);

/** A copy of an example, where it finds the packages that it wants. */
function copy(t, name) {
  const place = folder(t);
  fs.symlinkSync(MODULES, path.join(place, 'node_modules'));
  fs.copyFileSync(path.join(EXAMPLES, name), path.join(place, name));
  return path.join(place, name);
}

function run(t, room, name, args = [], env = {}) {
  const runner = { '.mjs': [process.execPath], '.py': [PYTHON], '.sh': ['/bin/sh'] }[path.extname(name)];
  const [file, ...first] = [...runner, copy(t, name), ...args];
  return new Program(t, file, first, { env: { KPL_URL: room.url, ...env } });
}

test('docs/clients.md prints every example as it is', () => {
  const text = fs.readFileSync(path.join(__dirname, '../../docs/clients.md'), 'utf8');
  const examples = fs.readdirSync(EXAMPLES);
  const printed = text.split('```\n').filter((_, n, all) => n < all.length - 1).map((part) => part.slice(part.lastIndexOf('```')));

  for (const name of examples) {
    const content = fs.readFileSync(path.join(EXAMPLES, name), 'utf8');
    assert.ok(printed.some((part) => part.slice(part.indexOf('\n') + 1) === content), `${name} is printed otherwise`);
    assert.ok(text.includes(`\`${name}\``), `${name} is not named`);
  }
  assert.equal(printed.length, examples.length);
});

test('six-lines.mjs says a line and prints what the others say', async (t) => {
  const room = await Room.open(t);
  const other = await room.plain({ auth: { name: '瑶' } });

  const six = run(t, room, 'six-lines.mjs', ['来了']);
  await until('it is heard', () => other.heard.includes('来了'));
  other.emit('talk', '辅助跟你');
  await six.says(/^瑶: 辅助跟你$/);
});

test('bot.mjs answers, under a name of its own', async (t) => {
  const room = await Room.open(t);
  const yao = await room.plain({ auth: { name: '瑶' } });
  const bot = run(t, room, 'bot.mjs', [], { KPL_KEY: KEY });
  await bot.says(/is in the room/);

  yao.emit('talk', '!roll 20');
  yao.emit('talk', 'no question');
  yao.emit('talk', '!roll');
  await until('it has answered twice', () => yao.heard.length === 2);

  assert.match(yao.heard[0], /^@瑶 ([1-9]|1\d|20)$/);
  assert.match(yao.heard[1], /^@瑶 [1-6]$/);
  assert.deepEqual(yao.about.map(({ from, guest }) => [from, guest]), [['骰子', undefined], ['骰子', undefined]]);
  assert.equal(bot.complaints, '');
});

test('bot.py answers', async (t) => {
  const room = await Room.open(t);
  const yao = await room.plain({ auth: { name: '瑶' } });
  const bot = run(t, room, 'bot.py', [], { KPL_KEY: KEY });
  await bot.says(/ready/);

  yao.emit('talk', '!time');
  await until('it has answered', () => yao.heard.length === 1);

  assert.match(yao.heard[0], /^@瑶 \d\d:\d\d$/);
});

test('logger.mjs misses nothing and doubles nothing, though it and the server are killed', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const file = path.join(folder(t), 'room.jsonl');
  const author = await room.plain();
  const logged = () => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '').split('\n').filter(Boolean);
  let said = 0;
  const say = async (count) => {
    await until('the author is there', () => author.connected);
    for (let n = 0; n < count; n += 1) {
      said += 1;
      await author.timeout(20_000).emitWithAck('talk', `line ${said}`);
    }
  };

  await say(300);
  const first = run(t, room, 'logger.mjs', [file]);
  await until('it has the history', () => logged().length >= 300);
  const saying = say(200);
  await until('it is in the middle', () => logged().length >= 320);
  await first.kill();
  await saying;
  fs.appendFileSync(file, '{"seq":'); // As a machine that loses power may leave it.
  const second = run(t, room, 'logger.mjs', [file]);
  await until('it has caught up', () => logged().length >= 500);
  await room.kill();
  await until('the author has noticed', () => !author.connected);
  await room.start();
  await say(50);
  await until('it has all', () => logged().length >= 550);

  const lines = logged().map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ seq }) => seq), Array.from({ length: 550 }, (_, n) => n + 1));
  assert.deepEqual(lines.map(({ text }) => text), Array.from({ length: 550 }, (_, n) => `line ${n + 1}`));
  assert.equal(second.child.exitCode, null);
});

test('page.html, from a host that the server is told of, says and shows lines', async (t) => {
  const files = {
    '/page.html': path.join(EXAMPLES, 'page.html'),
    '/socket.io.min.js': path.join(MODULES, 'socket.io-client/dist/socket.io.min.js'),
  };
  const host = http.createServer(({ url }, answer) => {
    const file = files[new URL(url, 'http://host').pathname];
    answer.writeHead(file ? 200 : 404, { 'content-type': url.includes('.js') ? 'text/javascript' : 'text/html' });
    answer.end(file && fs.readFileSync(file));
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const origin = `http://127.0.0.1:${host.address().port}`;
  const browser = await open();
  t.after(async () => {
    await browser.close();
    host.close();
  });
  const room = await Room.open(t, '--origin', origin);
  const other = await room.plain({ auth: { name: '瑶' } });

  const { page } = await Visitor.at(t, browser, `${origin}/page.html?url=${encodeURIComponent(room.url)}`);
  await page.fill('#text', '<b>来了</b>');
  await page.keyboard.press('Enter');
  await until('it is heard', () => other.heard.includes('<b>来了</b>'));
  other.emit('talk', '<script>alert(1)</script>');
  await page.getByText('瑶: <script>').waitFor();

  assert.deepEqual(await page.locator('li').allTextContents(), ['<b>来了</b>', '瑶: <script>alert(1)</script>']);
});

test('show.sh shows a file by curl alone', async (t) => {
  const room = await Room.open(t);
  const yao = await room.plain();
  const file = path.join(folder(t), '战报 "1".txt');
  fs.writeFileSync(file, '三比零\n');

  const shown = run(t, room, 'show.sh', [file], { KPL_NAME: '后羿', KPL_KEY: KEY });
  assert.equal(await shown.exit, 0, shown.complaints);
  const gone = run(t, room, 'show.sh', [`${file}.gone`]);
  assert.notEqual(await gone.exit, 0);

  await until('it is heard', () => yao.heard.length === 1);
  const [{ from, guest, file: told }] = yao.about;
  assert.deepEqual([String(yao.heard[0]), from, guest, told.name, told.type], ['三比零\n', '后羿', undefined, '战报 "1".txt', 'text/plain']);
});

test('say.sh says a line by curl alone, and says why where it is refused', async (t) => {
  const room = await Room.open(t);
  const yao = await room.plain();

  const said = run(t, room, 'say.sh', ['他说："好\\的"'], { KPL_NAME: '后羿' });
  assert.equal(await said.exit, 0, said.complaints);
  const refused = run(t, room, 'say.sh', [' ']);
  assert.equal(await refused.exit, 1);

  await until('it is heard', () => yao.heard.length === 1);
  assert.deepEqual([yao.heard[0], yao.about[0].from], ['他说："好\\的"', '后羿']);
  assert.match(refused.complaints, /text_empty/);
});

test('build.sh tells the room how a build went, as code', async (t) => {
  const room = await Room.open(t);
  const yao = await room.plain();
  const home = folder(t);
  const env = { HOME: home, KPL_NAME: 'ci', PATH: `${BIN}:${process.env.PATH}` };
  for (const what of ['CONFIG', 'DATA', 'STATE', 'CACHE', 'RUNTIME']) env[`XDG_${what}_HOME`] = home;
  env.XDG_RUNTIME_DIR = home;

  const build = run(t, room, 'build.sh', ['sh', '-c', 'echo compiling; echo; printf "\\033[31mfailed\\033[0m\\n" >&2'], env);
  assert.equal(await build.exit, 0, build.complaints);

  await until('it is heard', () => yao.heard.length === 1);
  assert.equal(yao.heard[0], '```\ncompiling\n\nfailed\n```');
});

test('watch.sh says whether the server is well', async (t) => {
  const room = await Room.open(t);

  assert.equal(await run(t, room, 'watch.sh').exit, 0);
  await room.kill();
  assert.notEqual(await run(t, room, 'watch.sh').exit, 0);
});
