// The page: what happens in the room is shown, what one does is said to the room.

import { command } from './commands.js';
import { Entry } from './entry.js';
import { identityIn, identityLink, isLasting, keep, kept, key, storage } from './kept.js';
import { element, mentions, other, rows } from './line.js';
import { Dialog, button, lonely, people } from './panels.js';
import { Reading } from './reading.js';
import { Room } from './room.js';
import { Uploads, taking } from './uploads.js';
import { words as wordsOf } from './words.js';

const at = (id) => document.getElementById(id);
const url = new URL('.', location.href).href;
const settings = kept('settings') ?? {};
const writing = new Map();
const dialog = new Dialog(at('dialog'));
let name = kept('name');
let password;

/** What all parts look at. */
const app = {
  room: undefined,
  roomName: new URLSearchParams(location.search).get('room') ?? 'KPL',
  words: wordsOf(settings.language),
  ignored: new Map(kept('ignored') ?? []),
  get me() {
    return { name: app.room?.you?.name ?? name, uid: app.room?.you?.uid };
  },
};

const reading = new Reading(at('lines'), app, showBelow);
const { timeline } = reading;

const entry = new Entry(at('entry'), {
  submit: typed,
  typing: () => app.room?.types(),
  names: () => others().map((member) => member.name),
  most: () => app.room?.limits?.text_bytes ?? 4096,
  hint: (size) => hint(size ? app.words.too_long(...size) : ''),
});

const uploads = new Uploads(at('uploads'), {
  words: () => app.words,
  to: () => ({ url, key: key(), password }),
  brought: (file) => said(file.name, 'file', file),
  failed: (file, why) => speakAloud(app.words.upload_failed(file, why)),
  hint,
});

// The room.

function enter() {
  app.room?.leave();
  app.room = new Room({ url, name, key: key(), room: app.roomName, password, storage }, {
    state: showLink,
    lines: heard,
    reset: () => reading.begin(),
    waiting: showWaiting,
    lost: lost,
    people: (news) => {
      showPeople();
      tellWho(news);
    },
    typing: types,
    notice: ({ code, name: whom, by, ...more }) => {
      const tell = app.words.told[code];
      const why = more.reason ? ` (${more.reason})` : '';
      note(tell ? tell(whom, by ?? app.words.console, more) + why : more.text);
    },
  });
  reading.begin();
  app.room.enter();
  showWaiting(app.room.outbox.lines);
}

function heard(fresh, isFirst) {
  if (isFirst) {
    reading.opened();
  } else {
    const strange = fresh.filter(({ uid }) => uid !== app.me.uid && !app.ignored.has(uid));
    for (const line of fresh) writing.delete(`${line.uid} ${line.from}`);
    for (const line of strange.slice(-5)) announce(line);
    reading.added(fresh, strange);
    showTyping();
  }
  showLonely();
}

function lost(line, why) {
  const reason = app.words.refused[why.code] ?? why.message;
  if (line.file) return note(app.words.file_lost(line.text, reason));
  return note(entry.giveBack(line.text) ? app.words.lost(reason) : app.words.lost_aside(reason, line.text));
}

/** Tells a screen reader, and whoever looks elsewhere if they want it. */
function announce({ from, text, kind }) {
  const { says, does, sends } = app.words;
  speakAloud(({ action: does, file: sends }[kind] ?? says)(from, text));
  const wants = settings.notices === 'all' || (settings.notices === 'mentions' && mentions(text, app.me.name).length > 0);
  if (wants && document.hidden && globalThis.Notification?.permission === 'granted') {
    const notice = new Notification(`${from} · ${app.roomName}`, { body: text.slice(0, 300), tag: `kpl.${from}` });
    notice.onclick = () => globalThis.focus();
  }
}

function speakAloud(text) {
  at('said').append(element('span', '', text));
  while (at('said').childElementCount > 10) at('said').firstChild.remove();
}

// What is shown.

function showLink(state) {
  const { room, words } = app;
  const polls = state === 'live' && room.socket.transport === 'polling';
  const { code, message, status } = room.why ?? {};
  at('link').classList.toggle('bad', state === 'waiting' || state === 'refused');
  const why = code && (words.refused[code] ?? message);
  at('link').replaceChildren(polls ? words.polling : why ?? words[state] ?? state);
  if (state === 'waiting' && status) at('link').append(`: ${message}`);
  if (state === 'refused' && code !== 'origin') at('link').append(' ', button(words.again, enter));
  if (state === 'live') {
    at('topic').textContent = room.topic ?? '';
    at('attach').hidden = !room.limits.file_bytes;
    uploads.hurry();
    keep('name', name);
  }
  const isAsked = /^(name_|password|invite|key_|too_fast)/.test(code ?? '');
  if (state === 'refused' && isAsked) askName(why, /password|invite/.test(code));
}

function showWaiting(lines) {
  const { me, words } = app;
  timeline.steady(() => {
    const shown = lines.map((line) => {
      const [row] = rows({ ...line, at: line.order, from: me.name, uid: me.uid }, { at: line.order }, { words, me });
      row.classList.add('waits');
      row.append(element('span', 'state', line.isUnsafe || !isLasting ? words.unsafe : words.not_sent));
      return row;
    });
    timeline.below.replaceChildren(...shown);
  });
}

function others() {
  return [...(app.room?.members.values() ?? [])].filter(({ uid }) => uid !== app.me.uid);
}

function showPeople() {
  const { room, words, me, ignored } = app;
  at('open-people').textContent = words.online(room.total);
  at('people').replaceChildren(...people({ words, room, me, ignored }, {
    mention: (whom) => entry.mention(whom),
    ignore: ({ uid, name: whom }, isOn) => ignore(uid, whom, isOn),
  }));
  showLonely();
}

/** Who came and who went, in a room in which that is told by name. */
function tellWho({ came, went } = {}) {
  const who = came ?? went;
  if (!who || who.uid === app.me.uid || app.ignored.has(who.uid) || reading.past) return;
  timeline.note(element('div', 'told', other(came ? app.words.came(who.name) : app.words.went(who.name))));
}

function showLonely() {
  const isLonely = app.room.state === 'live' && app.room.total === 1;
  const shown = document.querySelector('.lonely');
  if (isLonely === Boolean(shown)) return;
  timeline.steady(() => {
    if (isLonely) timeline.below.after(lonely({ words: app.words, room: app.roomName }));
    else shown.remove();
  });
}

function types({ uid, name: whom }) {
  if (app.ignored.has(uid)) return;
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
  const { typing, typing_many: many } = app.words;
  at('typing').textContent = names.length === 0 ? '' : names.length > 3 ? many(names.length) : typing(names);
}

function showBelow() {
  const { unread } = reading;
  at('to-end').hidden = reading.isAtEnd || !app.room;
  at('to-end').textContent = unread > 0 ? app.words.below(unread) : app.words.to_now;
  document.title = unread > 0 ? `(${unread}) #${app.roomName}` : `#${app.roomName}`;
}

function note(text) {
  timeline.note(element('div', 'told', other(text)));
  speakAloud(text);
}

function hint(text) {
  at('hint').textContent = text;
}

// What one does.

/** Whether it could be done; where not, the text stays. */
function typed(text) {
  hint('');
  if (!text.startsWith('/')) return said(text);
  return command(text, app.words, {
    say: said, rename, search: openSearch, people: () => showsPeople(true), help: openMenu, ignore: ignoreNamed, order, hint,
  });
}

function said(text, kind, file) {
  if (!app.room) return false;
  if (!file) reading.said(); // A file comes later than one began to send it.
  app.room.say(text, kind, file);
  return true;
}

function bring(files) {
  hint('');
  if (app.room?.limits) uploads.add(files, app.room.limits.file_bytes ?? 0);
  else hint(app.words.offline);
}

/** Shows a picture of a line in its full size. */
function enlarge(event) {
  const row = event.target.closest?.('.picture') && event.target.closest('[data-seq]');
  const file = row && timeline.log.get(Number(row.dataset.seq))?.file;
  if (file) dialog.picture({ words: app.words, file });
}

/** Has an order carried out; what comes of it is told to everyone, but for an invite. */
async function order(verb, what) {
  try {
    const { code } = await app.room.order(verb, what);
    if (code) note(`${app.words.invited} ${location.origin}${location.pathname}#invite=${code}`);
  } catch (error) {
    hint(app.words.refused[error.code] ?? (error.code ? error.message : app.words.offline));
  }
}

function rename(to) {
  name = to;
  enter();
}

function ignoreNamed(whom, isOn) {
  const here = isOn ? others() : [...app.ignored].map(([uid, each]) => ({ uid, name: each }));
  const found = here.find((member) => member.name === whom)
    ?? (isOn ? app.room.log.lines.findLast(({ from, uid }) => from === whom && uid !== app.me.uid) : undefined);
  if (found) ignore(found.uid, whom, isOn);
  else hint(app.words.nobody(whom));
  return found !== undefined;
}

function ignore(uid, whom, isOn) {
  if (isOn) app.ignored.set(uid, whom);
  else app.ignored.delete(uid);
  keep('ignored', [...app.ignored]);
  timeline.show(timeline.log);
  showPeople();
  note((isOn ? app.words.ignored : app.words.heard)(whom));
}

async function goTo(seq) {
  try {
    await reading.goTo(seq);
  } catch (error) {
    hint(app.words.refused[error.code] ?? app.words.offline);
  }
}

function askName(why, wantsPassword, canClose = false) {
  dialog.askName({ words: app.words, name, why, wantsPassword, canClose }, (chosen, secret) => {
    name = chosen;
    password = secret ?? password;
    enter();
    entry.text.focus();
  });
}

function openSearch(query) {
  dialog.search({ words: app.words, query, name: app.me.name }, (...asked) => app.room.search(...asked), goTo);
}

function openMenu() {
  dialog.menu({ words: app.words, settings, name: app.me.name, ignored: [...app.ignored] }, {
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
    unignore: (uid) => ignore(uid, app.ignored.get(uid), false),
    rename: () => askName(undefined, false, true),
  });
}

/** Becomes who a link says, once a person has said so. */
function takeIdentity(identity) {
  if (!identity) return false;
  dialog.confirm({ words: app.words, text: app.words.import_ask(identity.name ?? name) }, () => {
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
  app.words = wordsOf(settings.language);
  const { words, room } = app;
  document.documentElement.lang = words.language;
  for (const each of document.querySelectorAll('[data-say]')) each.textContent = words[each.dataset.say];
  for (const each of document.querySelectorAll('[data-label]')) each.ariaLabel = words[each.dataset.label];
  entry.text.placeholder = words.entry;
  if (!room) return;
  document.querySelector('.lonely')?.remove();
  timeline.redraw();
  reading.showAbove(timeline.log);
  showLink(room.state);
  showPeople();
  showWaiting(room.outbox.lines);
  showBelow();
}

function keys(event) {
  if (dialog.dialog.open || event.isComposing) return;
  const pages = { PageUp: -1, PageDown: 1 };
  if (pages[event.key]) timeline.page(pages[event.key]);
  else if (event.key === 'Escape') reading.toNow();
  else if (event.altKey && event.code === 'KeyU' && reading.unreadFrom) goTo(reading.unreadFrom);
  else return;
  event.preventDefault();
}

/** What the address brings, taken out of it at once so that nobody reads it there. */
function brought() {
  const { hash } = location;
  if (hash) history.replaceState(null, '', location.pathname + location.search);
  password = new URLSearchParams(hash.slice(1)).get('invite') ?? password;
  return identityIn(hash);
}

function begin() {
  at('room').textContent = `#${app.roomName}`;
  at('open-search').addEventListener('click', () => openSearch());
  at('open-people').addEventListener('click', () => showsPeople(at('people').hidden));
  at('open-menu').addEventListener('click', openMenu);
  at('lines').addEventListener('click', enlarge);
  at('lines').addEventListener('error', ({ target }) => {
    target.closest('.picture')?.classList.add('broken');
    target.replaceWith(app.words.no_picture);
  }, true); // It is told to the picture alone.
  taking({ pick: at('attach'), input: at('pick'), sign: at('drop') }, { bring, refuse: () => hint(app.words.no_folders) });
  at('to-end').addEventListener('click', () => reading.toNow());
  document.addEventListener('keydown', keys);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) app.room?.hurry();
    reading.read();
  });
  addEventListener('focus', () => reading.read());
  addEventListener('online', () => app.room?.hurry());
  addEventListener('offline', () => app.room?.hurry());
  addEventListener('hashchange', () => takeIdentity(brought()) || (name && password && enter()));
  addEventListener('pagehide', () => reading.save());
  showsPeople(matchMedia('(min-width: 60rem)').matches);
  speak();
  showBelow();

  if (takeIdentity(brought())) return;
  if (name) enter();
  else askName();
}

begin();
