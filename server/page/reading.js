// What one reads: the newest lines, or those of long ago, and how far one has come.

import { keep, kept } from './kept.js';
import { rows } from './line.js';
import { Log } from './log.js';
import { Timeline } from './timeline.js';

const PAGE = 100; // lines
const SAVED_AFTER = 500; // ms
const KEPT = 5000; // lines of a page that stays open for weeks; older ones are loaded again

export class Reading {
  /**
   * @param {Element} pane where the lines are
   * @param {object} app `room`, `roomName`, `words`, `me`, `ignored`, as they are at the moment
   * @param {function} moved is told when there is more or less to read
   */
  constructor(pane, app, moved) {
    this.app = app;
    this.moved = moved;
    this.past = undefined; // lines of long ago, while those are read
    this.unread = 0; // lines below what is in sight
    this.unreadFrom = undefined; // the first line that was not read
    this.isLoading = false;
    this.timeline = new Timeline(pane, {
      rows: (line, before) => {
        const made = rows(line, before, { words: app.words, me: app.me, unreadFrom: this.unreadFrom });
        return app.ignored.has(line.uid) ? made.slice(0, -1) : made; // The day above it stays.
      },
      top: () => this.older(),
      bottom: () => this.past && this.newer(),
      moved: () => this.read(),
    });
  }

  /** Whether the newest line is in sight. */
  get isAtEnd() {
    return this.timeline.isAtEnd && !this.past;
  }

  /** Shows the room's log from its newest line. */
  begin() {
    this.past = undefined;
    this.timeline.show(this.app.room.log);
  }

  /** The newest page is there: one goes on where one stopped the last time. */
  opened() {
    const { log, epoch } = this.app.room;
    const stood = kept(`read.${this.app.roomName}`);
    if (stood?.epoch === epoch && stood.seq + 1 < log.next) this.unreadFrom = stood.seq + 1;
    if (!this.past) this.timeline.show(log);
    if (this.unreadFrom) this.timeline.goTo(Math.max(this.unreadFrom, log.first));
    this.showAbove(log);
    this.read();
  }

  /** Lines have come; `strange` are those of others. */
  added(fresh, strange) {
    const { log } = this.app.room;
    const isAway = document.hidden || !document.hasFocus() || !this.isAtEnd;
    if (isAway && this.unread === 0 && strange.length > 0) this.unreadFrom = strange[0].seq;
    if (isAway) this.unread += strange.length;
    if (!this.past && this.timeline.log !== log) {
      this.timeline.show(log); // They have come before the page above them.
    } else if (!this.past) {
      this.timeline.added(fresh[0].seq, log.next);
      if (this.isAtEnd && log.lines.length > 2 * KEPT) this.timeline.dropped(log.trim(KEPT));
    }
    this.read();
  }

  /** What is in sight has been read. */
  read() {
    const { room } = this.app;
    if (this.isAtEnd && !document.hidden && document.hasFocus() && room?.epoch) {
      this.unread = 0;
      this.stands = { epoch: room.epoch, seq: room.log.next - 1 };
      this.saving ??= setTimeout(() => this.save(), SAVED_AFTER);
    }
    this.moved();
  }

  /** Keeps how far one has read, for the next visit; another page may have come further. */
  save() {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { stands } = this;
    const held = kept(`read.${this.app.roomName}`);
    const isFurther = held?.epoch === stands?.epoch && held?.seq > stands?.seq && held?.seq < this.app.room.log.next;
    if (stands && !isFurther) keep(`read.${this.app.roomName}`, stands);
  }

  /** Another history has begun. */
  reset() {
    Object.assign(this, { unread: 0, unreadFrom: undefined, stands: undefined });
    this.timeline.notes.clear();
    this.timeline.early.replaceChildren();
    this.begin();
  }

  /** One says something, and so has read what is above it. */
  said() {
    this.toNow();
    if (!this.unreadFrom) return;
    this.unreadFrom = undefined;
    this.timeline.redraw();
  }

  async older() {
    const { room } = this.app;
    const log = this.past ?? room?.log;
    if (this.isLoading || room?.state !== 'live' || log.first <= 1 || log.lines.length === 0) return;
    this.isLoading = true;
    this.timeline.above.textContent = this.app.words.loading;
    try {
      const to = log.first;
      if (this.past) log.older((await room.page({ before: to, limit: PAGE })).messages);
      else await room.older(PAGE);
      this.isLoading = false; // What is added may want more at once.
      if (log === this.timeline.log) this.timeline.added(log.first, to);
    } catch {
      // The link has ended, or the server is busy: scrolling asks again.
    }
    this.isLoading = false;
    this.showAbove(log);
  }

  async newer() {
    const { room } = this.app;
    const { past } = this;
    if (this.isLoading || room.state !== 'live') return;
    this.isLoading = true;
    try {
      const from = past.next;
      const { messages } = await room.page({ after: from - 1, limit: PAGE });
      if (past === this.past) {
        past.take(messages);
        this.isLoading = false;
        if (past.next >= room.log.first && room.log.lines.length > 0) this.join(past, from);
        else this.timeline.added(from, past.next);
      }
    } catch {
      // As above.
    }
    this.isLoading = false;
  }

  /** What was read of long ago has come to what the room's log holds. */
  join(past, from) {
    this.app.room.log.older(past.lines);
    this.begin();
    this.timeline.goTo(from - 1);
  }

  /** Brings a line into sight, however far back it is; an error if it cannot be loaded. */
  async goTo(seq) {
    const { room } = this.app;
    if (seq < room.log.first) {
      const { messages } = await room.page({ after: Math.max(0, seq - PAGE / 2), limit: PAGE });
      this.past = new Log(messages[0].seq);
      this.past.take(messages);
      this.timeline.show(this.past);
    } else if (this.past) {
      this.toNow();
    }
    const row = this.timeline.goTo(seq);
    row?.classList.add('sought');
    setTimeout(() => row?.classList.remove('sought'), 3000);
    this.read();
  }

  toNow() {
    if (this.past) this.begin();
    this.timeline.toEnd();
    this.read();
  }

  showAbove(log) {
    this.timeline.above.textContent = log.first <= 1 ? this.app.words.beginning : '';
  }
}
