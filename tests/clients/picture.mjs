// Somebody at the page while the README's pictures are taken: `picture.mjs URL NAME FOLDER`. Each line of
// standard input is JSON: `{"say": TEXT}`, or `{"beside": FILE}`, which puts the page beside that picture
// of a terminal, into side-by-side.png in the folder. Each is answered with its number, from 2 on.

import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import browsers from './browser.js';

const [url, name, folder] = process.argv.slice(2);
let count = 0;
const done = () => process.stdout.write(`${count += 1}\n`);
const SIZE = { width: 600, height: 504 }; // as high as a terminal of 24 rows is drawn

const browser = await browsers.open();
const context = await browser.newContext({ locale: 'zh-CN', viewport: SIZE, deviceScaleFactor: 1.5 });
const page = await context.newPage();
await page.goto(url);
await page.fill('dialog input', name);
await page.keyboard.press('Enter');
await page.waitForFunction(() => document.querySelector('#link').textContent === '已连接');
done();

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { say, beside } = JSON.parse(line);
  if (say) {
    await page.fill('#text', say);
    await page.press('#text', 'Enter');
    done();
  } else {
    await sideBySide(path.join(folder, beside));
    done();
  }
}
await browser.close();

async function sideBySide(terminal) {
  await page.fill('#text', '好的');
  const shot = await page.screenshot({ animations: 'disabled' });
  const data = (type, bytes) => `data:image/${type};base64,${bytes.toString('base64')}`;
  const both = await browser.newPage({ deviceScaleFactor: 1.5 });
  await both.setContent(`<body style="margin: 0; display: inline-flex; gap: 12px; background: #fff">
    <img id="terminal" src="${data('svg+xml', fs.readFileSync(terminal))}">
    <img id="page" src="${data('png', shot)}" width="${SIZE.width}" style="border: 1px solid #bbb; border-radius: 8px; box-sizing: border-box">`);
  await both.locator('body').screenshot({ path: path.join(folder, 'side-by-side.png') });
}
