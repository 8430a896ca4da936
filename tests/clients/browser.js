'use strict';
// Debian's Chromium, and people who use the page in it.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { chromium } = require('playwright-core');
const { until } = require('./room.js');

const CHROMIUM = process.env.KPL_TEST_CHROMIUM ?? '/usr/bin/chromium';
const WINDOW = 250; // lines on their way at once, as an acknowledgement must not wait in vain for room
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/** One browser for all tests of a file; each person has a context of their own in it. */
async function open(...more) {
  assert.ok(fs.existsSync(CHROMIUM), `${CHROMIUM} is missing: tests/run installs it`);
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, ...more] });
}

/** Somebody at the page. */
class Visitor {
  /** Opens the page; with a name, also comes in. Whatever the page complains of fails the test. */
  static async at(t, browser, url, name, options = {}) {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1000, height: 700 }, ...options });
    const visitor = new Visitor();
    Object.assign(visitor, { context, page: await context.newPage(), name, complaints: [], alarms: [] });
    t.after(async () => {
      await context.close();
      assert.deepEqual([visitor.complaints, visitor.alarms], [[], []]);
    });
    visitor.watch(visitor.page);
    await options.before?.(visitor);
    await visitor.page.goto(url);
    if (name) await visitor.comeIn(name);
    return visitor;
  }

  watch(page) {
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('dialog', (dialog) => {
      this.alarms.push(dialog.message());
      dialog.dismiss();
    });
    page.on('console', (said) => {
      // A link that breaks is what many tests are about.
      const isOfLink = /WebSocket connection|Failed to load resource|net::ERR_/.test(said.text());
      if (said.type() === 'error' && !isOfLink) this.complaints.push(said.text());
    });
  }

  async comeIn(name) {
    await this.page.fill('dialog input:not([type=password])', name);
    await this.page.keyboard.press('Enter');
    await this.isLive();
  }

  isLive() {
    return this.link(/^已连接|^live/);
  }

  link(pattern) {
    return until(`the page says ${pattern}`, async () => pattern.test(await this.page.textContent('#link')));
  }

  async say(text) {
    await this.page.fill('#text', text);
    await this.page.press('#text', 'Enter');
  }

  /** The texts of the lines that the server has, as far as they are drawn. */
  lines() {
    return this.page.locator('.row[data-seq] .text').allTextContents();
  }

  /** The texts of those that wait to be sent. */
  waiting() {
    return this.page.locator('.waits .text').allTextContents();
  }

  async sees(text) {
    return until(`${this.name ?? 'the page'} sees ${text}`, async () => (await this.lines()).includes(text));
  }

  async seesInOrder(texts) {
    await until(`${this.name} sees ${texts.length} lines`, async () => (await this.lines()).length >= texts.length);
    assert.deepEqual(await this.lines(), texts, this.name);
  }
}

/** Says many lines at once, as somebody who is nobody. */
async function fill(room, count, text = (n) => `line ${n}`) {
  const author = await room.plain({ transports: ['websocket'] });
  for (let from = 1; from <= count; from += WINDOW) {
    const numbers = Array.from({ length: Math.min(WINDOW, count - from + 1) }, (_, n) => from + n);
    const answers = await Promise.all(numbers.map((n) => author.timeout(60_000).emitWithAck('talk', text(n))));
    assert.ok(answers.every(({ ok }) => ok), 'a line was refused');
  }
  return author;
}

module.exports = { Visitor, fill, open };
