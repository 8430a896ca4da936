'use strict';
// The page as one uses it: with the keyboard, on a phone, with a screen reader, far back, anew.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const axe = require('axe-core');
const jsqr = require('jsqr');
const { Visitor, open } = require('./browser.js');
const { Room, chat, folder, until } = require('./room.js');

let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

const visit = (t, room, name, options) => Visitor.at(t, browser, room.url, name, options);
const PHONE = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };

/** Says many lines at once. */
async function fill(room, count, text = (n) => `line ${n}`) {
  const author = await room.plain({ transports: ['websocket'] });
  const said = Array.from({ length: count }, (_, n) => author.timeout(60_000).emitWithAck('talk', text(n + 1)));
  await Promise.all(said);
  return author;
}

test('everything can be done by the keyboard alone', async (t) => {
  const room = await Room.open(t);
  await fill(room, 3);
  const yao = await visit(t, room);
  const { keyboard } = yao.page;
  const focused = () => yao.page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
  const tabTo = async (what) => {
    for (let n = 0; n < 20; n += 1) {
      if (await focused() === what) return;
      await keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${what}`);
  };

  await keyboard.type('瑶');
  await keyboard.press('Enter');
  await yao.isLive();
  assert.equal(await focused(), 'text');
  await keyboard.type('first');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second');
  await keyboard.press('Enter');
  await yao.sees('first\nsecond');
  await tabTo('open-search');
  await keyboard.press('Enter');
  await keyboard.type('second');
  await keyboard.press('Enter');
  await until('it is found', async () => (await yao.page.locator('.hits button').count()) === 1);
  await yao.page.locator('.hits button').focus();
  await keyboard.press('Enter');
  await until('it is shown', async () => (await yao.page.locator('.row.sought').count()) === 1);
  await tabTo('open-menu');
  await keyboard.press('Enter');
  await until('the menu is open', () => yao.page.locator('dialog[open]').isVisible());
  await keyboard.press('Escape');
  await until('it is closed', async () => !(await yao.page.locator('dialog').isVisible()));
  await tabTo('lines');
  await tabTo('text');
  await keyboard.type('@gu');
  await keyboard.press('Tab');
  assert.match(await yao.page.inputValue('#text'), /^@guest-[0-9a-f]{8} $/);
});

test('on a phone nothing is cut off, and lines and entry are in reach', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 30);
  await author.emitWithAck('talk', `https://kpl.example/${'long'.repeat(40)}`);
  const yao = await visit(t, room, '瑶', PHONE);
  await yao.say(`很长的${'一句话，没有空格'.repeat(20)}`);

  await until('it is kept', async () => (await yao.waiting()).length === 0);
  const { width, entry, tall, newest } = await yao.page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    entry: document.querySelector('#entry').getBoundingClientRect().bottom,
    tall: document.querySelector('#lines').clientHeight,
    newest: [...document.querySelectorAll('.row')].at(-1).getBoundingClientRect().bottom,
  }));
  assert.equal(width, 360);
  assert.ok(entry <= 640 && newest <= entry, `${entry} ${newest}`);
  assert.ok(tall > 350, `${tall}`);
  await yao.page.tap('#open-people');
  await yao.page.locator('#people').getByText('瑶').waitFor();
  await yao.page.tap('#open-people');
  await until('they are closed', async () => !(await yao.page.locator('#people').isVisible()));
});

for (const colorScheme of ['light', 'dark']) {
  test(`nothing is in the way of those who cannot see well, in ${colorScheme}`, async (t) => {
    const room = await Room.open(t);
    await fill(room, 5);
    const yao = await visit(t, room, undefined, { colorScheme });
    const serious = async (where) => {
      await yao.page.evaluate(axe.source);
      const { violations } = await yao.page.evaluate(() => globalThis.axe.run());
      const found = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], where);
    };

    await serious('the name');
    await yao.comeIn('瑶');
    await yao.say('see https://kpl.example');
    await yao.say('/me 出发');
    await serious('the room');
    await yao.page.click('#open-search');
    await yao.page.fill('dialog input', 'line');
    await yao.page.keyboard.press('Enter');
    await until('it is found', async () => (await yao.page.locator('.hits button').count()) === 5);
    await serious('the search');
    await yao.page.keyboard.press('Escape');
    await yao.page.click('#open-menu');
    await yao.page.getByText('显示链接').click();
    await yao.page.locator('.qr').waitFor();
    await serious('the menu');
    yao.complaints = yao.complaints.filter((text) => !/Content Security Policy/.test(text)); // axe's own
  });
}

test('what is said is told to a screen reader, once, and what was said before is not', async (t) => {
  const room = await Room.open(t);
  const author = await fill(room, 3);
  const yao = await visit(t, room, '瑶');

  await author.emitWithAck('talk', 'for the ear');

  const told = () => yao.page.locator('[aria-live=polite] span').allTextContents();
  await until('it is told', async () => (await told()).length > 0);
  assert.equal((await told()).length, 1);
  assert.match((await told())[0], /^guest-[0-9a-f]{8}：for the ear$/);
});

test('the page is small, and its first line can be read at once', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 100);
  const watches = {
    before: ({ page }) => page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('.row[data-seq]')) globalThis.readableAfter ??= performance.now();
      });
      seen.observe(document, { childList: true, subtree: true });
    }),
  };
  const yao = await visit(t, room, '瑶', watches);
  await yao.sees('line 100');
  await yao.page.click('#open-menu');
  await yao.page.getByText('显示链接').click();
  await yao.page.locator('.qr').waitFor(); // The last file that there is.

  const files = await yao.page.evaluate(() => performance.getEntries()
    .filter(({ transferSize }) => transferSize).map(({ name, transferSize }) => [name, transferSize]));
  const times = [];
  while (times.length < 10 && !times.some((time) => time < 300)) { // The machine may be busy with others.
    await yao.page.goto('about:blank');
    await yao.page.goto(room.url);
    times.push(await until('a line is there', () => yao.page.evaluate(() => globalThis.readableAfter)));
  }

  const all = fs.readdirSync(path.join(__dirname, '../../server/page')).filter((name) => name !== 'package.json');
  assert.equal(files.length, all.length, `${files}`);
  const bytes = files.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`${bytes} bytes; the first line after ${times.map(Math.round).join(', ')} ms`);
  assert.ok(bytes > 20_000 && bytes < 60_000, `${bytes} bytes`);
  assert.ok(times.at(-1) < 300, `${times} ms`);
});

test('ten thousand lines are scrolled through, and never more than a few are drawn', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  await fill(room, 10_000);
  const yao = await visit(t, room, '瑶');
  await yao.sees('line 10000');

  const { drawn, first, frames } = await yao.page.evaluate(async () => {
    const pane = document.querySelector('#lines');
    const seen = { drawn: 0, frames: [] };
    let last = performance.now();
    for (let n = 0; n < 3000 && !document.querySelector('[data-seq="1"]'); n += 1) {
      pane.scrollTop -= 2000;
      await new Promise((next) => { requestAnimationFrame(next); });
      seen.frames.push(performance.now() - last);
      last = performance.now();
      seen.drawn = Math.max(seen.drawn, document.querySelectorAll('.row').length);
    }
    return { ...seen, first: document.querySelector('[data-seq="1"] .text')?.textContent };
  });
  assert.equal(first, 'line 1');
  assert.ok(drawn < 800, `${drawn} rows`);
  frames.sort((one, other) => one - other);
  const slow = frames[Math.floor(frames.length * 0.95)];
  t.diagnostic(`${frames.length} frames, 95 of 100 below ${Math.round(slow)} ms, the slowest ${Math.round(frames.at(-1))} ms`);
  assert.ok(slow < 100, `${slow} ms`);

  await yao.page.keyboard.press('Escape');
  await until('the newest is in sight', () => yao.page.locator('[data-seq="10000"]').isVisible());
});

test('what one reads does not move when lines come, and those below are counted', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 200);
  const yao = await visit(t, room, '瑶');
  await yao.sees('line 200');
  await yao.page.hover('#lines');
  await yao.page.mouse.wheel(0, -600);
  await until('it has scrolled', () => yao.page.locator('#to-end').isVisible());
  const top = () => yao.page.evaluate(() => {
    const edge = document.querySelector('#lines').getBoundingClientRect().top;
    const row = [...document.querySelectorAll('.row')].find((each) => each.getBoundingClientRect().bottom > edge + 40);
    return [row.dataset.seq, Math.round(row.getBoundingClientRect().top)];
  });
  let before = await top();
  await until('it stands', async () => {
    const now = await top();
    const stands = now.join() === before.join();
    before = now;
    return stands;
  });

  for (let n = 201; n <= 260; n += 1) await author.emitWithAck('talk', `line ${n}`);
  await until('they are counted', async () => /60/.test(await yao.page.textContent('#to-end')));

  assert.deepEqual(await top(), before);
  assert.match(await yao.page.title(), /^\(60\) #KPL$/);
  await yao.page.click('#to-end');
  await until('the newest is in sight', () => yao.page.locator('[data-seq="260"]').isVisible());
  await until('nothing is below', async () => (await yao.page.title()) === '#KPL');
  assert.equal(await yao.page.locator('.unread').count(), 1);
});

test('a hit of long ago is shown where it was said, and one comes back to now', async (t) => {
  const room = await Room.open(t, '--rate', 'off');
  const author = await fill(room, 1500, (n) => (n === 300 ? '团战之前' : `line ${n}`));
  const yao = await visit(t, room, '瑶');

  await yao.say('/search 团战');
  await until('it is found', async () => (await yao.page.locator('.hits button').count()) === 1);
  await yao.page.click('.hits button');
  const sought = yao.page.locator('.row.sought .text');
  await until('it is shown', async () => (await sought.count()) === 1);
  assert.equal(await sought.textContent(), '团战之前');
  assert.ok((await yao.lines()).includes('line 310'));
  await author.emitWithAck('talk', 'said meanwhile');
  assert.ok(!(await yao.lines()).includes('said meanwhile'));
  await yao.page.click('#to-end');
  await yao.sees('said meanwhile');

  const { holes, last } = await yao.page.evaluate(async () => {
    const numbers = [...document.querySelectorAll('[data-seq]')].map(({ dataset }) => Number(dataset.seq));
    return { holes: numbers.filter((seq, at) => at > 0 && seq !== numbers[at - 1] + 1), last: numbers.at(-1) };
  });
  assert.deepEqual([holes, last], [[], 1501]);
});

test('a name goes to another browser by a link or a QR code, and to nobody without a yes', async (t) => {
  const room = await Room.open(t);
  const libai = await visit(t, room, '李白');
  await libai.page.click('#open-menu');
  await libai.page.getByText('显示链接').click();
  await libai.page.locator('.qr').waitFor();
  const link = await libai.page.locator('dialog code').first().textContent();
  const code = await libai.page.evaluate(async () => {
    const svg = new XMLSerializer().serializeToString(document.querySelector('.qr'));
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    await picture.decode();
    const side = Number(document.querySelector('.qr').getAttribute('viewBox').split(' ')[2]) * 3;
    const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, side, side);
    pen.drawImage(picture, 0, 0, side, side);
    return { side, pixels: pen.getImageData(0, 0, side, side).data.reduce((text, byte) => text + String.fromCharCode(byte), '') };
  });
  const pixels = Uint8ClampedArray.from(code.pixels, (letter) => letter.codePointAt(0));
  assert.equal(jsqr(pixels, code.side, code.side)?.data, link);

  const phone = await Visitor.at(t, browser, link, undefined, PHONE);
  assert.equal(await phone.page.evaluate(() => location.href), `${room.url}/`);
  assert.equal(await phone.page.textContent('#link'), '');
  await phone.page.getByRole('button', { name: '好', exact: true }).click();
  await phone.isLive();
  await phone.say('from the phone');

  await libai.sees('from the phone');
  assert.equal(await libai.page.locator('.row.own .text').textContent(), 'from the phone');
  const stranger = await visit(t, room);
  await stranger.page.fill('dialog input', '李白');
  await stranger.page.keyboard.press('Enter');
  await stranger.page.getByRole('alert').getByText('属于别人').waitFor();
});

test('a name goes from the terminal to the page, and from the page to a terminal', async (t) => {
  const room = await Room.open(t);
  const [home, elsewhere] = [folder(t), folder(t)];
  assert.equal(await chat(t, room.url, '李白', ['send', 'from the terminal'], home).exit, 0);
  const link = chat(t, room.url, '李白', ['key', 'link'], home);
  assert.equal(await link.exit, 0);

  const libai = await visit(t, { url: link.lines[0] });
  await libai.page.getByRole('button', { name: '好', exact: true }).click();
  await libai.isLive();
  await libai.say('from the page');
  await libai.sees('from the page');
  await libai.page.click('#open-menu');
  await libai.page.getByText('显示链接').click();
  const back = await libai.page.locator('dialog code').first().textContent();
  const file = path.join(elsewhere, 'link');
  fs.writeFileSync(file, back);
  assert.equal(await chat(t, room.url, '李白', ['key', 'import', file], elsewhere).exit, 0);
  assert.equal(await chat(t, room.url, '李白', ['send', 'from elsewhere'], elsewhere).exit, 0);

  await libai.sees('from elsewhere');
  assert.deepEqual(await libai.lines(), ['from the terminal', 'from the page', 'from elsewhere']);
  assert.equal(await libai.page.locator('.row.own').count(), 3);
});

test('whoever is ignored is not seen, and is again when one wants to', async (t) => {
  const room = await Room.open(t);
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶')];
  await libai.say('one');
  await yao.sees('one');

  await yao.page.getByRole('button', { name: '忽略 李白' }).click();
  await libai.say('two');
  await until('it is kept', async () => (await libai.waiting()).length === 0);
  await yao.say('mine');
  await yao.sees('mine');
  assert.deepEqual(await yao.lines(), ['mine']);
  await yao.page.reload();
  await yao.sees('mine');
  assert.deepEqual(await yao.lines(), ['mine']);
  await yao.say('/unignore 李白');

  await yao.seesInOrder(['one', 'two', 'mine']);
});

test('who writes is told, and who asks for notices gets them where they are spoken to', async (t) => {
  const room = await Room.open(t);
  const listens = {
    permissions: ['notifications'],
    before: ({ page }) => page.addInitScript(() => {
      globalThis.shown = [];
      globalThis.Notification = class {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, { body }) { globalThis.shown.push([title, body]); }
      };
    }),
  };
  const [libai, yao] = [await visit(t, room, '李白'), await visit(t, room, '瑶', listens)];
  await yao.page.click('#open-menu');
  await yao.page.getByLabel('页面不在眼前时的通知').selectOption('mentions');
  await yao.page.keyboard.press('Escape');

  await libai.page.locator('#text').pressSequentially('来');
  await yao.page.locator('#typing').getByText('李白 正在输入').waitFor();
  await yao.page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true }));
  await libai.say('nothing for you');
  await libai.say('@瑶 辅助跟你');
  await yao.sees('@瑶 辅助跟你');

  assert.deepEqual(await yao.page.evaluate(() => globalThis.shown), [['李白 · KPL', '@瑶 辅助跟你']]);
  assert.equal(await yao.page.textContent('#typing'), '');
  assert.equal(await yao.page.locator('.to-me').count(), 1);
});

test('an empty room shows what brings others in, in the language that is set', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶', { locale: 'en-US' });

  await yao.page.locator('.lonely').getByText('Nobody else is here yet.').waitFor();
  assert.deepEqual(await yao.page.locator('.lonely code').allTextContents(), [`${room.url}/`, `kpl-chat --url ${room.url}`]);
  await yao.page.click('#open-menu');
  await yao.page.getByLabel('Language').selectOption('zh');
  await yao.page.keyboard.press('Escape');
  await yao.page.locator('.lonely').getByText('这里还没有别人。').waitFor();
  await visit(t, room, '李白');

  await until('it is gone', async () => (await yao.page.locator('.lonely').count()) === 0);
});

test('a line that cannot be sent gives its words back, and says why', async (t) => {
  const room = await Room.open(t);
  const yao = await visit(t, room, '瑶');

  await yao.say('steering \u0007 bell');
  await yao.page.locator('.told').getByText('控制屏幕').waitFor();
  assert.equal(await yao.page.inputValue('#text'), 'steering \u0007 bell');
  await yao.page.fill('#text', '长'.repeat(1400));
  await yao.page.locator('#hint').getByText('4200').waitFor();
  await yao.page.press('#text', 'Enter');
  assert.equal((await yao.page.inputValue('#text')).length, 1400);
  await yao.page.fill('#text', '/nothing 1');
  await yao.page.press('#text', 'Enter');
  await yao.page.locator('#hint').getByText('/nothing').waitFor();

  assert.equal(await yao.page.inputValue('#text'), '/nothing 1');
  assert.deepEqual([await yao.lines(), await yao.waiting()], [[], []]);
});

test('where the room asks for a password the page does, and an invite is one', async (t) => {
  const room = await Room.open(t, '--invites');
  const chatLink = await until('an invite is made', async () => {
    const { execFileSync } = require('node:child_process');
    const { BIN } = require('./room.js');
    const out = execFileSync(path.join(BIN, 'kpl-server'), ['invite', '--store', `sqlite:${room.folder}/room.db`, '--url', room.url]);
    return /\S+#invite=[0-9a-f]{32}/.exec(out)?.[0];
  });
  const yao = await visit(t, room);
  await yao.page.fill('dialog input', '瑶');
  await yao.page.keyboard.press('Enter');
  await yao.page.getByText('这个房间需要密码').waitFor();
  await yao.page.fill('dialog input[type=password]', chatLink.split('=')[1]);
  await yao.page.keyboard.press('Enter');
  await yao.isLive();
  await yao.page.reload();
  await yao.isLive();

  const late = await Visitor.at(t, browser, chatLink);
  await late.page.fill('dialog input', '李白');
  await late.page.keyboard.press('Enter');
  await late.page.getByRole('alert').getByText('邀请已用完').waitFor();
});
