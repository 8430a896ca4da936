// What opens beside the lines: the dialogs, who is here, and what brings others in.

import { address, colour, element, link, other } from './line.js';

/** A button that does something. */
export function button(text, done, name) {
  const made = element('button', name, text);
  made.type = 'button';
  made.addEventListener('click', done);
  return made;
}

function labelled(text, field) {
  return element('label', '', text, field);
}

function input(value, type = 'text') {
  const made = element('input');
  Object.assign(made, { type, value, autocomplete: 'off', spellcheck: false });
  return made;
}

function choice(options, chosen, done) {
  const made = element('select');
  for (const [value, text] of options) made.append(new Option(text, value, false, value === chosen));
  made.addEventListener('change', () => done(made.value));
  return made;
}

/** A text to be taken elsewhere. */
export function copied(text, words) {
  const told = element('small');
  told.role = 'status';
  const code = element('code', '', text);
  const copy = async () => {
    getSelection().selectAllChildren(code);
    // Browsers have a clipboard only where the page came safely; the selection is there anyway.
    const isDone = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    if (isDone || document.execCommand('copy')) told.textContent = words.copied;
  };
  return element('div', 'copied', code, button(words.copy, copy), told);
}

/** The page's one dialog. */
export class Dialog {
  constructor(dialog) {
    this.dialog = dialog;
    this.dialog.addEventListener('cancel', (event) => this.isNeeded && event.preventDefault());
    // However it was closed: what nothing goes on without is asked again, a question is answered with no.
    this.dialog.addEventListener('close', () => {
      if (this.dialog.open) return; // Something else is asked by now.
      const { unanswered } = this;
      this.unanswered = undefined;
      unanswered?.();
    });
  }

  /**
   * Shows something; `isNeeded` if nothing goes on without it; `focus` is where one begins, and
   * `unanswered` is told when it is closed otherwise.
   */
  open(title, content, { words, isNeeded = false, focus, unanswered }) {
    this.isNeeded = isNeeded;
    this.unanswered = isNeeded ? () => this.open(title, content, { words, isNeeded, focus }) : unanswered;
    const heading = element('h2', '', title);
    heading.id = 'dialog-title';
    heading.tabIndex = -1;
    this.dialog.setAttribute('aria-labelledby', heading.id);
    const close = element('div', 'buttons', button(words.close, () => this.close()));
    this.dialog.replaceChildren(heading, ...content, ...(this.unanswered ? [] : [close]));
    if (!this.dialog.open) this.dialog.showModal();
    (focus ?? this.dialog.querySelector('input') ?? heading).focus();
  }

  close() {
    this.isNeeded = false;
    this.unanswered = undefined;
    this.dialog.close();
  }

  form(fields, accept, done) {
    const form = element('form', '', ...fields, element('div', 'buttons', element('button', '', accept)));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      done();
    });
    return form;
  }

  /** Asks who one is, and for a password where one is wanted. */
  askName({ words, name, why, wantsPassword, canClose }, done) {
    const field = input(name ?? '');
    Object.assign(field, { maxLength: 64, autocomplete: 'nickname', required: true });
    const secret = input('', 'password');
    const fields = [labelled(words.name_label, field), element('small', '', words.name_why)];
    if (wantsPassword) fields.unshift(labelled(words.password_label, secret));
    if (why) fields.unshift(alarm(why));
    const form = this.form(fields, words.name_enter, () => {
      if (!field.value.trim()) return;
      this.close();
      done(field.value.trim(), secret.value || undefined);
    });
    const title = wantsPassword ? words.password_title : words.name_title;
    this.open(title, [form], { words, isNeeded: !canClose });
  }

  /** Searches as one asks for it; a hit leads to where it was said. */
  search({ words, query = '', ignored }, search, goTo) {
    const field = input(query); // Of the kind `search`, Esc would empty it instead of leaving.
    field.enterKeyHint = 'search';
    const told = element('p');
    told.role = 'status';
    const hits = element('div', 'hits');
    let turn = 0; // What an earlier search finds is of no interest any more.
    const more = async (before) => {
      const asked = field.value;
      if (asked.trim() === '') return;
      turn += 1;
      const own = turn;
      try {
        const { hits: all, next } = await search(asked, before);
        if (own !== turn) return;
        const found = all.filter(({ uid }) => !ignored.has(uid));
        for (const { seq, at, from, text, kind } of found) {
          const when = new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
          const hit = button('', () => {
            this.close();
            goTo(seq);
          }, 'hit');
          hit.append(element('small', '', `${when} `), other(from), ' ', other(kind === 'file' ? `📎 ${text}` : text));
          hits.append(hit);
        }
        const count = hits.querySelectorAll('.hit').length;
        told.textContent = count > 0 ? words.found(count) : words.search_none;
        if (next) {
          const older = button(words.older, () => {
            older.remove();
            more(next);
          });
          hits.append(older);
        }
      } catch (error) {
        if (own === turn) told.textContent = error.code ? words.refused[error.code] ?? error.message : words.offline;
      }
    };
    const form = this.form([labelled(words.search_label, field)], words.search, () => {
      hits.replaceChildren();
      more();
    });
    this.open(words.search, [form, told, hits], { words });
    if (query) more();
  }

  /** What can be set, and what brings one's name to another device. */
  menu({ words, settings, name, ignored }, on) {
    const notices = choice([['off', words.notices_off], ['mentions', words.notices_mentions], ['all', words.notices_all]],
      settings.notices ?? 'off', (value) => on.set('notices', value));
    const why = !('Notification' in globalThis) || !globalThis.isSecureContext ? words.notices_insecure
      : Notification.permission === 'denied' && words.notices_denied;
    notices.disabled = Boolean(why);
    const language = choice([['', words.automatic], ['zh', '中文'], ['en', 'English']], settings.language ?? '',
      (value) => on.set('language', value));
    const shown = element('div');
    const show = button(words.show_key, async () => {
      const link = on.identity();
      shown.replaceChildren(element('p', '', words.key_secret), copied(link, words));
      // Loaded when it is wanted; without the server there is the text.
      const qr = await import('./qr.js').catch(() => undefined);
      if (qr) shown.append(qr.drawn(link));
    });
    const field = input('');
    const problem = element('p', 'bad');
    problem.role = 'alert';
    const taking = this.form([labelled(words.import_label, field), problem], words.take, () => {
      problem.textContent = on.take(field.value) ? '' : words.import_wrong;
    });
    const list = element('ul', '', ...ignored.map(([uid, whom]) => element('li', '', other(whom), ' ',
      button(words.unignore, (event) => {
        on.unignore(uid);
        event.target.parentElement.remove();
      }))));
    this.open(words.menu, [
      element('section', '', labelled(words.speaks, language), labelled(words.notices, notices), element('small', '', why || '')),
      element('section', '', element('h2', '', words.identity), other(name), button(words.rename, on.rename), show, shown),
      taking,
      element('section', '', element('h2', '', words.ignored_title), ignored.length > 0 ? list : words.nobody_ignored),
      element('section', '', element('h2', '', words.help), element('p', '', words.help_text), element('code', '', words.commands), element('code', '', words.orders)),
    ], { words, focus: language });
  }

  /** A picture as large as there is room for it. */
  picture({ words, file }) {
    const picture = Object.assign(element('img', 'large'), { alt: file.name, src: address(file), width: file.width, height: file.height });
    this.open(file.name, [picture, element('p', '', link(file))], { words });
  }

  /** Asks whether to do something; closed in whatever way, it is not done. */
  confirm({ words, title, content }, yes, no) {
    const answers = (done) => () => {
      this.close();
      done?.();
    };
    const cancel = button(words.cancel, answers(no));
    const buttons = element('div', 'buttons', button(words.ok, answers(yes)), cancel);
    this.open(title, [...content, buttons], { words, focus: cancel, unanswered: no });
  }
}

function alarm(text) {
  const made = element('p', 'bad', text);
  made.role = 'alert';
  return made;
}

/** Shows something else in a pane, and leaves the focus on the button that it was on, or on what took its place. */
export function refill(pane, made) {
  const buttons = () => [...pane.querySelectorAll('button')];
  const focused = buttons().indexOf(document.activeElement);
  const { ariaLabel } = document.activeElement;
  pane.replaceChildren(...made);
  if (focused >= 0) (buttons().find((each) => each.ariaLabel === ariaLabel) ?? buttons()[focused])?.focus();
}

/** Who is here, with what one may do about each. */
export function people({ words, room, me, ignored }, on) {
  const rows = [...room.members.values()].map((member) => {
    const { name, uid, guest, op } = member;
    const isMe = uid === me.uid;
    const about = [isMe && words.you, guest && words.guest, op && words.operator].filter(Boolean).join(', ');
    const row = element('li', '', other(name, colour(uid)), ' ', element('small', '', about));
    if (isMe) return row;
    const isIgnored = ignored.has(uid);
    const ignore = isIgnored ? words.unignore : words.ignore;
    const buttons = [button(words.mention, () => on.mention(name)), button(ignore, () => on.ignore(member, !isIgnored))];
    for (const each of buttons) each.ariaLabel = `${each.textContent} ${name}`;
    row.append(...buttons);
    return row;
  });
  const hidden = room.total - rows.length;
  const rest = hidden > 0 ? [element('small', '', words.more(hidden))] : [];
  return [element('h2', '', words.people), element('ul', '', ...rows), ...rest];
}

/** What brings others in, for a room with nobody else in it. */
export function lonely({ words, room }) {
  const address = location.origin;
  const where = room === 'KPL' ? '' : ` --room ${room}`;
  return element('section', 'lonely', element('h2', '', words.lonely_title),
    element('p', '', words.lonely_link), copied(location.origin + location.pathname + location.search, words),
    element('p', '', words.lonely_terminal), copied(`kpl-chat --url ${address}${where}`, words));
}
