'use strict';
// What people run into at the page: a storage that keeps nothing, tabs beside each other, dialogs that are
// closed, lines that wait, histories that are shorter than before.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Visitor, fill, open } = require('./browser.js');
const { BIN, Room, until } = require('./room.js');

let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

const visit = (t, room, name, options) => Visitor.at(t, browser, room.url, name, options);
const text = (visitor, where) => visitor.page.textContent(where);
const EN = { locale: 'en-GB' };

/** Another tab of the same browser. */
async function tab(visitor, url) {
  const other = Object.assign(Object.create(Object.getPrototypeOf(visitor)), visitor, { page: await visitor.context.newPage() });
  other.watch(other.page);
  await other.page.goto(url);
  return other;
}

for (const [what, script] of Object.entries({
  forbidden: () => Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }),
  full: () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; },
})) {
  test(`where the browser's storage is ${what} one chats all the same`, async (t) => {
    const room = await Room.open(t);
    const yao = await visit(t, room, '瑶', { before: ({ page }) => page.addInitScript(script) });

    await yao.say('without a storage');

    await yao.sees('without a storage');
  });
}

test('a storage that is full is read, so that one is who one was', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  await room.kill();
  await yao.say('it waits');
  await yao.page.addInitScript(() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; });

  await room.start();

  await yao.page.reload();

  await yao.isLive();
  await yao.sees('it waits');
  assert.deepEqual(await yao.lines(), ['it waits']);
});

test('what waits under one name or in one room is said under no other, dots or not', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, 'a.b');
  await room.kill();
  await yao.say('as a.b');
  await yao.say('/nick a');
  assert.match(await text(yao, '#lines'), /有 1 条以 a\.b 的名字等待发送/);
  await yao.say('as a');
  await room.start();
  await yao.isLive();
  await yao.sees('as a');

  assert.deepEqual(await yao.lines(), ['as a']);
  await yao.page.evaluate(() => localStorage.setItem(`kpl.out.KPL.a.b.${'0'.repeat(32)}`, JSON.stringify({ order: 1, cid: '0'.repeat(32), text: 'of an older page' })));
  await yao.page.reload();
  await yao.isLive();
  await yao.say('/nick a.b');
  await yao.sees('as a.b');
  assert.deepEqual(await yao.lines(), ['as a', 'as a.b']);
});

test('a line that waits in a tab that is closed is sent by the other', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  const other = await tab(yao, room.url);
  await other.isLive();
  await room.kill();
  await other.say('from the tab that is closed');
  await until('it is kept', async () => (await other.waiting()).length === 1);
  await other.page.close();

  await room.start();

  await yao.sees('from the tab that is closed');
  assert.deepEqual(await yao.lines(), ['from the tab that is closed']);
});

test('a line that waits for its turn in a tab that is closed is sent by the other, which stays connected', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  const other = await tab(yao, room.url);
  await other.isLive();
  execFileSync(path.join(BIN, 'kpl-server'), ['slow', '3', '--store', `sqlite:${room.folder}/room.db`]);
  await other.say('one');
  await yao.sees('one');
  await other.say('two');
  await until('it waits', async () => (await other.waiting()).length === 1);

  await other.page.close();

  await yao.sees('two');
  assert.deepEqual(await yao.lines(), ['one', 'two']);
});

test('the mark of a guest is seen, however long the name is', async (t) => {
  const room = await Room.open(t);
  await fill(room, 1);
  const yao = await visit(t, room, '瑶');
  await yao.sees('line 1');

  const [mark, cell] = await yao.page.evaluate(() => ['.who small', '.who'].map((what) => {
    const { left, right } = document.querySelector(`.row ${what}`).getBoundingClientRect();
    return { left, right };
  }));

  assert.ok(mark.right <= cell.right + 1 && mark.left >= cell.left, JSON.stringify({ mark, cell }));
});

test('a password lasts as long as the tab, and is asked for in words that blame nobody', async (t) => {
  const secret = path.join(fs.mkdtempSync('/tmp/kpl-'), 'password');
  fs.writeFileSync(secret, '芝麻');
  t.after(() => fs.rmSync(path.dirname(secret), { recursive: true }));
  const room = await Room.open(t, '--password-file', secret);
  const yao = await visit(t, room);
  await yao.page.fill('dialog input', '瑶');
  await yao.page.keyboard.press('Enter');
  await yao.page.getByRole('heading', { name: '这个房间需要密码' }).waitFor();
  assert.doesNotMatch(await text(yao, 'dialog'), /不对/);
  await yao.page.fill('dialog input[type=password]', '芝麻');
  await yao.page.keyboard.press('Enter');
  await yao.isLive();

  await yao.page.reload();

  await yao.isLive();
});

test('each tab and each room has a draft of its own, also after a reload', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  await yao.page.fill('#text', 'for KPL');
  const other = await tab(yao, `${room.url}/?room=other`);
  await other.isLive();
  assert.equal(await other.page.inputValue('#text'), '');
  await other.page.fill('#text', 'for the other');

  await yao.page.reload();

  assert.equal(await yao.page.inputValue('#text'), 'for KPL');
});

test('a question that is closed is answered with no, and the one for a name is asked again', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, undefined, EN);
  for (let n = 0; n < 3; n += 1) await yao.page.keyboard.press('Escape');
  await yao.comeIn('瑶');
  const long = `李白 ${'go on '.repeat(30)}\u202e`;

  await yao.page.goto(`${room.url}/#key=${'ab'.repeat(32)}&name=${encodeURIComponent(long)}`);
  await until('it is asked', () => yao.page.locator('dialog[open]').isVisible());
  const asked = await text(yao, 'dialog');
  const focused = await yao.page.evaluate(() => document.activeElement.textContent);
  await yao.page.keyboard.press('Escape');
  await yao.isLive();

  assert.ok(asked.includes('Speak as 瑶') && !asked.includes('go on') && asked.includes('given up'), asked);
  assert.equal(focused, 'Cancel');
  await yao.say('still 瑶');
  await yao.sees('still 瑶');
  const fresh = await visit(t, room, undefined, EN);
  await fresh.page.goto(`${room.url}/#key=${'cd'.repeat(32)}&name=${encodeURIComponent('貂蝉')}`);
  await fresh.page.getByRole('button', { name: 'Cancel' }).click();
  await fresh.comeIn('吕布');
});

test('a line that comes leaves the selection, the focus and the notes of others alone', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 3, (n) => `https://kpl.example/${n}`);
  const yao = await visit(t, room, '瑶');
  await yao.sees('https://kpl.example/3');
  await yao.page.evaluate(() => {
    const row = document.querySelectorAll('.row .text')[1];
    getSelection().selectAllChildren(row);
    document.querySelectorAll('.row a')[2].focus();
  });

  await author.emitWithAck('talk', 'in between');
  await yao.sees('in between');
  const guest = await room.plain();
  await until('somebody came', async () => (await text(yao, '#lines')).includes('来了'));
  await author.emitWithAck('talk', 'and on');
  await yao.sees('and on');

  const [selected, focused] = await yao.page.evaluate(() => [String(getSelection()), document.activeElement.href]);
  assert.deepEqual([selected, focused], ['https://kpl.example/2', 'https://kpl.example/3']);
  guest.disconnect();
});

test('where all lines fit into the window, older ones are loaded; also where those are of somebody ignored', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 80);
  const spam = await room.plain();
  for (let n = 0; n < 80; n += 1) spam.emit('talk', `spam ${n}`);
  await until('all is said', async () => (await spam.emitWithAck('talk', 'spam at last')).ok);
  const tall = await visit(t, room, '瑶', { viewport: { width: 1000, height: 4200 } });
  await tall.sees('line 1');
  const low = await visit(t, room, '吕布');
  await low.page.locator('#people li', { hasText: 'guest-' }).getByRole('button', { name: '忽略' }).last().click();

  await low.page.reload();

  await low.sees('line 80');
});

test('whoever writes more than a row stays at the newest line', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 60);
  const yao = await visit(t, room, '瑶');
  await yao.page.focus('#text');
  for (let n = 0; n < 4; n += 1) await yao.page.keyboard.press('Shift+Enter');

  await author.emitWithAck('talk', 'what is answered');

  await until('it is in sight', () => yao.page.evaluate(() => {
    const row = [...document.querySelectorAll('.row')].at(-1);
    const pane = document.querySelector('#lines').getBoundingClientRect();
    return row.textContent.includes('what is answered') && row.getBoundingClientRect().bottom <= pane.bottom;
  }));
  assert.equal(await yao.page.isVisible('#to-end'), false);
});

test('where a copy of before was brought back, the page shows what everybody sees', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 5);
  await room.kill('SIGTERM');
  const store = path.join(room.folder, 'room.db');
  fs.copyFileSync(store, `${store}.copy`);
  await room.start();
  await fill(room, 5, (n) => `lost ${n}`);
  const yao = await visit(t, room, '瑶');
  await yao.sees('lost 5');

  await room.kill();
  for (const log of ['-wal', '-shm']) fs.rmSync(store + log, { force: true });
  fs.copyFileSync(`${store}.copy`, store);
  await yao.link(/正在重试/);
  await room.start();
  await yao.isLive();
  await fill(room, 7, (n) => `after ${n}`);

  await yao.sees('after 7');
  const expected = [1, 2, 3, 4, 5].map((n) => `line ${n}`).concat([1, 2, 3, 4, 5, 6, 7].map((n) => `after ${n}`));
  assert.deepEqual(await yao.lines(), expected);
});

test('commands are commands, however an input method writes their slash', async (t) => {
  const room = await Room.open(t);
  const [yao, libai] = [await visit(t, room, '瑶'), await visit(t, room, '李白')];

  await until('李白 is here', async () => (await text(yao, '#people')).includes('李白'));

  await yao.say('／ignore 李白');
  await yao.say('、unignore 李白');
  await yao.say('、这不是命令');
  await yao.say('／／x');

  await libai.seesInOrder(['、这不是命令', '/x']);
  assert.match(await text(yao, '#lines'), /已忽略 李白.*不再忽略 李白/s);
});

test('notices that a browser allows and does not give break nothing', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶', {
    before: ({ page }) => page.addInitScript(() => {
      globalThis.Notification = class { static permission = 'granted'; static requestPermission() {} constructor() { throw new TypeError('Illegal constructor'); } };
      localStorage.setItem('kpl.settings', '{"notices":"all"}');
      Object.defineProperty(document, 'hidden', { get: () => globalThis.isHidden ?? false });
    }),
  });
  await yao.page.evaluate(() => { globalThis.isHidden = true; });

  await fill(room, 3);

  await yao.seesInOrder(['line 1', 'line 2', 'line 3']);
  assert.match(await text(yao, '#link'), /已连接/);
});

test('a search shows nobody who is ignored, and each hit once', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 60, (n) => `same ${n}`);
  const mallory = await room.plain();
  await mallory.emitWithAck('talk', 'same of somebody ignored');
  const yao = await visit(t, room, '瑶');
  await yao.page.locator('#people li', { hasText: 'guest-' }).getByRole('button', { name: '忽略' }).last().click();
  await yao.page.click('#open-search');
  await yao.page.fill('dialog input', 'same');
  await yao.page.evaluate(() => {
    for (let n = 0; n < 3; n += 1) document.querySelector('dialog form').requestSubmit();
  });

  await until('it is found', async () => /^\d+ 条$/.test(await text(yao, 'dialog [role=status]')));
  const hits = await yao.page.locator('.hits .hit').allTextContents();
  assert.deepEqual([new Set(hits).size, hits.some((hit) => hit.includes('ignored'))], [hits.length, false]);
});

test('what was missed begins where one stopped reading, however much it is', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 11);
  const yao = await visit(t, room, '瑶');
  await until('it is kept that all is read', () => yao.page.evaluate(() => JSON.parse(localStorage.getItem('kpl.read.KPL'))?.seq === 11));
  await yao.page.goto('about:blank');
  await fill(room, 300, (n) => `missed ${n}`);

  await yao.page.goto(room.url);
  await yao.isLive();
  await until('it is loaded', async () => (await yao.lines()).length > 10);
  assert.equal(await yao.page.locator('.unread').count(), 0, 'what is here is not where it begins');
  await yao.page.keyboard.press('Alt+u');

  await yao.sees('missed 1');
  const next = await yao.page.evaluate(() => document.querySelector('.unread').nextElementSibling.querySelector('.text').textContent);
  assert.equal(next, 'missed 1');
});

test('who is ignored in one tab is ignored in the other, and both are kept', async (t) => {
  const room = await Room.open(t);
  const [yao] = [await visit(t, room, '瑶'), await visit(t, room, '李白'), await visit(t, room, '吕布')];
  const other = await tab(yao, room.url);
  await other.isLive();

  await yao.say('/ignore 李白');
  await until('the other tab knows', () => other.page.evaluate(() => localStorage.getItem('kpl.ignored').includes('李白')));
  await other.say('/ignore 吕布');

  const kept = await until('both are kept', async () => {
    const all = await yao.page.evaluate(() => localStorage.getItem('kpl.ignored'));
    return all.includes('吕布') && all;
  });
  assert.ok(kept.includes('李白'), kept);
});

test('what is pasted out of a terminal is said without its colours', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');
  await yao.page.focus('#text');

  await yao.page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '\u001b[31m红\u001b[0m\tone\r\n\u0007two\u001b]0;title\u0007');
    document.querySelector('#text').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.equal(await yao.page.inputValue('#text'), '红\tone\ntwo');
  await yao.page.keyboard.press('Enter');

  await yao.sees('红\tone\ntwo');
});

test('a line that waits for its turn in a slow room says so', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶', EN);
  execFileSync(path.join(BIN, 'kpl-server'), ['slow', '600', '--store', `sqlite:${room.folder}/room.db`]);
  await yao.say('one');
  await yao.sees('one');

  await yao.say('two');

  await until('it says why', async () => /too fast/.test(await text(yao, '.waits')));
});
