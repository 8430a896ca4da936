// What is typed with a slash before it.

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400, w: 7 * 86_400 };

/** What may stand where a slash stands, as input methods of Chinese write it. */
const SLASHES = /^[/／]/u;
const PAUSE = /^、\s*(\p{L}+)/u;
const KNOWN = ['me', 'nick', 'search', 'who', 'names', 'help', 'ignore', 'unignore'];

/** The text with a slash before it if it is a command, however that is written. */
export function asCommand(text) {
  const [, verb] = PAUSE.exec(text) ?? [];
  const isCommand = SLASHES.test(text) || KNOWN.includes(verb) || (verb && Object.hasOwn(ORDERS, verb));
  if (!isCommand) return undefined;
  const rest = text.slice(1);
  return `/${verb ? rest.trimStart() : rest.replace(SLASHES, '/')}`;
}

/** A time such as `10m`, in seconds. */
function seconds(written) {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(written) ?? [];
  return unit && Number(count) * UNITS[unit];
}

function named(rest) {
  const [name, ...more] = rest.split(/\s+/u);
  return { name: name.replace(/^[@＠]/u, ''), more };
}

function aboutOne(rest) {
  const { name, more } = named(rest);
  return name !== '' && more.length === 0 ? { name } : undefined;
}

function measure(rest) {
  const { name, more } = named(rest);
  const lasts = seconds(more[0] ?? '');
  const reason = more.slice(lasts ? 1 : 0).join(' ') || undefined;
  return name === '' ? undefined : { name, seconds: lasts, reason };
}

/** What operators order: how what follows the verb is read; nothing where it cannot be. */
const ORDERS = {
  kick: (rest) => {
    const { name, more } = named(rest);
    return name === '' ? undefined : { name, reason: more.join(' ') || undefined };
  },
  ban: measure,
  mute: measure,
  unban: aboutOne,
  unmute: aboutOne,
  release: aboutOne,
  op: aboutOne,
  deop: aboutOne,
  slow: (rest) => (/^\d{1,9}$/.test(rest) ? { seconds: Number(rest) } : undefined),
  announce: (rest) => (rest === '' ? undefined : { text: rest }),
  invite: (rest) => {
    const [first, second] = rest.split(/\s+/u);
    const uses = /^\d{1,4}$/.test(first) ? Number(first) : undefined;
    const lasts = seconds((uses ? second : first) ?? '');
    return rest === '' || uses || lasts ? { uses, seconds: lasts } : undefined;
  },
};

/**
 * Does what a line that begins with a slash says, and returns whether it could be done; where not, the
 * text stays. `does` has what can be done: `say`, `rename`, `search`, `people`, `help`, `ignore`,
 * `order` and `hint`.
 */
export function command(text, words, does) {
  if (text.startsWith('//')) return does.say(text.slice(1));
  const [, verb, following] = /^\/(\S*)\s*(.*)$/s.exec(text);
  const rest = following.trim();
  does.hint('');
  const known = {
    me: () => rest !== '' && does.say(rest, 'action'),
    nick: () => rest !== '' && does.rename(rest),
    search: () => does.search(rest),
    who: () => does.people(),
    names: () => does.people(),
    help: () => does.help(),
    ignore: () => (rest === '' ? does.help() : does.ignore(named(rest).name, true)),
    unignore: () => (rest === '' ? does.help() : does.ignore(named(rest).name, false)),
  };
  if (Object.hasOwn(known, verb)) return known[verb]() !== false;
  const read = Object.hasOwn(ORDERS, verb) ? ORDERS[verb] : undefined;
  const order = read?.(rest);
  if (!read) does.hint(words.unknown(`/${verb}`));
  else if (!order) does.hint(words.order_wrong);
  else does.order(verb, order);
  return order !== undefined;
}
