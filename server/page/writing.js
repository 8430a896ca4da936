// Who writes just now.

const LASTS = 6000; // ms after they have said so

export class Writing {
  constructor(shown, app) {
    Object.assign(this, { shown, app, writers: new Map() });
  }

  /** Somebody writes. */
  hear({ uid, name }) {
    if (this.app.ignored.has(uid)) return;
    const who = `${uid} ${name}`;
    clearTimeout(this.writers.get(who)?.timer);
    const over = () => {
      this.writers.delete(who);
      this.show();
    };
    this.writers.set(who, { name, timer: setTimeout(over, LASTS) });
    this.show();
  }

  /** These lines have come: those who said them do not write them any more. */
  said(lines) {
    for (const { uid, from } of lines) this.writers.delete(`${uid} ${from}`);
    this.show();
  }

  show() {
    const names = [...this.writers.values()].map(({ name }) => name);
    const { typing, typing_many: many } = this.app.words;
    this.shown.textContent = names.length === 0 ? '' : names.length > 3 ? many(names.length) : typing(names);
  }
}
