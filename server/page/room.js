// A client of version 1 (docs/protocol.md), without a page: it hears every line once and in order, and
// each line of its own is kept once, whatever becomes of the link meanwhile. It runs in a browser and
// under Node. What happens is told to `on`, an object of functions:
//
//   state(state)        connecting, joining, live, waiting, refused (`why` says it) or left
//   lines(fresh)        lines at the new end, in order
//   reset()             the log begins anew: another history, or too much was missed to load it all
//   waiting(lines)      own lines that are not known to be kept
//   lost(line, why)     an own line that the server will never take
//   people()            who is here has changed
//   typing(name)        somebody writes
//   notice(notice)      the server has something to say

import { Log } from './log.js';
import { Outbox } from './outbox.js';
import { Socket } from './socket.js';

const SILENCE = 45_000; // ms: a ping and its patience
const FIRST_WAIT = 300, LONGEST_WAIT = 10_000; // ms until the next attempt
const ANSWERS_WITHIN = 20_000; // ms
const FIRST_PAGE = 60;
/** Refusals of a handshake after which the same one may succeed. */
const PASSING = ['unavailable', 'too_many_connections', 'too_fast'];

export class Room {
  /**
   * @param {object} options `url`, `name`, `key`, and, where they are needed, `room`, `password`,
   *   `storage` for what is not sent yet, `after` (the line after which to begin; the newest page
   *   when absent), `most` (how many missed lines are loaded), `heartbeat` (in ms; two without an
   *   answer are the end of a link), and `means` as in `Socket`
   * @param {object} on what is told, see above
   */
  constructor(options, on) {
    Object.assign(this, { most: 5000, heartbeat: 5000, room: 'KPL', ...options });
    this.on = Object.fromEntries(Object.entries(on).map(([what, tell]) => [what, careful(tell)]));
    this.log = new Log(1);
    this.hasBegun = false;
    this.hasFirstPage = false;
    if (this.after !== undefined) this.begin(this.after);
    this.members = new Map();
    this.total = 0;
    this.outbox = new Outbox(this.storage ?? inMemory(), `${part(this.room)}.${part(this.name)}`, newId);
    this.state = 'waiting';
    this.attempts = 0;
    this.typedAt = 0;
  }

  /** Connects, and stays connected until `leave`. */
  enter() {
    this.stop();
    this.tell('connecting');
    const { name, key, password, room, epoch } = this;
    const after = this.hasBegun ? this.log.next - 1 : undefined;
    const auth = { v: 1, name, key, password, room, epoch, after };
    const current = (tell) => (...told) => socket === this.socket && tell(...told);
    const socket = new Socket(this.url, auth, {
      connected: current(() => this.tell('joining')),
      event: current((event, body) => this.hear(event, body)),
      ended: current((why) => this.ended(why)),
    }, this.means);
    this.socket = socket;
    this.hasAsked = false;
    this.isSending = false;
    this.beatAt = undefined;
    this.heart = setInterval(() => this.beat(), this.heartbeat);
  }

  /** Leaves for good. What is not sent stays in the outbox. */
  leave() {
    this.stop('left');
  }

  /** Tries again at once, where it waits for the next attempt; where it is live, sees whether it is. */
  hurry() {
    if (this.state === 'waiting') this.enter();
    else if (this.socket) this.beat();
  }

  /** Says a text, or that there is a file: what the server answered to whoever brought it. */
  say(text, kind, file) {
    this.outbox.put(text, kind, file);
    this.on.waiting?.(this.outbox.lines);
    this.send();
  }

  /** Tells the others that one writes; as often as one likes. */
  types() {
    if (this.state !== 'live' || Date.now() - this.typedAt < 3000) return;
    this.typedAt = Date.now();
    this.socket.emit('typing', {});
  }

  /** Loads a page of older lines, and returns those that are new here. */
  async older(limit = 100) {
    const { log } = this;
    if (log.first <= 1) return [];
    const { messages } = await this.ask('sync', { before: log.first, limit });
    return log === this.log ? log.older(messages) : [];
  }

  /** A page of lines before or after a number, without a place in the log. */
  page(where) {
    return this.ask('sync', where);
  }

  search(query, before) {
    return this.ask('search', { query, before });
  }

  order(verb, what) {
    return this.ask('order', { verb, ...what });
  }

  /** Asks, and returns the answer's body; a refusal or the end of the link is an error. */
  async ask(event, body) {
    if (this.state !== 'live') throw new Error('offline');
    const answer = await within(ANSWERS_WITHIN, this.socket.ask(event, body));
    if (answer?.ok !== false) return answer;
    throw Object.assign(new Error(answer.message), answer);
  }

  // What the server says.

  hear(event, body) {
    switch (event) {
      case 'hello': return this.greeted(body);
      case 'messages': return this.take(body);
      case 'head': return this.reach(body.rooms[this.room] ?? 0);
      case 'members': return this.everybody(body);
      case 'joined': return this.came(body);
      case 'left': return this.went(body);
      case 'typing': return this.on.typing?.(body);
      case 'refused': return this.refused(body);
      case 'notice': return this.on.notice?.(body);
      default: return undefined; // Of a later version.
    }
  }

  greeted({ epoch, you, head, topic, limits }) {
    // A shorter history is another, too: somebody has brought back a copy of before.
    const isShorter = this.hasBegun && head < this.log.next - 1;
    const isAnother = isShorter || (this.epoch !== undefined && this.epoch !== epoch);
    if (isAnother || (this.hasBegun && head - this.log.next >= this.most)) {
      this.hasBegun = false;
      this.hasFirstPage = false;
      if (isAnother && this.after !== undefined) this.begin(0);
      // What is kept there is not to be heard any more, or comes with a page.
      this.outbox.lines.filter(({ seq }) => seq).forEach(({ cid }) => this.outbox.forget(cid));
      this.on.waiting?.(this.outbox.lines);
      this.on.reset?.();
    }
    Object.assign(this, { epoch, you, topic, limits, attempts: 0 });
    this.tell('live');
    this.socket.emit('who', {});
    if (!this.hasBegun) this.begin(head);
    if (!this.hasFirstPage) this.older(FIRST_PAGE).then((lines) => this.opened(lines), passOver);
    // Otherwise the page after what the handshake told comes by itself.
    if (isAnother) this.reach(head);
    this.adopt();
    this.send();
  }

  /** Takes over what pages that were closed have left. */
  adopt() {
    if (this.outbox.adopt() === 0) return;
    this.on.waiting?.(this.outbox.lines);
    this.send();
  }

  begin(after) {
    this.log = new Log(after + 1);
    this.hasBegun = true;
    this.hasFirstPage = this.after !== undefined;
  }

  opened(lines) {
    if (this.hasFirstPage) return;
    this.hasFirstPage = true;
    this.on.lines?.(lines, true);
  }

  take({ messages, head }) {
    const fresh = this.log.take(messages);
    const own = messages.filter(({ cid }) => cid).length > 0 && this.outbox.lines.length > 0;
    if (own) {
      for (const { cid, uid, seq } of messages) {
        if (cid && uid === this.you?.uid) this.outbox.settle(cid, seq);
      }
      const { next } = this.log;
      const shown = this.outbox.lines.filter(({ seq }) => seq && seq < next);
      for (const { cid } of shown) this.outbox.forget(cid);
    }
    if (fresh.length > 0) this.on.lines?.(fresh);
    if (own) this.on.waiting?.(this.outbox.lines);
    this.reach(head);
  }

  /** The room is that far: asks for what is missing, a page at a time. */
  async reach(head) {
    if (head < this.log.next || this.isAsking) return;
    const { socket, log } = this;
    this.isAsking = true;
    let again = true;
    try {
      const page = await this.ask('sync', { after: log.next - 1, limit: 200 });
      this.isAsking = false;
      if (log === this.log) this.take(page);
      again = false;
    } catch (error) {
      this.isAsking = false;
      await new Promise((over) => { setTimeout(over, pause(error.retry_ms)); });
    }
    if (again && socket === this.socket && this.state === 'live') this.reach(head);
  }

  everybody({ members, total }) {
    this.members = new Map(members.map((member) => [person(member), member]));
    this.total = total;
    this.on.people?.();
  }

  came({ member, total }) {
    if (member) this.members.set(person(member), member);
    this.total = total;
    this.on.people?.({ came: member });
  }

  went({ member, total }) {
    if (member) this.members.delete(person(member));
    this.total = total;
    this.on.people?.({ went: member });
  }

  refused({ event, code, message }) {
    if (event === 'connect') this.stop('refused', { code, message });
  }

  // What one says.

  /** Sends the line whose turn it is, one at a time, so that their order holds. */
  async send() {
    const line = this.outbox.first;
    if (!line || this.isSending || this.state !== 'live') return;
    const { socket } = this;
    this.isSending = true;
    const { cid, text, kind, file } = line;
    try {
      const answer = await socket.ask('talk', text, { cid, kind, file: file?.hash });
      if (answer.ok) {
        this.outbox.settle(cid, answer.seq);
        if (answer.seq < this.log.next) this.outbox.forget(cid);
      } else if (answer.retry_ms) {
        line.why = answer.code;
        this.on.waiting?.(this.outbox.lines);
        await new Promise((over) => { setTimeout(over, pause(answer.retry_ms)); });
      } else {
        this.outbox.settle(cid);
        this.on.lost?.(line, answer);
      }
    } catch {
      return; // The link has ended, and with it this sending.
    }
    if (socket !== this.socket) return;
    this.isSending = false;
    this.on.waiting?.(this.outbox.lines);
    this.send();
  }

  // The link.

  beat() {
    const { socket } = this;
    const now = Date.now();
    if (this.state !== 'live') { // The server answers once it has let one in, and pings until then.
      if (now - socket.heardAt >= SILENCE) socket.end(new Error('the server is silent'));
      return;
    }
    // Timers of a page in the background are late: what counts is an answer that did not come.
    if (this.beatAt && socket.heardAt < this.beatAt) {
      if (now - this.beatAt >= 2 * this.heartbeat) socket.end(new Error('the server does not answer'));
      return;
    }
    this.beatAt = now;
    socket.emit('heartbeat', { n: 0 });
    this.adopt();
  }

  ended(why) {
    if (this.state === 'refused' || this.state === 'left') return;
    const [, code, message] = /^(\w+): (.*)$/s.exec(why.refusal ?? '') ?? [];
    if (code && !PASSING.includes(code)) return this.stop('refused', { code, message });
    if (why.status === 403) return this.stop('refused', { code: 'origin', message: why.message });
    const wait = Math.min(FIRST_WAIT * 2 ** this.attempts, LONGEST_WAIT);
    this.attempts += 1;
    clearInterval(this.heart);
    this.again = setTimeout(() => this.enter(), wait * (0.5 + Math.random()));
    return this.tell('waiting', why);
  }

  stop(state, why) {
    const { socket } = this;
    this.socket = undefined; // What it tells from here on is not heard.
    clearTimeout(this.again);
    clearInterval(this.heart);
    socket?.close();
    if (state) this.tell(state, why);
  }

  tell(state, why) {
    this.state = state;
    this.why = why;
    this.on.state?.(state);
  }
}

/** Who a member is: one person under two names is two. */
function person({ uid, name }) {
  return `${uid} ${name}`;
}

/** 128 random bits, also where the browser has no `randomUUID`. */
export function newId(bytes = 16) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function within(limit, answer) {
  let timer;
  const late = new Promise((_, failed) => { timer = setTimeout(failed, limit, new Error('no answer')); });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** What a page makes of it is not the link's trouble. */
function careful(tell) {
  return (...told) => {
    try {
      return tell(...told);
    } catch (error) {
      (globalThis.reportError ?? console.error)(error);
      return undefined;
    }
  };
}

/** A room's or a person's name as a part of a longer name: without the dot between the parts. */
function part(name) {
  return String(name).replaceAll('%', '%25').replaceAll('.', '%2E');
}

/** How long to wait, in ms; a timer takes no more than some weeks. */
function pause(wait = 1000) {
  return Math.min(wait, 3_600_000);
}

function passOver() {} // The link has ended; the next one asks anew.

/** A storage that ends with the program. */
export function inMemory() {
  const held = new Map();
  return {
    get length() { return held.size; },
    key: (n) => [...held.keys()][n] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, String(value)),
    removeItem: (key) => void held.delete(key),
  };
}
