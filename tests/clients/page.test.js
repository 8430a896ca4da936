'use strict';
// The page in a browser, beside terminals and other people's clients.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Visitor, open } = require('./browser.js');
const { Room, chat, until } = require('./room.js');

let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

const visit = (t, room, name, options) => Visitor.at(t, browser, room.url, name, options);

/** A terminal's view of the room, as it is printed. */
async function terminal(t, room) {
  const tail = chat(t, room.url, 'reader', ['tail', '-n', '1000', '--follow', '--json']);
  return () => tail.lines.map((line) => JSON.parse(line).text);
}

test('two pages, a terminal and a plain client hear everything once, in one order, through a kill', async (t) => {
  const room = await Room.open(t);
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶')];
  const heard = await terminal(t, room);
  const plain = await room.plain();

  await libai.say('page 李白');
  await yao.sees('page 李白');
  await yao.say('page 瑶');
  await libai.sees('page 瑶');
  plain.emit('talk', 'plain');
  await libai.sees('plain');
  assert.equal(await chat(t, room.url, '吕布', ['send', 'terminal']).exit, 0);
  const said = ['page 李白', 'page 瑶', 'plain', 'terminal'];
  for (const page of [libai, yao]) await page.seesInOrder(said);

  await room.kill();
  await libai.link(/断开/);
  await libai.say('while it was down');
  await until('it waits', async () => (await libai.waiting()).length === 1);
  await room.start();
  await Promise.all([libai.isLive(), yao.isLive(), until('the plain one is back', () => plain.connected)]);
  await yao.sees('while it was down');
  await yao.say('after');

  const all = [...said, 'while it was down', 'after'];
  for (const page of [libai, yao]) await page.seesInOrder(all);
  assert.deepEqual(await libai.waiting(), []);
  await until('the terminal has heard all', () => heard().length >= all.length);
  assert.deepEqual(heard(), all);
  await until('the plain client has heard the last', () => plain.heard.includes('after'));
  const since = plain.heard.filter((text) => text !== 'while it was down'); // It may have been away.
  assert.deepEqual(since, ['page 李白', 'page 瑶', 'terminal', 'after']);
});

test('what is typed offline is said once the browser is online again, also after a reload', async (t) => {
  const room = await Room.open(t);
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶')];

  await libai.context.setOffline(true);
  await room.kill(); // Loopback is not cut by the switch alone where a connection stands.
  await libai.link(/断开|连接中/);
  await libai.say('一');
  await libai.say('二');
  await until('both wait', async () => (await libai.waiting()).length === 2);
  await room.start();
  await yao.isLive();
  await yao.say('said meanwhile');
  await libai.context.setOffline(false);
  await libai.isLive();

  await libai.seesInOrder(['said meanwhile', '一', '二']);
  await yao.seesInOrder(['said meanwhile', '一', '二']);

  await room.kill();
  await libai.link(/断开|连接中/);
  await libai.say('三');
  await until('it waits', async () => (await libai.waiting()).length === 1);
  await libai.page.close();
  await room.start();
  libai.page = await libai.context.newPage();
  libai.watch(libai.page);
  await libai.page.goto(room.url);

  await libai.seesInOrder(['said meanwhile', '一', '二', '三']);
  await yao.seesInOrder(['said meanwhile', '一', '二', '三']);
});

test('two pages of one browser send each line once', async (t) => {
  const room = await Room.open(t);
  const one = await visit(t, room, '李白');
  const other = new Visitor();
  Object.assign(other, { ...one, name: 'the other page', page: await one.context.newPage() });
  other.watch(other.page);
  await other.page.goto(room.url);
  await other.isLive();
  await room.kill();
  for (const page of [one, other]) await page.link(/断开/);

  await one.say('from one');
  await other.say('from the other');
  await other.page.close();
  await room.start();
  other.page = await one.context.newPage(); // It takes over what both wanted to say.
  other.watch(other.page);
  await other.page.goto(room.url);

  await until('both are there', async () => (await one.lines()).length >= 2);
  await one.say('and on');
  for (const page of [one, other]) {
    await page.sees('and on');
    assert.deepEqual((await page.lines()).sort(), ['and on', 'from one', 'from the other']);
  }
});

test('where WebSocket is blocked the page says so, and polls', async (t) => {
  const room = await Room.open(t);
  const blocked = { before: ({ page }) => page.routeWebSocket(/socket\.io/, (socket) => socket.close()) };
  const [libai, yao] = [await visit(t, room, '李白', blocked), await visit(t, room, '瑶')];

  assert.match(await libai.page.textContent('#link'), /WebSocket 被拦截/);
  await libai.say('by polling');
  await yao.sees('by polling');
  await yao.say('heard');
  await libai.seesInOrder(['by polling', 'heard']);
  await room.kill();
  await libai.link(/断开/);
  await room.start();
  await libai.isLive();
  await libai.say('again');

  await yao.seesInOrder(['by polling', 'heard', 'again']);
});

test('Enter does not send while an input method composes', async (t) => {
  const room = await Room.open(t);
  const libai = await visit(t, room, '李白');
  const devtools = await libai.context.newCDPSession(libai.page);
  await libai.page.focus('#text');

  await devtools.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
  await libai.page.evaluate(() => {
    const key = { key: 'Enter', bubbles: true, cancelable: true };
    document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', { ...key, isComposing: true }));
    document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', { ...key, keyCode: 229 }));
  });
  assert.equal(await libai.page.inputValue('#text'), 'ni hao');
  await devtools.send('Input.insertText', { text: '你好' });
  assert.deepEqual(await libai.waiting(), []);
  await libai.page.press('#text', 'Enter');

  await libai.seesInOrder(['你好']);
  assert.equal(await libai.page.inputValue('#text'), '');
});

test('lines and names that would be scripts are words and nothing else', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  const author = await room.plain();
  const evil = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(2)>', 'javascript:alert(3)',
    'https://kpl.example/"onmouseover="alert(4)', '<a href="javascript:alert(5)">x</a>', '&lt;b&gt; ${alert(6)}',
  ];

  for (const text of evil) await author.emitWithAck('talk', text);
  await yao.seesInOrder(evil);
  await yao.page.click('#open-search');
  await yao.page.fill('dialog input', 'alert');
  await yao.page.keyboard.press('Enter');
  await until('it has found', async () => (await yao.page.locator('.hits button').count()) >= 4);
  await yao.page.keyboard.press('Escape');
  await yao.page.goto(`${room.url}/#key=${'ab'.repeat(32)}&name=${encodeURIComponent('<img src=x onerror=alert(7)>')}`);
  await yao.page.getByText('用 瑶 的名字说话').waitFor();

  const made = await yao.page.evaluate(() => ({
    scripts: [...document.scripts].map(({ src }) => new URL(src).pathname.replace(/[0-9a-f]{16}/, 'VERSION')),
    pictures: document.images.length,
    links: [...document.querySelectorAll('#lines a')].map(({ href }) => href),
    address: location.hash,
    handlers: document.querySelectorAll('[onerror], [onmouseover]').length,
  }));
  const links = ['https://kpl.example/'];
  assert.deepEqual(made, { scripts: ['/page/VERSION/main.js'], pictures: 0, links, address: '', handlers: 0 });
});

test('the browser itself forbids the page what it does not need', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');

  const tried = await yao.page.evaluate(async () => {
    const fails = (act) => {
      try {
        act();
        return false;
      } catch {
        return true;
      }
    };
    const markup = fails(() => { document.body.innerHTML = '<p>'; });
    const elsewhere = await fetch('https://kpl.example/').then(() => false, () => true);
    const inline = document.createElement('div');
    inline.setAttribute('style', 'position: fixed');
    return { markup, elsewhere, style: getComputedStyle(document.body.appendChild(inline)).position };
  });

  assert.deepEqual(tried, { markup: true, elsewhere: true, style: 'static' });
  yao.complaints = yao.complaints.filter((text) => !/Content Security Policy|TrustedHTML/.test(text));
});
