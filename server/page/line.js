// How a line looks. All that people said goes through `textContent`.

const LINK = /https?:\/\/[^\s<>"'`，。；！？、）】》」]+/giu;
const TRAILING = /[.,;:!?\]}'"]+$/;
const GROUPED_WITHIN = 5 * 60_000; // ms
const GROUPED = 25; // lines; then it is said again whose they are
const WORD = /[\p{L}\p{N}_]/u;
const IDEOGRAPH = /\p{Script=Han}/u;

/** An element with a class and what is in it, as text or elements. */
export function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

/** A name or a text of other people's, which does not turn the direction of what is beside it. */
export function other(text, name) {
  const made = element('bdi', name);
  made.textContent = text;
  return made;
}

/** A sentence with somebody's name in it, which turns the direction of nothing else. */
export function about(say, name) {
  const [before, after] = say('\n').split('\n');
  return element('span', '', before, other(name), after);
}

/** One of the colours that names have; before the server has said who one is, the first. */
export function colour(uid = '') {
  let sum = 0;
  for (const letter of uid) sum = (sum * 31 + letter.codePointAt(0)) % 8;
  return `c${sum}`;
}

/** Where `name` is spoken to in a text, as [start, end] pairs. */
export function mentions(text, name) {
  if (!name) return [];
  const found = [];
  const lower = text.toLowerCase();
  const wanted = name.toLowerCase();
  if (lower.length !== text.length) return []; // Letters that change their length with their case.
  const isWord = (letter) => letter !== undefined && WORD.test(letter);
  const goesOn = (inside, outside) => isWord(outside) && IDEOGRAPH.test(inside) === IDEOGRAPH.test(outside);
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
    const end = at + wanted.length;
    const [before, after] = [[...text.slice(0, at)].at(-1), [...text.slice(end)][0]];
    const left = goesOn(wanted[0], before);
    const right = goesOn(wanted.at(-1), after);
    const isHan = IDEOGRAPH.test(wanted);
    if (before === '@' || before === '＠') {
      const beforeAt = [...text.slice(0, at - 1)].at(-1);
      const isAddress = before === '@' && isWord(beforeAt) && !IDEOGRAPH.test(beforeAt);
      if ((!right || isHan) && !isAddress) found.push([at - 1, end]);
    } else if ([...name].length > 1) {
      const stands = isHan ? !(left && right) || [...name].length > 2 : !left && !right;
      if (stands) found.push([at, end]);
    }
  }
  return found;
}

const HASH = /^[0-9a-f]{64}$/;
const SHOWN = 320; // pixels that a picture is wide or high at most

/** How large that is, for people. */
export function size(bytes) {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  let count = bytes;
  for (; count >= 1023.95 && unit < units.length - 1; unit += 1) count /= 1024;
  return `${count < 10 ? Math.round(count * 10) / 10 : Math.round(count)} ${units[unit]}`;
}

/** Where a file is fetched; nothing where it is none. */
export function address({ hash, name }) {
  const called = /^\.*$/.test(name) ? 'file' : encodeURIComponent(name);
  return HASH.test(hash) ? `files/${hash}/${called}` : undefined;
}

/** A link that saves a file, with its name and its size. */
export function link(file) {
  const where = address(file);
  const made = element(where ? 'a' : 'span', '', other(file.name), ` (${size(file.size)})`);
  if (where) Object.assign(made, { href: where, download: file.name });
  return made;
}

/** Says that a picture cannot be shown, in its place. */
export function unshown(picture, words) {
  picture.closest('.picture')?.classList.add('broken');
  picture.replaceWith(words.no_picture);
}

/** A file in the place of a text. A picture has its place before it is loaded, so that nothing moves. */
function attached(file, isThere) {
  const made = element('span', 'text file');
  const { width, height } = file;
  if (isThere && width > 0 && height > 0 && address(file)) {
    const scale = Math.min(1, SHOWN / width, SHOWN / height);
    const [wide, high] = [width, height].map((pixels) => Math.max(1, Math.round(pixels * scale)));
    const picture = element('img');
    Object.assign(picture, { alt: file.name, loading: 'lazy', decoding: 'async', src: address(file), width: wide, height: high });
    const larger = element('button', 'picture', picture);
    larger.type = 'button';
    // A picture that fails loses its size before that is told; what is around it keeps the place.
    Object.assign(larger.style, { width: `${wide}px`, aspectRatio: `${wide} / ${high}` });
    made.append(larger);
  }
  made.append(isThere ? link(file) : `${file.name} (${size(file.size)})`);
  return made;
}

const CODE = /^```\n(.*)\n```$/s;

/** A link without what only follows it: a bracket is its own if it opens there. */
function trimmed(link) {
  const count = (text, letter) => text.split(letter).length;
  let bare = link.replace(TRAILING, '');
  while (bare.endsWith(')') && count(bare, ')') > count(bare, '(')) bare = bare.slice(0, -1).replace(TRAILING, '');
  return bare;
}

/** A text with its links and the names that are spoken to; one that is code as it stands. */
export function formatted(text, name) {
  const [, code] = CODE.exec(text) ?? [];
  if (code) return element('code', 'text', code);
  const made = element('bdi', 'text');
  const marks = [...text.matchAll(LINK)].map(({ 0: link, index }) => {
    const bare = trimmed(link);
    return { start: index, end: index + bare.length, tag: 'a' };
  });
  const spans = [...text.matchAll(/`[^`\n]+`/g)].map(({ 0: span, index }) => [index, index + span.length, 'code']);
  for (const [start, end, tag] of [...spans, ...mentions(text, name).map((span) => [...span, 'mark'])]) {
    if (!marks.some((mark) => start < mark.end && mark.start < end)) marks.push({ start, end, tag });
  }
  let from = 0;
  for (const { start, end, tag } of marks.sort((one, next) => one.start - next.start)) {
    const part = element(tag, '', text.slice(start, end));
    if (tag === 'a') {
      part.href = text.slice(start, end);
      part.target = '_blank';
      part.rel = 'noopener noreferrer';
    }
    made.append(text.slice(from, start), part);
    from = end;
  }
  made.append(text.slice(from));
  return made;
}

export function day(at) {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

function two(number) {
  return String(number).padStart(2, '0');
}

export function clock(at) {
  const date = new Date(at);
  const shown = element('time', '', `${two(date.getHours())}:${two(date.getMinutes())}`);
  shown.dateTime = date.toISOString();
  shown.title = `${written(date)} ${shown.textContent}:${two(date.getSeconds())}`;
  return shown;
}

function written(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function dayBetween(at, words) {
  const date = new Date(at);
  return element('div', 'day', `${written(date)} ${words.days[date.getDay()]}`);
}

/**
 * The row of a line, with the day above it where one begins.
 * @param {object} line as in `messages`, or an own one without a number
 * @param {object} [before] the line above
 * @param {object} look `words`, `me` (name and uid), `unreadFrom` (the first number not read yet)
 */
export function rows(line, before, { words, me, unreadFrom }) {
  const above = [];
  if (!before || day(before.at) !== day(line.at)) above.push(dayBetween(line.at, words));
  if (line.seq && line.seq === unreadFrom) above.push(element('div', 'unread', words.unread));
  const isOwn = line.uid === me.uid;
  const goesOn = above.length === 0 && before.uid === line.uid && before.from === line.from
    && line.kind !== 'action' && before.kind !== 'action' && line.at - before.at < GROUPED_WITHIN && line.seq % GROUPED !== 0;
  const row = element('div', 'row');
  if (line.seq) row.dataset.seq = line.seq;
  row.classList.toggle('own', isOwn);
  row.classList.toggle('goes-on', goesOn);
  row.classList.toggle('action', line.kind === 'action');
  row.classList.toggle('to-me', !isOwn && mentions(line.text, me.name).length > 0);
  const who = element('span', `who ${colour(line.uid)}`, other(line.from, 'name'));
  who.title = line.guest ? `${line.from} (${words.guest})` : line.from;
  if (line.guest) who.append(element('small', '', ` ${words.guest}`)); // The name is nobody's property.
  const what = line.file ? attached(line.file, Boolean(line.seq)) : formatted(line.text, me.name);
  row.append(clock(line.at), ' ', who, ' ', what);
  if (isOwn && line.seq) {
    const state = element('span', 'state', '✓');
    state.title = words.kept;
    row.append(state);
  }
  return [...above, row];
}
