// The lines of a room, dense and in order: below `next` a line is dropped, at `next` it is taken, and
// above it is held until what lies between has come. This is where "once, in one order" is decided.

export class Log {
  constructor(next) {
    this.lines = []; // without a hole
    this.next = next; // the first number not yet heard
    this.held = new Map();
  }

  /** The number of the oldest line that is here. */
  get first() {
    return this.next - this.lines.length;
  }

  get(seq) {
    return this.lines[seq - this.first];
  }

  /** Takes lines at the new end, and returns those whose turn it is. */
  take(lines) {
    const from = this.next;
    for (const line of lines) {
      if (line.seq >= this.next) this.held.set(line.seq, line);
    }
    for (let line; (line = this.held.get(this.next)); this.next += 1) {
      this.held.delete(this.next);
      this.lines.push(line);
    }
    return this.next === from ? [] : this.lines.slice(from - this.next);
  }

  /** Lets the oldest lines go, but for so many, and returns the number of the first that is left. */
  trim(count) {
    this.lines.splice(0, this.lines.length - count);
    return this.first;
  }

  /** Takes a page of older lines, and returns those that were not here. */
  older(lines) {
    const { first } = this;
    const fresh = lines.filter(({ seq }) => seq < first);
    if (fresh.length > 0 && fresh.at(-1).seq !== first - 1) return []; // It was asked for elsewhere.
    this.lines.unshift(...fresh);
    return fresh;
  }
}
