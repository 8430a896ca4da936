// What the browser keeps: from one visit to the next who one is, what one has set and how far one has
// read; for one tab what one is about to say, and what lets one in. Where it keeps nothing, as some
// private windows do, all of it lasts as long as the page.

import { inMemory, newId } from './room.js';

const lasting = allowed('localStorage');
export const storage = lasting ?? inMemory();
export const isLasting = lasting !== undefined;
/** What one tab keeps, also when it is loaded again. */
export const tab = allowed('sessionStorage') ?? inMemory();

/** A storage that this page may use; one that is full can still be read. */
function allowed(which) {
  try {
    globalThis[which].getItem('kpl');
    return globalThis[which];
  } catch {
    return undefined;
  }
}

/** A value that is kept under a name; `null` takes it away. */
export function keep(name, value, where = storage) {
  try {
    if (value === null || value === undefined) where.removeItem(`kpl.${name}`);
    else where.setItem(`kpl.${name}`, JSON.stringify(value));
  } catch {
    // The storage is full; what is set now holds for this visit.
  }
}

export function kept(name, where = storage) {
  try {
    return JSON.parse(where.getItem(`kpl.${name}`));
  } catch {
    return null;
  }
}

const KEY = /^[0-9a-f]{64}$/i;
/** What a name may be, about; the server knows it better. */
const NAME = /^[\p{L}\p{N}\p{M}\-_.]{1,64}$/u;
let made; // a key that could not be kept

/** The key that proves one's names at this server; made at the first visit. */
export function key() {
  const held = kept('key');
  if (typeof held === 'string' && KEY.test(held)) return held;
  made ??= newId(32);
  keep('key', made);
  return made;
}

/** The link that brings name and key to another device. No server sees what is behind the `#`. */
export function identityLink(name) {
  const said = new URLSearchParams(name ? { key: key(), name } : { key: key() });
  return `${location.origin}${location.pathname}#${said}`;
}

/** Reads such a link, or a bare key; nothing if it is neither. */
export function identityIn(text) {
  const bare = text.trim();
  if (KEY.test(bare)) return { key: bare.toLowerCase() };
  const said = new URLSearchParams(bare.slice(bare.indexOf('#') + 1));
  if (!KEY.test(said.get('key') ?? '')) return undefined;
  const name = (said.get('name') ?? '').normalize('NFKC');
  return { key: said.get('key').toLowerCase(), name: NAME.test(name) ? name : undefined };
}
