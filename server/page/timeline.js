// The lines of a log in a pane that scrolls. They stand in blocks; a block out of sight is empty and as
// high as it was, so that the page does the same work for ten lines as for ten thousand. What is read
// never moves: whatever changes above it, the pane scrolls along.

const BLOCK = 50; // lines
const AHEAD = 1500; // pixels around what is in sight that are drawn
const NOTES = 20; // below one line
const NEAR = 800; // pixels from an end at which more is loaded

export class Timeline {
  /**
   * @param {Element} pane what scrolls
   * @param {object} on `rows(line, before)` makes the elements of a line; `top()` and `bottom()` are
   *   told that an end is near; `moved(isAtEnd)` that one has scrolled
   */
  constructor(pane, on) {
    this.pane = pane;
    this.on = on;
    this.blocks = new Map();
    this.notes = new Map(); // what is told beside the log, by the line that it stands below
    this.isAtEnd = true;
    this.above = document.createElement('div');
    this.early = document.createElement('div'); // what was told before there was any line
    this.below = document.createElement('div');
    this.body = document.createElement('div');
    this.above.className = 'above';
    pane.replaceChildren(this.above, this.early, this.body, this.below);
    this.seen = new IntersectionObserver((changes) => this.seeing(changes), {
      root: pane, rootMargin: `${AHEAD}px 0px`,
    });
    pane.addEventListener('scroll', () => this.scrolled(), { passive: true });
    new ResizeObserver(() => {
      if (this.isAtEnd) this.toEnd();
      this.fill();
    }).observe(pane);
  }

  /** Shows a log from here on, at its end. */
  show(log) {
    this.log = log;
    this.seen.disconnect();
    this.blocks.clear();
    this.body.replaceChildren();
    this.added(log.first, log.next);
    this.toEnd();
  }

  /** Lines from one number to below another have come, at either end. */
  added(from, to) {
    if (from >= to) return;
    this.steady(() => {
      const [first, last] = [Math.floor(from / BLOCK), Math.floor((to - 1) / BLOCK)];
      for (let number = last; number >= first; number -= 1) {
        this.block(number);
        if (!this.append(number)) this.draw(number, true);
      }
      // A line looks otherwise below another than below none.
      if (to % BLOCK === 0) this.draw(last + 1, true);
    });
    if (!this.isAtEnd) this.scrolled(); // An end may still be near.
    this.fill();
  }

  /** Where all of it fits nobody can scroll: there may be more. */
  fill() {
    const { scrollHeight, clientHeight } = this.pane;
    if (this.log && clientHeight > 0 && scrollHeight <= clientHeight) this.on.top?.();
  }

  /** Draws what is new at the end of a block, and leaves what is there. Whether that is all. */
  append(number) {
    const block = this.blocks.get(number);
    const { log } = this;
    const isDrawn = block.childElementCount > 0 && !block.style.height;
    const from = Math.max(number * BLOCK, log.first);
    const to = Math.min((number + 1) * BLOCK, log.next);
    if (!isDrawn || block.from !== from || block.to > to) return false;
    block.append(...this.made(block.to, to));
    block.to = to;
    return true;
  }

  made(from, to) {
    const { log, notes } = this;
    const rows = [];
    for (let seq = from; seq < to; seq += 1) {
      rows.push(...this.on.rows(log.get(seq), log.get(seq - 1)), ...(notes.get(seq) ?? []));
    }
    return rows;
  }

  /** Lines before this number are not there any more. */
  dropped(first) {
    this.steady(() => {
      for (const [number, block] of this.blocks) {
        if (number >= Math.floor(first / BLOCK)) continue;
        this.seen.unobserve(block);
        block.remove();
        this.blocks.delete(number);
      }
      for (const seq of this.notes.keys()) if (seq < first) this.notes.delete(seq);
      this.draw(Math.floor(first / BLOCK), true);
    });
  }

  /** Draws a line anew, or all that are in sight. */
  redraw(seq) {
    const numbers = seq === undefined ? [...this.blocks.keys()] : [Math.floor(seq / BLOCK)];
    this.steady(() => numbers.forEach((number) => this.draw(number, true)));
  }

  /** Tells something below the newest line. */
  note(element) {
    const seq = this.log.next - 1;
    const notes = [...(this.notes.get(seq) ?? []), element];
    const block = this.blocks.get(Math.floor(seq / BLOCK));
    this.steady(() => {
      // Where nobody speaks only the newest stay.
      for (const old of notes.splice(0, notes.length - NOTES)) old.remove();
      this.notes.set(seq, notes);
      if (!block) this.early.append(element);
      else if (block.to === seq + 1 && !block.style.height) block.append(element);
      else this.draw(Math.floor(seq / BLOCK), true);
    });
  }

  /** Changes something in the pane, and keeps what is read where it is. */
  steady(change) {
    const { pane } = this;
    if (this.isAtEnd) {
      change();
      return this.toEnd();
    }
    const row = this.inSight();
    const { seq } = row?.dataset ?? {};
    const top = row?.getBoundingClientRect().top;
    change();
    const now = row?.isConnected ? row : seq && this.row(seq);
    if (now) pane.scrollTop += now.getBoundingClientRect().top - top;
    return undefined;
  }

  /** The first row in sight; what stands between rows is passed over. */
  inSight() {
    const { left, top, width, height } = this.pane.getBoundingClientRect();
    for (let below = 2; below < height; below += 24) {
      const row = document.elementsFromPoint(left + width / 2, top + below).find(({ dataset }) => dataset.seq);
      if (row) return row;
    }
    return undefined;
  }

  row(seq) {
    return this.body.querySelector(`[data-seq="${Number(seq)}"]`);
  }

  toEnd() {
    this.pane.scrollTop = this.pane.scrollHeight;
    this.isAtEnd = true;
  }

  /** Brings a line of the log into the middle of the pane. */
  goTo(seq) {
    const block = this.blocks.get(Math.floor(seq / BLOCK));
    this.isAtEnd = false;
    block?.scrollIntoView();
    this.draw(Math.floor(seq / BLOCK));
    const row = this.row(seq);
    row?.scrollIntoView({ block: 'center' });
    this.scrolled(); // All of it may be in sight.
    return row;
  }

  /** The first of the lines that are in sight, and whether all of it fits. */
  page(direction) {
    this.pane.scrollBy({ top: direction * this.pane.clientHeight * 0.9 });
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.pane;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < 8;
    this.on.moved?.(this.isAtEnd);
    if (scrollTop < NEAR) this.on.top?.();
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.on.bottom?.();
  }

  /** A block for lines; those above it are made after it. */
  block(number) {
    if (this.blocks.has(number)) return;
    const block = document.createElement('div');
    block.dataset.block = number;
    this.blocks.set(number, block);
    const next = this.blocks.get(number + 1);
    if (next) next.before(block);
    else this.body.append(block);
    this.seen.observe(block);
  }

  seeing(changes) {
    this.steady(() => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) this.draw(Number(target.dataset.block));
        else this.empty(target);
      }
    });
  }

  draw(number, anew) {
    const block = this.blocks.get(number);
    if (!block || (block.childElementCount > 0 && !anew)) return;
    if (anew && block.style.height) return; // It is out of sight.
    block.style.height = '';
    const { log } = this;
    block.from = Math.max(number * BLOCK, log.first);
    block.to = Math.min((number + 1) * BLOCK, log.next);
    block.replaceChildren(...this.made(block.from, block.to));
  }

  empty(block) {
    const { height } = block.getBoundingClientRect();
    if (block.style.height || height === 0) return;
    block.style.height = `${height}px`;
    block.replaceChildren();
  }
}
