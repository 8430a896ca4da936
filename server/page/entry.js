// Where one writes. Enter sends, but never while an input method composes.

import { keep, kept, tab } from './kept.js';

const SAID = 100; // lines
/** What colours and moves the cursor in a terminal, and what else is no text. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
const CONTROLS = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
const bytes = (text) => new TextEncoder().encode(text).length;

export class Entry {
  /**
   * @param {HTMLFormElement} form with the text and the button
   * @param {object} on `submit(text)` returns whether it is done with; `typing()`; `names()`;
   *   `hint(text)`; `most()` is how many bytes a line may have; `steady(change)` changes the entry's
   *   height without moving what is read
   * @param {string} room whose draft it is
   */
  constructor(form, on, room) {
    this.on = on;
    this.draft = `draft.${room}`; // one a tab: two tabs write two lines
    this.said = []; // what was said before, for the key Up
    this.back = 0; // how far back one has gone in it
    this.text = form.querySelector('textarea');
    this.text.value = kept(this.draft, tab) ?? '';
    this.text.addEventListener('keydown', (event) => this.key(event));
    this.text.addEventListener('input', () => this.changed());
    this.text.addEventListener('paste', (event) => this.pasted(event));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.fit();
  }

  submit() {
    const { value } = this.text;
    if (value.trim() === '' || bytes(value) > this.on.most()) return;
    if (this.on.submit(value)) {
      this.said = [...this.said.filter((each) => each !== value), value].slice(-SAID);
      this.back = 0;
      this.put('');
    }
    this.text.focus();
  }

  put(value) {
    this.text.value = value;
    keep(this.draft, value || null, tab);
    this.fit();
  }

  /** Gives words back to whoever has begun no others. */
  giveBack(value) {
    if (this.text.value !== '') {
      this.said.push(value); // The key Up brings it back.
      return false;
    }
    this.put(value);
    return true;
  }

  /** Writes a name where the caret is. */
  mention(name) {
    this.text.setRangeText(`@${name} `, this.text.selectionStart, this.text.selectionEnd, 'end');
    this.changed();
    this.text.focus();
  }

  changed() {
    keep(this.draft, this.text.value || null, tab);
    this.fit();
    const most = this.on.most();
    const size = bytes(this.text.value);
    this.on.hint(size > most ? [size, most] : undefined);
    if (/^[^/／、]/u.test(this.text.value)) this.on.typing();
  }

  fit() {
    this.on.steady(() => {
      this.text.style.height = 'auto';
      this.text.style.height = `${this.text.scrollHeight + 2}px`;
    });
  }

  key(event) {
    const isComposing = event.isComposing || event.keyCode === 229; // 229: Safari, after the last letter
    if (isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'ArrowUp' && this.recall(1)) {
      event.preventDefault();
    } else if (event.key === 'ArrowDown' && this.recall(-1)) {
      event.preventDefault();
    } else if (event.key === 'Tab' && !event.shiftKey && this.complete()) {
      event.preventDefault();
    }
  }

  /** Leaves out what steers a terminal, as its output has it: nobody sees it here, and it is refused. */
  pasted(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const clean = text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '');
    if (clean === text.replace(/\r\n?/g, '\n')) return;
    event.preventDefault();
    document.execCommand('insertText', false, clean);
  }

  /** Brings back what was said before, where nothing else is being written. */
  recall(step) {
    const shown = this.back === 0 ? '' : this.said.at(-this.back);
    const back = this.back + step;
    if (this.text.value !== shown || back < 0 || back > this.said.length) return false;
    this.back = back;
    this.put(back === 0 ? '' : this.said.at(-back));
    return true;
  }

  /** Makes the beginning of a name before the caret the whole name; again, the next one. */
  complete() {
    const { value, selectionStart: caret } = this.text;
    const [word] = /[@＠]?[^\s@＠]*$/u.exec(value.slice(0, caret));
    const start = /^[@＠]/u.test(word) ? 1 : 0;
    const fits = (name, begun) => begun !== '' && name.toLowerCase().startsWith(begun.toLowerCase());
    let { begun } = this.completing ?? {};
    const isAgain = this.completing?.value === value && this.completing.caret === caret;
    if (!isAgain) begun = { word: word.slice(start), from: caret - word.length + start, turn: -1 };
    if (begun.word === '' && start === 0) return false;
    const names = this.on.names().filter((name) => start === 1 && begun.word === '' ? true : fits(name, begun.word));
    if (names.length === 0) return false;
    begun.turn += 1;
    this.text.setRangeText(`${names[begun.turn % names.length]} `, begun.from, caret, 'end');
    this.completing = { begun, value: this.text.value, caret: this.text.selectionStart };
    this.changed();
    return true;
  }
}
