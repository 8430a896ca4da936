'use strict';
// The page as one uses it: with the keyboard, on a phone, with a screen reader, far back, anew.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { after, before, test } = require('node:test');
const axe = require('axe-core');
const jsqr = require('jsqr');
const { Visitor, fill, open } = require('./browser.js');
const { BIN, Room, chat, folder, until } = require('./room.js');

let browser;
before(async () => { browser = await open(); });
after(() => browser.close());

const visit = (t, room, name, options) => Visitor.at(t, browser, room.url, name, options);
const PHONE = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };

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
    const out = execFileSync(path.join(BIN, 'kpl-server'), ['invite', '--store', `sqlite:${room.folder}/room.db`, '--url', room.url]);
    return /\S+#invite=[0-9a-f]{32}/.exec(out)?.[0];
  });
  const yao = await visit(t, room);
  await yao.page.fill('dialog input', '瑶');
  await yao.page.keyboard.press('Enter');
  await yao.page.getByRole('heading', { name: '这个房间需要密码' }).waitFor();
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

test('an operator orders from the page, and everyone hears of it', async (t) => {
  const room = await Room.open(t, '--invites');
  execFileSync(path.join(BIN, 'kpl-server'), ['invite', '--uses', '3', '--store', `sqlite:${room.folder}/room.db`, '--url', room.url])
    .toString().match(/\S+#invite=[0-9a-f]{32}/g).forEach((link) => { room.link = link; });
  const come = async (name) => {
    const visitor = await Visitor.at(t, browser, room.link);
    await visitor.comeIn(name);
    return visitor;
  };
  const [libai, lvbu] = [await come('李白'), await come('吕布')];
  await lvbu.say('/kick 李白');
  await lvbu.page.locator('#hint').getByText('只有管理员').waitFor();
  execFileSync(path.join(BIN, 'kpl-server'), ['op', 'add', '李白', '--store', `sqlite:${room.folder}/room.db`]);

  await libai.say('/mute 吕布 10m 刷屏');
  await lvbu.page.locator('.told').getByText('李白 禁言了 吕布 (刷屏)').waitFor();
  await lvbu.say('still here');
  await lvbu.page.locator('.told').getByText('不能说话').waitFor();
  assert.equal(await lvbu.page.inputValue('#text'), 'still here');
  await libai.say('/slow often');
  await libai.page.locator('#hint').getByText('格式不对').waitFor();
  assert.equal(await libai.page.inputValue('#text'), '/slow often');
  await libai.say('/invite 1 2d');
  const told = await libai.page.locator('.told').getByText('#invite=').textContent();
  room.link = told.match(/\S+#invite=[0-9a-f]{32}/)[0];
  await (await come('瑶')).say('by an invite of 李白');
  await libai.sees('by an invite of 李白');
  await libai.say('/kick 吕布');

  await lvbu.link(/管理员关闭了连接/);
});

test('who comes and goes is told, and what one said before is brought back by the key Up', async (t) => {
  const room = await Room.open(t);
  const libai = await visit(t, room, '李白');
  const yao = await visit(t, room, '瑶');
  await libai.page.locator('.told').getByText('瑶 来了').waitFor();
  await libai.say('one');
  await libai.say('two');
  await yao.seesInOrder(['one', 'two']);
  await yao.page.goto('about:blank');
  await libai.page.locator('.told').getByText('瑶 走了').waitFor();

  const shown = async (key) => {
    await libai.page.press('#text', key);
    return libai.page.inputValue('#text');
  };
  assert.deepEqual([await shown('ArrowUp'), await shown('ArrowUp'), await shown('ArrowUp')], ['two', 'one', 'one']);
  assert.deepEqual([await shown('ArrowDown'), await shown('ArrowDown')], ['two', '']);
});

test('over TLS the page is in the room, too', async (t) => {
  const room = await Room.open(t, '--tls-self-signed');
  const libai = await visit(t, room, '李白', { ignoreHTTPSErrors: true });

  await libai.say('over TLS');

  await libai.seesInOrder(['over TLS']);
  assert.match(libai.page.url(), /^https:/);
});

test('where the server does not know the name that it is asked under, the page says what to do', async (t) => {
  const room = await Room.open(t);
  const elsewhere = await open(`--host-resolver-rules=MAP kpl.example 127.0.0.1:${room.port}`);
  t.after(() => elsewhere.close());

  const yao = await Visitor.at(t, elsewhere, 'http://kpl.example/');
  await yao.page.fill('dialog input', '瑶');
  await yao.page.keyboard.press('Enter');

  await yao.link(/not known as kpl\.example.*--origin http:\/\/kpl\.example/s);
});
