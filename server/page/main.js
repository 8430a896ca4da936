// The page: what happens in the room is shown, what one does is said to the room.

import { Announcer } from './announce.js';
import { asCommand, command } from './commands.js';
import { Entry } from './entry.js';
import { identityIn, identityLink, isLasting, keep, kept, key, storage, tab } from './kept.js';
import { about, element, other, rows, unshown } from './line.js';
import { Dialog, button, copied, lonely, people, refill } from './panels.js';
import { Reading } from './reading.js';
import { Room } from './room.js';
import { Uploads, taking } from './uploads.js';
import { words as wordsOf } from './words.js';
import { Writing } from './writing.js';

const at = (id) => document.getElementById(id);
const url = new URL('.', location.href).href;
const settings = kept('settings') ?? {};
const dialog = new Dialog(at('dialog'));
let name = kept('name');
let notYetSeen;
let password = kept('password', tab) ?? undefined;

/** What all parts look at. */
const app = {
  room: undefined,
  roomName: new URLSearchParams(location.search).get('room') || 'KPL',
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
  steady: (change) => timeline.steady(change),
}, app.roomName);
const writing = new Writing(at('typing'), app);
const announcer = new Announcer(at('said'), app, settings);

const uploads = new Uploads(at('uploads'), {
  words: () => app.words,
  to: () => ({ url, key: key(), password }),
  brought: (file) => said(file.name, 'file', file) && announcer.aloud(app.words.upload_done(file.name)),
  failed: (file, why) => announcer.aloud(app.words.upload_failed(file, why)),
  hint,
});

// The room.

function enter() {
  app.room?.leave();
  app.room = new Room({ url, name, key: key(), room: app.roomName, password, storage }, {
    state: showLink,
    lines: heard,
    reset: () => reading.reset(),
    waiting: showWaiting,
    lost: lost,
    people: (news) => {
      showPeople();
      tellWho(news);
    },
    typing: (who) => writing.hear(who),
    notice: ({ code, name: whom, by, ...more }) => {
      const tell = app.words.told[code];
      const why = more.reason ? ` (${more.reason})` : '';
      note(tell ? tell(whom, by ?? app.words.console, more) + why : more.text);
    },
  });
  if (!kept('name')) keep('name', name); // What is typed before the first answer waits under it.
  reading.begin();
  app.room.enter();
  showWaiting(app.room.outbox.lines);
}

function heard(fresh, isFirst) {
  if (isFirst) {
    reading.opened();
    if (notYetSeen) {
      timeline.early.replaceChildren();
      note(notYetSeen);
      notYetSeen = undefined;
    }
  } else {
    const strange = fresh.filter(({ uid }) => uid !== app.me.uid && !app.ignored.has(uid));
    writing.said(fresh);
    reading.added(fresh, strange);
    for (const line of strange.slice(-5)) announcer.line(line);
  }
  showLonely();
}

function lost(line, why) {
  const reason = app.words.refused[why.code] ?? why.message;
  if (line.file) return note(app.words.file_lost(line.text, reason));
  // As it was typed, so that sending it again says the same.
  const typing = line.kind === 'action' ? `/me ${line.text}` : line.text.replace(/^[/／]/u, '/$&');
  return note(entry.giveBack(typing) ? app.words.lost(reason) : app.words.lost_aside(reason, line.text));
}

// What is shown.

function showLink(state) {
  const { room, words } = app;
  const polls = state === 'live' && room.socket.transport === 'polling';
  const { code, message, status } = room.why ?? {};
  at('link').classList.toggle('bad', state === 'waiting' || state === 'refused');
  const isFirst = code === 'password_required' && password === undefined;
  const why = isFirst ? words.password_wanted : code && (words.refused[code] ?? message);
  at('link').replaceChildren(polls ? words.polling : why ?? words[state] ?? state);
  if (state === 'waiting' && status) at('link').append(`: ${message}`);
  if (state === 'refused' && code !== 'origin') at('link').append(' ', button(words.again, enter));
  if (state === 'live') {
    at('topic').textContent = room.topic ?? '';
    at('attach').hidden = !room.limits.file_bytes;
    uploads.hurry();
    keep('name', name);
    keep('password', password, tab);
  }
  if (state === 'refused' && /password|invite/.test(code ?? '')) keep('password', null, tab);
  const isAsked = /^(name_|password|invite|key_|too_fast)/.test(code ?? '');
  if (state === 'refused' && isAsked) askName(why, /password|invite/.test(code));
}

function showWaiting(lines) {
  const { me, words } = app;
  timeline.steady(() => {
    const shown = lines.map((line) => {
      const [row] = rows({ ...line, at: line.order, from: me.name, uid: me.uid }, { at: line.order }, { words, me });
      row.classList.add('waits');
      const why = line.isUnsafe || !isLasting ? words.unsafe : words.refused[line.why] ?? words.not_sent;
      row.append(element('span', 'state', why));
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
  refill(at('people'), people({ words, room, me, ignored }, {
    mention: (whom) => entry.mention(whom),
    ignore: ({ uid, name: whom }, isOn) => ignore(uid, whom, isOn),
  }));
  showLonely();
}

/** Who came and who went, in a room in which that is told by name. */
function tellWho({ came, went } = {}) {
  const who = came ?? went;
  if (!who || who.uid === app.me.uid || app.ignored.has(who.uid) || reading.past) return;
  timeline.note(element('div', 'told', about(came ? app.words.came : app.words.went, who.name)));
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

function showBelow() {
  const { unread } = reading;
  at('to-end').hidden = reading.isAtEnd || !app.room;
  at('to-end').textContent = unread > 0 ? app.words.below(unread) : app.words.to_now;
  document.title = unread > 0 ? `(${unread}) #${app.roomName}` : `#${app.roomName}`;
}

function note(text) {
  timeline.note(element('div', 'told', other(text)));
  announcer.aloud(text);
}

function hint(text) {
  at('hint').textContent = text;
}

// What one does.

/** Whether it could be done; where not, the text stays. */
function typed(text) {
  hint('');
  const asked = asCommand(text);
  if (!asked) return said(text);
  return command(asked, app.words, {
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
  const waiting = app.room?.outbox.lines.filter(({ seq }) => !seq).length;
  const told = waiting > 0 && to !== name && app.words.waits_under(waiting, name);
  name = to;
  enter();
  if (!told) return;
  note(told);
  notYetSeen = told; // What comes with the first page pushes it out of sight.
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
  timeline.redraw();
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
  if (!app.room) return;
  dialog.search({ words: app.words, query, ignored: app.ignored }, (...asked) => app.room.search(...asked), goTo);
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

/** Comes in, unless one is in. */
function comeIn() {
  if (app.room) return;
  if (name) enter();
  else askName();
}

/** Becomes who a link says, once a person has said so; whether it says who. */
function takeIdentity(identity) {
  if (!identity) return false;
  const { words } = app;
  const whom = identity.name ?? name;
  const question = element('p', '', whom ? about(words.import_ask, whom) : words.import_key);
  const held = kept('key') && [element('p', 'bad', words.import_loses), copied(identityLink(name), words)];
  dialog.confirm({ words, title: words.identity, content: [question, ...(held || [])] }, () => {
    keep('key', identity.key);
    name = identity.name ?? name;
    if (name) enter();
    else askName();
  }, comeIn);
  return true;
}

function isWide() {
  return matchMedia('(min-width: 60rem)').matches;
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

/** Another page of this browser has set something. */
function elsewhere(changed) {
  if (changed === 'kpl.settings') Object.assign(settings, kept('settings'));
  if (changed !== 'kpl.ignored') return;
  app.ignored = new Map(kept('ignored') ?? []);
  timeline.redraw();
  if (app.room) showPeople();
}

function keys(event) {
  if (dialog.dialog.open || event.isComposing) return;
  const pages = { PageUp: -1, PageDown: 1 };
  if (pages[event.key]) timeline.page(pages[event.key]);
  else if (event.key === 'Escape' && !at('people').hidden && !isWide()) showsPeople(false);
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
  keep('password', password, tab);
  return identityIn(hash);
}

function begin() {
  at('room').textContent = `#${app.roomName}`;
  at('open-search').addEventListener('click', () => openSearch());
  at('open-people').addEventListener('click', () => showsPeople(at('people').hidden));
  at('open-menu').addEventListener('click', openMenu);
  at('lines').addEventListener('click', enlarge);
  // It is told to the picture alone.
  at('lines').addEventListener('error', ({ target }) => timeline.steady(() => unshown(target, app.words)), true);
  taking({ pick: at('attach'), input: at('pick'), sign: at('drop') }, { bring, refuse: () => hint(app.words.no_folders) });
  at('to-end').addEventListener('click', () => reading.toNow());
  document.addEventListener('keydown', keys);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) app.room?.hurry();
    reading.read();
  });
  addEventListener('focus', () => reading.read());
  addEventListener('storage', ({ key: changed }) => elsewhere(changed));
  addEventListener('online', () => app.room?.hurry());
  addEventListener('offline', () => app.room?.hurry());
  addEventListener('hashchange', () => takeIdentity(brought()) || (name && password && enter()));
  addEventListener('pagehide', () => reading.save());
  showsPeople(isWide());
  speak();
  showBelow();

  if (!takeIdentity(brought())) comeIn();
}

begin();
