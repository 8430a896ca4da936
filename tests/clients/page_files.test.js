'use strict';
// Pictures and files at the page: brought by hand, paste and drop, whole or not at all, shown as what they are.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { once } = require('node:events');
const { after, before, test } = require('node:test');
const axe = require('axe-core');
const { Visitor, fill, open } = require('./browser.js');
const { png } = require('./pixels.js');
const { Room, chat, folder, until } = require('./room.js');

let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

const visit = (t, room, name, options) => Visitor.at(t, browser, room.url, name, options);
const SMALL = png(40, 30);
const LARGE = png(1500, 2000); // 9 MB

const file = (name, buffer, mimeType = 'image/png') => ({ name, mimeType, buffer });
const pick = (visitor, ...files) => visitor.page.setInputFiles('#pick', files);
const names = (visitor) => visitor.page.locator('.row[data-seq] .file bdi').allTextContents();
const uploads = (visitor) => visitor.page.locator('#uploads li').count();

async function sees(visitor, ...expected) {
  await until(`${visitor.name} sees ${expected}`, async () => (await names(visitor)).length >= expected.length);
  assert.deepEqual(await names(visitor), expected);
}

/** What the newest picture's place holds: its size once it is loaded, and the bytes that are fetched there. */
async function newest(visitor) {
  await until('the picture is loaded', () => visitor.page.evaluate(() => {
    const all = document.querySelectorAll('.picture img');
    return all.length > 0 && all[all.length - 1].naturalWidth > 0;
  }));
  return visitor.page.evaluate(async () => {
    const picture = [...document.querySelectorAll('.picture img')].at(-1);
    const bytes = new Uint8Array(await (await fetch(picture.src)).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 30_000) text += String.fromCharCode(...bytes.subarray(at, at + 30_000));
    return { width: picture.naturalWidth, height: picture.naturalHeight, base64: btoa(text) };
  });
}

/** Has the page take what a paste or a drop brings. */
function gives(visitor, kind, files, text) {
  return visitor.page.evaluate(([event, all, words]) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of all) {
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
    }
    if (words) data.setData('text/plain', words);
    const target = document.querySelector('#text');
    if (event === 'paste') {
      return !target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }
    for (const each of ['dragenter', 'dragover']) {
      target.dispatchEvent(new DragEvent(each, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
    const isSeen = !document.querySelector('#drop').hidden;
    target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    return isSeen && document.querySelector('#drop').hidden;
  }, [kind, files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, base64: buffer.toString('base64') })), text]);
}

/** A line to the room that is slow, and can be cut: so many bytes each 10 ms. */
async function slowly(t, room, bytes) {
  const sockets = new Set();
  const server = net.createServer((client) => {
    const there = net.connect(room.port, '127.0.0.1');
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    let held = Buffer.alloc(0);
    const pace = setInterval(() => {
      if (held.length > 0) there.write(held.subarray(0, bytes));
      held = held.subarray(bytes);
      if (held.length < 4 * bytes) client.resume();
    }, 10);
    client.on('data', (data) => {
      held = Buffer.concat([held, data]);
      if (held.length >= 4 * bytes) client.pause();
    });
    there.pipe(client);
    for (const [one, other] of [[client, there], [there, client]]) {
      one.on('close', () => {
        clearInterval(pace);
        other.destroy();
        sockets.delete(one);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

const lying = (room) => {
  const where = path.join(room.folder, 'room.db.files');
  return fs.existsSync(where) ? fs.readdirSync(where) : [];
};

test('a picture that is picked, pasted or dropped is a picture at the other page', async (t) => {
  const room = await Room.open(t);
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶')];

  await pick(libai, file('截图 1.png', SMALL));
  await sees(yao, '截图 1.png');
  const shown = await newest(yao);
  assert.equal(await gives(libai, 'paste', [file('image.png', png(20, 10))]), true);
  assert.equal(await gives(libai, 'drop', [file('a.txt', Buffer.from('words'), 'text/plain'), file('b.png', SMALL)]), true);
  assert.equal(await gives(libai, 'paste', [file('table.png', SMALL)], 'a table'), false, 'its words are pasted');

  await sees(yao, '截图 1.png', 'image.png', 'a.txt', 'b.png');
  assert.deepEqual([shown.width, shown.height], [40, 30]);
  assert.equal(shown.base64, SMALL.toString('base64'));
  await sees(libai, '截图 1.png', 'image.png', 'a.txt', 'b.png');
  assert.equal(await uploads(libai), 0);
  const [saved] = await Promise.all([yao.page.waitForEvent('download'), yao.page.click('a[download="a.txt"]')]);
  assert.equal(saved.suggestedFilename(), 'a.txt');
  assert.equal(fs.readFileSync(await saved.path(), 'utf8'), 'words');
  await yao.page.click('.picture >> nth=0');
  await until('it is shown large', () => yao.page.evaluate(() => document.querySelector('dialog[open] img')?.naturalWidth === 40));
  await yao.page.keyboard.press('Escape');
});

test('nine megabytes come from the page as they are', async (t) => {
  const room = await Room.open(t);
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶')];

  await pick(libai, file('large.png', LARGE));

  await sees(yao, 'large.png');
  const { width, base64 } = await newest(yao);
  assert.equal(width, 1500);
  assert.ok(Buffer.from(base64, 'base64').equals(LARGE));
  const { length } = LARGE;
  assert.ok(length > 9e6 && length < 9.1e6, `${length}`);
});

test('nine megabytes go from the page to a terminal and from a terminal to the page as they are', async (t) => {
  const room = await Room.open(t);
  const home = folder(t);
  const libai = await visit(t, room, '李白');
  await pick(libai, file('from the page.png', LARGE));
  await sees(libai, 'from the page.png');

  const terminal = chat(t, room.url, '吕布', ['--plain', '--lang', 'en'], home, { stdin: 'pipe' });
  await terminal.says(/from the page\.png/);
  terminal.child.stdin.write(`/save 1 ${home}\n`);
  await terminal.says(/is saved as/);
  terminal.child.stdin.write(`/upload ${path.join(home, 'from the page.png').replaceAll(' ', '\\ ')}\n`);

  await sees(libai, 'from the page.png', 'from the page.png');
  assert.ok(fs.readFileSync(path.join(home, 'from the page.png')).equals(LARGE));
  assert.ok(Buffer.from((await newest(libai)).base64, 'base64').equals(LARGE));
  assert.equal(lying(room).length, 1, 'the same content is one file');
});

test('a server that is killed in the middle gets the file again, and it is said once', async (t) => {
  const room = await Room.open(t);
  const url = await slowly(t, room, 60_000);
  const yao = await visit(t, room, '瑶');
  const libai = await Visitor.at(t, browser, url, '李白');
  await pick(libai, file('large.png', LARGE));
  await until('it is half there', () => libai.page.evaluate(() => document.querySelector('#uploads progress')?.value > 0.3));
  await until('the server has begun it', () => lying(room).some((name) => name.startsWith('tmp-')));

  await room.kill();
  await room.start();
  assert.deepEqual(lying(room), []);

  await sees(yao, 'large.png');
  assert.ok(Buffer.from((await newest(yao)).base64, 'base64').equals(LARGE));
  await until('nothing is on its way', async () => await uploads(libai) === 0);
  assert.deepEqual([await names(libai), lying(room).length], [['large.png'], 1]);
});

test('a file that is not wanted any more is not sent, and the next one is', async (t) => {
  const room = await Room.open(t);
  const url = await slowly(t, room, 20_000);
  const libai = await Visitor.at(t, browser, url, '李白', { locale: 'en-GB' });
  await pick(libai, file('large.png', LARGE), file('small.png', SMALL));
  await until('it is on its way', () => lying(room).length > 0);
  const bar = libai.page.getByRole('progressbar', { name: 'sending large.png' });
  await until('it goes on', async () => await bar.evaluate(({ value }) => value) > 0);

  await libai.page.getByRole('button', { name: 'Do not send large.png' }).click();

  await sees(libai, 'small.png');
  await until('nothing is left of it', () => lying(room).length === 1);
});

test('what cannot be sent is said before it is sent', async (t) => {
  const room = await Room.open(t, '--max-file', '1000', '--file-quota', '1500');
  const libai = await visit(t, room, '李白', { locale: 'en-GB' });
  const hint = () => libai.page.textContent('#hint');

  await pick(libai, file('large.bin', Buffer.alloc(1001), ''));
  assert.equal(await hint(), 'large.bin has 1001 B; at most 1000 B are allowed');
  await pick(libai, file('one.bin', Buffer.alloc(1000, 1), ''));
  await sees(libai, 'one.bin');
  await pick(libai, file('two.bin', Buffer.alloc(1000, 2), ''));
  await until('it is refused', async () => /keeps no more files/.test(await libai.page.textContent('#uploads')));
  await libai.page.getByRole('button', { name: 'Do not send two.bin' }).click();
  assert.equal(await uploads(libai), 0);

  const none = await Room.open(t, '--max-file', '0');
  const yao = await visit(t, none, '瑶', { locale: 'en-GB' });
  assert.equal(await yao.page.isVisible('#attach'), false);
  await gives(yao, 'paste', [file('a.png', SMALL)]);
  assert.equal(await yao.page.textContent('#hint'), 'this server takes no files');
});

test('names and contents of files do nothing at the page', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const libai = await visit(t, room, '李白');
  const mallory = await room.plain();
  const said = ['<img src=x onerror=alert(1)>', `"><script>alert(1)<`, 'javascript:alert(1)', `'onload='alert(1)`];
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');

  for (const name of said) assert.equal((await mallory.emitWithAck('talk', svg, { name })).ok, true);
  // It claims to be a picture, and is none.
  assert.equal((await mallory.emitWithAck('talk', Buffer.concat([SMALL.subarray(0, 33), Buffer.alloc(60, 7)]), { name: 'cut.png' })).ok, true);

  const shown = said.map((name) => name.split('/').at(-1));
  await sees(libai, ...shown, 'cut.png');
  await until('it is told', async () => await libai.page.locator('.picture.broken').count() === 1);
  const hrefs = await libai.page.locator('.file a').evaluateAll((links) => links.map(({ href }) => new URL(href).pathname));
  for (const href of hrefs) assert.match(href, /^\/files\/[0-9a-f]{64}\/[^/]+$/);
});

test('pictures have their place before they are there, and the lines do not move', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 40);
  for (const n of [1, 2, 3]) await author.emitWithAck('talk', png(200, 100, n), { name: `${n}.png` });
  await fill(room, 5);
  let release;
  const held = new Promise((go) => { release = go; });
  const yao = await visit(t, room, '瑶', {
    before: ({ page }) => page.route('**/files/**', async (route) => {
      await held;
      await route.continue();
    }),
  });
  await yao.sees('line 5');
  // From one row to the next, as below the last one it may be told who came.
  const places = () => yao.page.evaluate(() => {
    const tops = [...document.querySelectorAll('.row')].slice(-20).map((row) => row.getBoundingClientRect().top);
    return tops.map((top) => Math.round(top - tops[0]));
  });

  const empty = await places();
  release();
  await newest(yao);

  assert.deepEqual(await places(), empty);
});

test('a picture that cannot be shown moves nothing that is read', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 20);
  await author.emitWithAck('talk', png(120, 120), { name: 'broken.png' });
  await fill(room, 40);
  let release;
  const held = new Promise((go) => { release = go; });
  const yao = await visit(t, room, '瑶', {
    before: ({ page }) => page.route('**/files/**', async (route) => {
      await held;
      await route.abort();
    }),
  });
  await yao.sees('line 40');
  const place = () => yao.page.evaluate(() => document.querySelector('[data-seq="30"]').getBoundingClientRect().top);
  await yao.page.evaluate(() => {
    const pane = document.querySelector('#lines');
    pane.scrollTop += document.querySelector('[data-seq="30"]').getBoundingClientRect().top - pane.getBoundingClientRect().top - 20;
  });
  await yao.page.evaluate(() => new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); }));

  const before = await place();
  release();
  await until('it is told', async () => await yao.page.locator('.picture.broken').count() === 1);

  const moved = Math.abs(await place() - before);
  assert.ok(moved < 1, `${moved} pixels`); // Panes scroll by whole ones.
});

test('what is pasted while a dialog is open is not sent', async (t) => {
  const room = await Room.open(t);
  const libai = await visit(t, room, '李白');

  await libai.page.click('#open-menu');
  const isTaken = await gives(libai, 'paste', [file('secret.png', SMALL)]);
  await libai.page.keyboard.press('Escape');
  await pick(libai, file('last.png', SMALL));

  await sees(libai, 'last.png');
  assert.equal(isTaken, false);
});

test('a file is picked by the keyboard alone, on a phone nothing is cut off, and a screen reader hears of it', async (t) => {
  const room = await Room.open(t);
  const phone = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true, locale: 'en-GB' };
  const [libai, yao] = [await visit(t, room, '李白', { locale: 'en-GB' }), await visit(t, room, '瑶', phone)];
  const [chooser] = await Promise.all([libai.page.waitForEvent('filechooser'), libai.page.locator('#attach').press('Enter')]);
  await chooser.setFiles([file('wide.png', png(900, 200)), file(`${'长'.repeat(60)}.bin`, Buffer.alloc(9), '')]);

  await sees(yao, 'wide.png', `${'长'.repeat(60)}.bin`);
  await newest(yao);
  assert.equal(await yao.page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.match(await yao.page.textContent('#said'), /李白 sent wide\.png/);
  for (const visitor of [libai, yao]) {
    await visitor.page.evaluate(axe.source);
    const { violations } = await visitor.page.evaluate(() => globalThis.axe.run());
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes[0].html]), []);
  }
});

test('a file said at the page is a line in the terminal, and one that is gone must be sent again', async (t) => {
  const room = await Room.open(t, '--file-hold', '1');
  const libai = await visit(t, room, '李白', { locale: 'en-GB' });
  await pick(libai, file('截图.png', SMALL));
  await sees(libai, '截图.png');
  const tail = chat(t, room.url, '貂蝉', ['tail', '-n', '9', '--json'], folder(t));
  assert.equal(await tail.exit, 0);
  const [line] = tail.lines.map((text) => JSON.parse(text));
  assert.deepEqual([line.kind, line.text, line.file.width, line.file.size], ['file', '截图.png', 40, SMALL.length]);

  await libai.page.route('**/files?*', (route) => route.fulfill({
    status: 201, json: { ok: true, hash: 'a'.repeat(64), size: 1, type: 'image/png' },
  }));
  await pick(libai, file('gone.png', SMALL));

  await until('it is told', async () => /gone\.png was not sent: the server has no such file/.test(await libai.page.textContent('#lines')));
  assert.deepEqual(await names(libai), ['截图.png']);
});
