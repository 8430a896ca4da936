// What is told beside the screen: to a screen reader, and by a notice to whoever looks elsewhere.

import { element, mentions } from './line.js';

const HEARD = 10; // sentences that a screen reader still finds

export class Announcer {
  /** @param {Element} live what a screen reader reads out */
  constructor(live, app, settings) {
    Object.assign(this, { live, app, settings });
  }

  aloud(text) {
    this.live.append(element('span', '', text));
    while (this.live.childElementCount > HEARD) this.live.firstChild.remove();
  }

  /** A line of somebody else. */
  line({ from, text, kind }) {
    const { app, settings } = this;
    const { says, does, sends } = app.words;
    this.aloud(({ action: does, file: sends }[kind] ?? says)(from, text));
    const wants = settings.notices === 'all' || (settings.notices === 'mentions' && mentions(text, app.me.name).length > 0);
    if (!wants || !document.hidden || globalThis.Notification?.permission !== 'granted') return;
    try {
      const notice = new Notification(`${from} · ${app.roomName}`, { body: text.slice(0, 300), tag: `kpl.${from}` });
      notice.onclick = () => globalThis.focus();
    } catch {
      // Some browsers of phones say that they allow it, and do not.
    }
  }
}
