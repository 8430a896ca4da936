'use strict';
// The real server, in a folder of its own, and what the tests of all clients need around it.

const { spawn } = require('node:child_process');
const { webcrypto } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { io } = require('socket.io-client');

const ROOT = path.resolve(__dirname, '../..');
const TARGET = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target');
/** Where kpl-server and kpl-chat were built. */
const BIN = process.env.KPL_TEST_BIN ?? path.join(TARGET, 'debug');
/** A Python that has the packages of requirements.txt. */
const PYTHON = process.env.KPL_TEST_PYTHON ?? path.join(TARGET, 'python/bin/python');
const PATIENCE_MS = 20_000;

globalThis.crypto ??= webcrypto; // Node 18 has it under another name; browsers and later ones have it.

/** Waits until `condition` gives something true, and returns it. */
async function until(what, condition) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A program whose standard output is read line by line. It ends with the test. */
class Program {
  constructor(t, file, args, { env = {}, stdin = 'ignore' } = {}) {
    this.lines = [];
    this.complaints = '';
    const clean = Object.entries(process.env).filter(([name]) => !/^(KPL_|CARGO|LC_|LANG)/.test(name));
    this.child = spawn(file, args, {
      env: { ...Object.fromEntries(clean), LANG: 'C.UTF-8', ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    this.child.on('error', (error) => { this.complaints += `${file}: ${error.message}\n`; });
    this.exit = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve(code ?? signal));
    });
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.lines.push(line));
    this.child.stderr.on('data', (text) => { this.complaints += text; });
    t.after(() => this.kill());
  }

  async kill(signal = 'SIGKILL') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exit;
  }

  /** The first line that `pattern` matches: the match. */
  async says(pattern) {
    const ended = this.exit.then(() => true);
    return until(`${path.basename(this.child.spawnfile)} says ${pattern}; it says ${this.complaints}`, async () => {
      const line = this.lines.find((text) => pattern.test(text));
      if (line === undefined && await Promise.race([ended, false])) throw new Error(this.complaints);
      return line?.match(pattern);
    });
  }
}

/** A folder that goes with the test. */
function folder(t) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'kpl-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The real server on a free port, with a store of its own. */
class Room {
  static async open(t, ...flags) {
    const room = new Room();
    Object.assign(room, { t, flags, folder: folder(t), port: 0 });
    await room.start();
    return room;
  }

  /** Starts it, on the port it had before if it ran before. */
  async start() {
    const store = `sqlite:${path.join(this.folder, 'room.db')}`;
    const flags = ['--listen', `127.0.0.1:${this.port}`, '--store', store, ...this.flags];
    const env = { XDG_CONFIG_HOME: this.folder };
    this.server = new Program(this.t, path.join(BIN, 'kpl-server'), flags, { env });
    const [, url, port] = await this.server.says(/(https?:\/\/127\.0\.0\.1:(\d+))/);
    Object.assign(this, { url, port });
  }

  kill(signal) {
    return this.server.kill(signal);
  }

  /** A plain client, as in the six lines of the README. What it hears is in `heard`. */
  async plain(options = {}) {
    return plain(this.t, this.url, options);
  }
}

async function plain(t, url, options = {}) {
  const socket = io(url, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options });
  t.after(() => socket.disconnect());
  socket.heard = [];
  socket.about = [];
  socket.on('talk', (text, about) => {
    socket.heard.push(text);
    socket.about.push(about);
  });
  await once(socket, 'connect');
  return socket;
}

/** The real terminal client of the person whose home that is. */
function chat(t, url, name, args, home = folder(t), options = {}) {
  const env = { HOME: home, KPL_URL: url, KPL_NAME: name };
  for (const what of ['CONFIG', 'DATA', 'STATE', 'CACHE', 'RUNTIME']) env[`XDG_${what}_HOME`] = home;
  env.XDG_RUNTIME_DIR = home;
  return new Program(t, path.join(BIN, 'kpl-chat'), args, { env, ...options });
}

/** A plain Node server of a few lines, of which nobody would expect more. */
async function peer(t) {
  const program = new Program(t, process.execPath, [path.join(__dirname, 'peer.js')]);
  const [url] = await program.says(/http:\S+/);
  return url;
}

module.exports = { BIN, PYTHON, Program, Room, chat, folder, peer, plain, until };
