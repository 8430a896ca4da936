// The page: what happens in the room is shown, what one does is said to the room.

import { Entry } from './entry.js';
import { identityIn, identityLink, isLasting, keep, kept, key, storage } from './kept.js';
import { element, mentions, other, rows } from './line.js';
import { Log } from './log.js';
import { Dialog, button, lonely, people } from './panels.js';
import { Room } from './room.js';
import { Timeline } from './timeline.js';
import { words as wordsOf } from './words.js';

const at = (id) => document.getElementById(id);
const PAGE = 100; // lines

const settings = kept('settings') ?? {};
let words = wordsOf(settings.language);
let name = kept('name');
let password;
let room;
let past; // lines of far back, while those are read
let unread = 0; // lines below what is in sight
let unreadFrom; // the first line that was not read
let isLoading = false;
const ignored = new Map(kept('ignored') ?? []);
const writing = new Map();
const dialog = new Dialog(at('dialog'));
const me = () => ({ name: room.you?.name ?? name, uid: room.you?.uid });
const roomName = new URLSearchParams(location.search).get('room') ?? 'KPL';
const url = new URL('.', location.href).href;

const timeline = new Timeline(at('lines'), {
  rows: (line, before) => (ignored.has(line.uid) ? [] : rows(line, before, { words, me: me(), unreadFrom })),
  top: () => loadOlder(),
  bottom: () => past && loadNewer(),
  moved: () => read(),
});

const entry = new Entry(at('entry'), {
  submit: (text) => (text.startsWith('/') ? command(text) : said(text)),
  typing: () => room?.types(),
  names: () => others().map((member) => member.name),
  most: () => room?.limits?.text_bytes ?? 4096,
  hint: (size) => hint(size ? words.too_long(...size) : ''),
});

// The room.

function enter() {
  room?.leave();
  room = new Room({ url, name, key: key(), room: roomName, password, storage }, {
    state: showLink,
    lines: heard,
    reset: () => timeline.show(room.log),
    waiting: showWaiting,
    lost: (line, why) => {
      const reason = words.refused[why.code] ?? why.message;
      note(entry.giveBack(line.text) ? words.lost(reason) : words.lost_aside(reason, line.text));
    },
    people: showPeople,
    typing: types,
    notice: ({ code, name: whom, by, ...more }) => {
      const tell = words.told[code];
      note(tell ? tell(whom, by ?? words.console, more) + reason(more) : more.text);
    },
  });
  timeline.show(room.log);
  room.enter();
  showWaiting(room.outbox.lines);
}

function reason({ reason: why }) {
  return why ? ` (${why})` : '';
}

function heard(fresh, isFirst) {
  const { log } = room;
  if (isFirst) {
    const stood = kept(`read.${roomName}`);
    if (stood?.epoch === room.epoch && stood.seq + 1 < log.next) unreadFrom = Math.max(stood.seq + 1, log.first);
    if (!past) timeline.show(log);
    if (unreadFrom > log.first) timeline.goTo(unreadFrom);
    timeline.above.textContent = log.first <= 1 ? words.beginning : '';
  } else {
    const isAway = document.hidden || !document.hasFocus() || !timeline.isAtEnd || past;
    const strange = fresh.filter(({ uid }) => uid !== me().uid && !ignored.has(uid));
    if (isAway && unread === 0 && strange.length > 0) unreadFrom = strange[0].seq;
    if (isAway) unread += strange.length;
    if (!past) timeline.added(fresh[0].seq, log.next);
    for (const line of fresh) writing.delete(`${line.uid} ${line.from}`);
    for (const line of strange.slice(-5)) announce(line);
    showTyping();
  }
  showLonely();
  read();
}

/** Tells a screen reader, and whoever looks elsewhere if they want it. */
function announce({ from, text, kind }) {
  const told = (kind === 'action' ? words.does : words.says)(from, text);
  at('said').append(element('span', '', told));
  while (at('said').childElementCount > 10) at('said').firstChild.remove();
  const wants = settings.notices === 'all' || (settings.notices === 'mentions' && mentions(text, me().name).length > 0);
  if (wants && document.hidden && globalThis.Notification?.permission === 'granted') {
    const notice = new Notification(`${from} · ${roomName}`, { body: text.slice(0, 300), tag: `kpl.${from}` });
    notice.onclick = () => globalThis.focus();
  }
}

async function loadOlder() {
  const log = past ?? room?.log;
  if (isLoading || room?.state !== 'live' || !log || log.first <= 1 || log.lines.length === 0) return;
  isLoading = true;
  timeline.above.textContent = words.loading;
  try {
    const to = log.first;
    if (past) log.older((await room.page({ before: to, limit: PAGE })).messages);
    else await room.older(PAGE);
    if (log === timeline.log) timeline.added(log.first, to);
  } catch {
    // The link has ended, or the server is busy: scrolling asks again.
  }
  timeline.above.textContent = log.first <= 1 ? words.beginning : '';
  isLoading = false;
}

async function loadNewer() {
  if (isLoading || room.state !== 'live') return;
  isLoading = true;
  try {
    const { messages } = await room.page({ after: past.next - 1, limit: PAGE });
    const from = past.next;
    past.take(messages);
    const { log } = room;
    if (past.next >= log.first && log.lines.length > 0) {
      log.older(past.lines);
      toNow();
      timeline.goTo(from - 1);
    } else {
      timeline.added(from, past.next);
    }
  } catch {
    // As above.
  }
  isLoading = false;
}

/** Brings a line into sight, however far back it is. */
async function goTo(seq) {
  try {
    if (seq < room.log.first) {
      const { messages } = await room.page({ after: Math.max(0, seq - PAGE / 2), limit: PAGE });
      past = new Log(messages[0].seq);
      past.take(messages);
      timeline.show(past);
    } else if (past) {
      toNow();
    }
    const row = timeline.goTo(seq);
    row?.classList.add('sought');
    setTimeout(() => row?.classList.remove('sought'), 3000);
    read();
  } catch (error) {
    hint(words.refused[error.code] ?? words.offline);
  }
}

function toNow() {
  if (past) {
    past = undefined;
    timeline.show(room.log);
  }
  timeline.toEnd();
  read();
}

// What is shown.

function showLink(state) {
  const polls = state === 'live' && room.socket.transport === 'polling';
  const { code, message } = room.why ?? {};
  const isBad = state === 'waiting' || state === 'refused';
  at('link').classList.toggle('bad', isBad);
  const why = code && (words.refused[code] ?? message);
  at('link').replaceChildren(polls ? words.polling : why ?? words[state] ?? state);
  if (state === 'waiting' && room.why.status) at('link').append(`: ${room.why.message}`);
  if (state === 'refused' && code !== 'origin') at('link').append(' ', button(words.again, enter));
  if (state === 'live') {
    at('topic').textContent = room.topic ?? '';
    keep('name', name);
  }
  const isAsked = /^(name_|password|invite|key_|too_fast)/.test(code ?? '');
  if (state === 'refused' && isAsked) askName(why, /password|invite/.test(code));
}

function showWaiting(lines) {
  timeline.steady(() => {
    const shown = lines.map((line) => {
      const [row] = rows({ ...line, at: line.order, from: me().name, uid: me().uid }, { at: line.order }, { words, me: me() });
      row.classList.add('waits');
      row.append(element('span', 'state', line.isUnsafe || !isLasting ? words.unsafe : words.not_sent));
      return row;
    });
    timeline.below.replaceChildren(...shown);
  });
}

function others() {
  return [...(room?.members.values() ?? [])].filter(({ uid }) => uid !== me().uid);
}

function showPeople() {
  at('open-people').textContent = words.online(room.total);
  at('people').replaceChildren(...people({ words, room, me: me(), ignored }, {
    mention: (whom) => entry.mention(whom),
    ignore: ({ uid, name: whom }, isOn) => ignore(uid, whom, isOn),
  }));
  showLonely();
}

function showLonely() {
  const isLonely = room.state === 'live' && room.total === 1;
  const shown = document.querySelector('.lonely');
  if (isLonely === Boolean(shown)) return;
  timeline.steady(() => {
    if (isLonely) timeline.below.after(lonely({ words, room: roomName }));
    else shown.remove();
  });
}

function types({ uid, name: whom }) {
  if (ignored.has(uid)) return;
  const who = `${uid} ${whom}`;
  clearTimeout(writing.get(who)?.timer);
  const over = () => {
    writing.delete(who);
    showTyping();
  };
  writing.set(who, { name: whom, timer: setTimeout(over, 6000) });
  showTyping();
}

function showTyping() {
  const names = [...writing.values()].map((each) => each.name);
  at('typing').textContent = names.length === 0 ? '' : names.length > 3 ? words.typing_many(names.length) : words.typing(names);
}

/** What is in sight has been read. */
function read() {
  const isInSight = !document.hidden && document.hasFocus() && timeline.isAtEnd && !past;
  if (isInSight && room?.epoch) {
    unread = 0;
    keep(`read.${roomName}`, { epoch: room.epoch, seq: room.log.next - 1 });
  }
  at('to-end').hidden = (timeline.isAtEnd && !past) || !room;
  at('to-end').textContent = unread > 0 ? words.below(unread) : words.to_now;
  document.title = unread > 0 ? `(${unread}) #${roomName}` : `#${roomName}`;
}

function note(text) {
  const made = element('div', 'told');
  made.append(other(text));
  timeline.note(made);
  at('said').append(element('span', '', text));
}

function hint(text) {
  at('hint').textContent = text;
}

// What one does.

function said(text, kind) {
  if (!room) return false;
  if (past) toNow();
  if (unreadFrom && timeline.isAtEnd) {
    unreadFrom = undefined;
    timeline.redraw();
  }
  timeline.toEnd();
  room.say(text, kind);
  return true;
}

const COMMANDS = {
  me: (text) => text !== '' && said(text, 'action'),
  nick: (text) => text !== '' && rename(text),
  search: (text) => openSearch(text),
  who: () => showsPeople(true),
  help: () => openMenu(),
  ignore: (text) => ignoreNamed(text, true),
  unignore: (text) => ignoreNamed(text, false),
};

/** Whether it could be done; where not, the text stays. */
function command(text) {
  if (text.startsWith('//')) return said(text.slice(1));
  const [, verb, rest] = /^\/(\S*)\s*(.*)$/s.exec(text);
  hint('');
  const done = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (!done) hint(words.unknown(`/${verb}`));
  return done ? done(rest.trim()) !== false : false;
}

function rename(to) {
  name = to;
  enter();
}

function ignoreNamed(whom, isOn) {
  const wanted = whom.replace(/^[@＠]/u, '');
  const here = isOn ? others() : [...ignored].map(([uid, each]) => ({ uid, name: each }));
  const found = here.find((member) => member.name === wanted)
    ?? (isOn ? room.log.lines.findLast(({ from, uid }) => from === wanted && uid !== me().uid) : undefined);
  if (!found) {
    hint(words.nobody(wanted));
    return false;
  }
  ignore(found.uid, wanted, isOn);
  return true;
}

function ignore(uid, whom, isOn) {
  if (isOn) ignored.set(uid, whom);
  else ignored.delete(uid);
  keep('ignored', [...ignored]);
  timeline.show(timeline.log);
  showPeople();
  note((isOn ? words.ignored : words.heard)(whom));
}

function askName(why, wantsPassword, canClose = false) {
  dialog.askName({ words, name, why, wantsPassword, canClose }, (chosen, secret) => {
    name = chosen;
    password = secret ?? password;
    enter();
    entry.text.focus();
  });
}

function openSearch(query) {
  dialog.search({ words, query, name: me().name }, (...asked) => room.search(...asked), goTo);
}

function openMenu() {
  dialog.menu({ words, settings, name: me().name, ignored: [...ignored] }, {
    set: (what, value) => {
      settings[what] = value || undefined;
      keep('settings', settings);
      if (what === 'notices' && value !== 'off') Notification.requestPermission();
      if (what === 'language') {
        speak();
        openMenu();
      }
    },
    identity: () => identityLink(name),
    take: (text) => takeIdentity(identityIn(text)),
    unignore: (uid) => ignore(uid, ignored.get(uid), false),
    rename: () => askName(undefined, false, true),
  });
}

/** Becomes who a link says, once a person has said so. */
function takeIdentity(identity) {
  if (!identity) return false;
  dialog.confirm({ words, text: words.import_ask(identity.name ?? name) }, () => {
    keep('key', identity.key);
    name = identity.name ?? name;
    if (name) enter();
    else askName();
  });
  return true;
}

function showsPeople(isShown) {
  at('people').hidden = !isShown;
  at('open-people').ariaExpanded = String(isShown);
}

/** Says everything in the language that is set. */
function speak() {
  words = wordsOf(settings.language);
  document.documentElement.lang = words.language;
  for (const each of document.querySelectorAll('[data-say]')) each.textContent = words[each.dataset.say];
  for (const each of document.querySelectorAll('[data-label]')) each.ariaLabel = words[each.dataset.label];
  entry.text.placeholder = words.entry;
  if (!room) return;
  document.querySelector('.lonely')?.remove();
  timeline.redraw();
  showLink(room.state);
  showPeople();
  showWaiting(room.outbox.lines);
  read();
}

function keys(event) {
  if (dialog.dialog.open || event.isComposing) return;
  const pages = { PageUp: -1, PageDown: 1 };
  if (pages[event.key]) timeline.page(pages[event.key]);
  else if (event.key === 'Escape') toNow();
  else if (event.altKey && event.code === 'KeyU' && unreadFrom) goTo(unreadFrom);
  else return;
  event.preventDefault();
}

function begin() {
  at('room').textContent = `#${roomName}`;
  at('open-search').addEventListener('click', () => openSearch());
  at('open-people').addEventListener('click', () => showsPeople(at('people').hidden));
  at('open-menu').addEventListener('click', openMenu);
  at('to-end').addEventListener('click', toNow);
  document.addEventListener('keydown', keys);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) room?.hurry();
    read();
  });
  addEventListener('focus', read);
  addEventListener('online', () => room?.hurry());
  addEventListener('offline', () => room?.hurry());
  showsPeople(matchMedia('(min-width: 60rem)').matches);
  speak();
  read();

  addEventListener('hashchange', () => takeIdentity(brought()) || (password && enter()));
  if (takeIdentity(brought())) return;
  if (name) enter();
  else askName();
}

/** What the address brings, taken out of it at once so that nobody reads it there. */
function brought() {
  const { hash } = location;
  if (hash) history.replaceState(null, '', location.pathname + location.search);
  password = new URLSearchParams(hash.slice(1)).get('invite') ?? password;
  return identityIn(hash);
}

begin();
