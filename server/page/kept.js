// What the browser keeps from one visit to the next: who one is, what one has set, how far one has
// read. Where it keeps nothing, as some private windows do, all of it lasts as long as the page.

import { inMemory, newId } from './room.js';

export const storage = opened();
export const isLasting = storage === globalThis.localStorage;

function opened() {
  try {
    localStorage.setItem('kpl.try', '1');
    localStorage.removeItem('kpl.try');
    return localStorage;
  } catch {
    return inMemory();
  }
}

/** A value that is kept under a name; `null` takes it away. */
export function keep(name, value) {
  try {
    if (value === null || value === undefined) storage.removeItem(`kpl.${name}`);
    else storage.setItem(`kpl.${name}`, JSON.stringify(value));
  } catch {
    // The storage is full; what is set now holds for this visit.
  }
}

export function kept(name) {
  try {
    return JSON.parse(storage.getItem(`kpl.${name}`));
  } catch {
    return null;
  }
}

const KEY = /^[0-9a-f]{64}$/i;

/** The key that proves one's names at this server; made at the first visit. */
export function key() {
  const held = kept('key');
  if (typeof held === 'string' && KEY.test(held)) return held;
  const fresh = newId(32);
  keep('key', fresh);
  return fresh;
}

/** The link that brings name and key to another device. No server sees what is behind the `#`. */
export function identityLink(name) {
  return `${location.origin}${location.pathname}#${new URLSearchParams({ key: key(), name })}`;
}

/** Reads such a link, or a bare key; nothing if it is neither. */
export function identityIn(text) {
  const bare = text.trim();
  if (KEY.test(bare)) return { key: bare.toLowerCase() };
  const said = new URLSearchParams(bare.slice(bare.indexOf('#') + 1));
  if (!KEY.test(said.get('key') ?? '')) return undefined;
  return { key: said.get('key').toLowerCase(), name: said.get('name') ?? undefined };
}
