// Files on their way to the server, one after the other. A file is said once the server has all of it;
// one whose way breaks is brought again, from its beginning, so nothing half is ever there.

import { element, other, size } from './line.js';
import { button } from './panels.js';

const SILENCE = 30_000; // ms without a byte taken
const FIRST_WAIT = 1000, LONGEST_WAIT = 10_000; // ms until the next attempt
const ATTEMPTS = 8;

export class Uploads {
  /**
   * @param {Element} list where they are shown
   * @param {object} on `words()`; `to()` is where to and as whom: `url`, `key`, `password`; `brought(file)`
   *   is told what the server has; `hint(text)`
   */
  constructor(list, on) {
    this.list = list;
    this.on = on;
    this.waiting = [];
    this.current = undefined;
  }

  /** Brings files, of at most so many bytes; a server that takes none says 0. */
  add(files, most) {
    const words = this.on.words();
    for (const file of files) {
      const why = most === 0 ? words.no_files : file.size > most && words.too_large(file.name, size(file.size), size(most));
      if (why) this.on.hint(why);
      else this.waiting.push(this.shown({ file, attempts: 0 }));
    }
    this.next();
  }

  /** The link is back: what waits for another attempt is tried at once. */
  hurry() {
    if (this.current?.again) this.send(this.current);
  }

  next() {
    if (this.current || this.waiting.length === 0) return;
    this.current = this.waiting.shift();
    this.send(this.current);
  }

  /** An upload with what is seen of it. */
  shown(upload) {
    const words = this.on.words();
    const bar = Object.assign(element('progress'), { max: 1, value: 0 });
    bar.ariaLabel = words.uploading(upload.file.name);
    const state = element('span', 'state', words.upload_waits);
    const cancel = button('×', () => this.end(upload), 'cancel');
    cancel.ariaLabel = words.upload_cancel(upload.file.name);
    const row = element('li', '', other(upload.file.name, 'file-name'), bar, state, cancel);
    this.list.append(row);
    return Object.assign(upload, { bar, state, row });
  }

  send(upload) {
    const { url, key, password } = this.on.to();
    const request = new XMLHttpRequest();
    clearTimeout(upload.again);
    Object.assign(upload, { again: undefined, request });
    const watch = () => {
      clearTimeout(upload.silence);
      upload.silence = setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      watch();
      upload.bar.value = total > 0 ? loaded / total : 1;
      upload.state.textContent = `${Math.floor(upload.bar.value * 100)}%`;
    };
    request.onloadend = () => {
      clearTimeout(upload.silence);
      if (upload.request === request) this.answered(upload, request);
    };
    request.open('POST', new URL(`files?name=${encodeURIComponent(upload.file.name)}`, url));
    request.setRequestHeader('Authorization', `Basic ${encoded(`${key}:${password ?? ''}`)}`);
    request.responseType = 'json';
    watch();
    request.send(upload.file);
  }

  answered(upload, { status, response }) {
    const words = this.on.words();
    if (status === 201 && response?.ok) {
      const { hash, size: bytes, type, width, height } = response;
      this.end(upload);
      this.on.brought({ hash, name: upload.file.name, size: bytes, type, width, height });
      return;
    }
    const isPassing = status === 0 || (status >= 502 && status <= 504) || response?.retry_ms !== undefined;
    upload.attempts += 1;
    upload.request = undefined;
    if (isPassing && upload.attempts < ATTEMPTS) {
      const wait = response?.retry_ms ?? Math.min(FIRST_WAIT * 2 ** (upload.attempts - 1), LONGEST_WAIT);
      upload.state.textContent = words.upload_again;
      upload.again = setTimeout(() => this.send(upload), wait);
    } else {
      this.failed(upload, words.refused[response?.code] ?? response?.message ?? words.upload_broken);
    }
  }

  /** It stays in sight with the reason, to be tried again by hand. */
  failed(upload, why) {
    const words = this.on.words();
    upload.state.textContent = why;
    upload.row.classList.add('bad');
    this.on.failed?.(upload.file.name, why);
    const again = button(words.upload_retry, () => {
      again.remove();
      upload.row.classList.remove('bad');
      upload.state.textContent = words.upload_waits;
      upload.attempts = 0;
      this.waiting.push(upload);
      this.next();
    });
    upload.state.after(again);
    this.over(upload);
  }

  /** It is there, or is not wanted any more. */
  end(upload) {
    const { request } = upload;
    upload.request = undefined;
    clearTimeout(upload.again);
    clearTimeout(upload.silence);
    request?.abort();
    upload.row.remove();
    this.waiting = this.waiting.filter((each) => each !== upload);
    this.over(upload);
  }

  over(upload) {
    if (this.current !== upload) return;
    this.current = undefined;
    this.next();
  }
}

/** A text as base64 of its UTF-8. */
function encoded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/**
 * Takes files that are dragged onto the page, pasted, or picked. `bring(files)` gets them; `refuse()` is
 * told of a folder.
 */
export function taking({ pick, input, sign }, { bring, refuse }) {
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
  let depth = 0; // Each element under the pointer tells of its own.
  const shows = (isOver) => { sign.hidden = !isOver; };
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    shows(true);
  });
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    shows(depth > 0);
  });
  addEventListener('dragover', (event) => hasFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    depth = 0;
    shows(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    const items = [...event.dataTransfer.items].filter(({ kind }) => kind === 'file');
    const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
    if (items.some(isFolder)) refuse();
    bring(items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()).filter(Boolean));
  });
  addEventListener('paste', (event) => {
    const { files, types } = event.clipboardData ?? {};
    // What is copied from a table or a document is a picture, too; it is the words that are meant.
    if (!files?.length || types.includes('text/plain')) return;
    if (document.querySelector('dialog[open]')) return; // It is meant for the dialog, not for everyone.
    event.preventDefault();
    bring([...files]);
  });
  pick.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    bring([...input.files]);
    input.value = '';
  });
}
