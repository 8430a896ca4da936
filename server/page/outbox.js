// The lines that are not known to be kept by the server, in the browser's storage: one entry a line,
// so that two pages never overwrite each other's. A page that begins takes over what lies there. If
// another page still sends the same line, the server knows it by its `cid` and keeps it once.

export class Outbox {
  /**
   * @param {Storage} storage such as `localStorage`
   * @param {string} room whose lines these are, in a form that is the beginning of no other's
   * @param {function} newId makes an id that nobody else makes
   */
  constructor(storage, room, newId) {
    this.storage = storage;
    this.prefix = `kpl.out.${room}.`;
    this.newId = newId;
    this.lines = [];
    this.adopt();
  }

  /** Keeps a line, or what is told of a file, and then has it wait for its turn. */
  put(text, kind, file) {
    const last = this.lines.at(-1)?.order ?? 0;
    const line = { order: Math.max(Date.now(), last + 1), cid: this.newId(), text, kind, file };
    this.lines.push(line);
    try {
      this.storage.setItem(this.prefix + line.cid, JSON.stringify(line));
    } catch {
      line.isUnsafe = true; // The storage is full: it is sent all the same, and lost with the page.
    }
    return line;
  }

  /** The server has it on disk, as `seq`, or will never take it: nothing of it needs to be kept. */
  settle(cid, seq) {
    this.storage.removeItem(this.prefix + cid);
    const line = this.lines.find((each) => each.cid === cid);
    if (line && seq) line.seq = seq;
    if (line && !seq) this.forget(cid);
    return line;
  }

  /** It stands in the log now. */
  forget(cid) {
    this.storage.removeItem(this.prefix + cid);
    this.lines = this.lines.filter((each) => each.cid !== cid);
  }

  /** The line whose turn it is to be sent. */
  get first() {
    return this.lines.find(({ seq }) => !seq);
  }

  /** Takes over the lines of pages that have been closed; those of one that is open are sent by both. */
  adopt() {
    const { storage, prefix } = this;
    const keys = Array.from({ length: storage.length }, (_, n) => storage.key(n));
    const here = new Set(this.lines.map(({ cid }) => prefix + cid));
    const isOwn = (key) => key.startsWith(prefix) && !key.includes('.', prefix.length) && !here.has(key);
    const lines = keys.filter(isOwn).flatMap((key) => {
      try {
        return [JSON.parse(storage.getItem(key))];
      } catch {
        return []; // Written by something else.
      }
    });
    this.lines = [...this.lines, ...lines].sort((one, other) => one.order - other.order);
    return lines.length;
  }
}
