// A Socket.IO connection: Engine.IO 4 and Socket.IO 5 with text packets in the default namespace, over
// WebSocket, or over long polling where WebSocket is blocked. It makes one attempt and never comes
// back by itself; room.js does that.

const OPEN = '0', CLOSE = '1', PING = '2', PONG = '3', MESSAGE = '4'; // Engine.IO
const CONNECT = '0', DISCONNECT = '1', EVENT = '2', ACK = '3', CONNECT_ERROR = '4'; // Socket.IO
const BETWEEN_PACKETS = '\x1e';
const OPENS_WITHIN = 8000; // ms

/** Why a link ended. `status` is of HTTP, `refusal` the server's word against the handshake. */
export class Ended extends Error {
  constructor(message, { status, refusal } = {}) {
    super(message);
    this.status = status;
    this.refusal = refusal;
  }
}

export class Socket {
  /**
   * @param {string} url where the server is, as in `http://127.0.0.1:3000/`
   * @param {object} auth the handshake
   * @param {object} on `connected()`, `event(name, ...arguments)`, and once at the end `ended(why)`
   * @param {object} [means] `WebSocket` and `fetch`, where the browser's own are not meant
   */
  constructor(url, auth, on, means = globalThis) {
    this.auth = auth;
    this.on = on;
    this.asked = new Map(); // acknowledgements that are waited for
    this.asks = 0;
    this.isOver = false;
    this.heardAt = Date.now();
    this.begin(url, means).catch((error) => this.end(error));
  }

  /** By which way it goes: `websocket`, `polling`, or none yet. */
  get transport() {
    return this.way?.name;
  }

  emit(event, ...args) {
    this.send(EVENT + JSON.stringify([event, ...args]));
  }

  /** Emits with an acknowledgement, and returns it. */
  ask(event, ...args) {
    const id = this.asks++;
    return new Promise((answer, failed) => {
      this.asked.set(id, { answer, failed });
      this.send(EVENT + id + JSON.stringify([event, ...args]));
    });
  }

  close() {
    this.way?.send(MESSAGE + DISCONNECT);
    this.end(new Ended('closed'));
  }

  async begin(url, means) {
    const hear = (packet) => this.hear(packet);
    const end = (why) => this.end(why);
    const address = (scheme, transport) => {
      const at = new URL(`socket.io/?EIO=4&transport=${transport}`, url);
      if (scheme) at.protocol = at.protocol.replace('http', scheme);
      return at.href;
    };
    try {
      this.way = await overWebSocket(address('ws', 'websocket'), hear, end, means);
    } catch {
      if (this.isOver) return;
      this.way = await overPolling(address('', 'polling'), hear, end, means);
    }
    if (this.isOver) return this.way.close();
    this.send(CONNECT + JSON.stringify(this.auth));
  }

  send(packet) {
    if (!this.isOver) this.way?.send(MESSAGE + packet);
  }

  hear(packet) {
    this.heardAt = Date.now();
    if (packet === PING) return this.way?.send(PONG);
    if (packet === CLOSE) return this.end(new Ended('the server has closed the connection'));
    if (packet[0] !== MESSAGE) return undefined;
    const [, kind, id, body] = /^.(.)(\d*)(.*)$/s.exec(packet);
    switch (kind) {
      case CONNECT:
        return this.on.connected?.();
      case DISCONNECT:
        return this.end(new Ended('the server has ended the session'));
      case CONNECT_ERROR: {
        const { message } = JSON.parse(body);
        return this.end(new Ended(message, { refusal: message }));
      }
      case EVENT:
        return this.on.event(...JSON.parse(body));
      case ACK:
        this.asked.get(Number(id))?.answer(JSON.parse(body)[0]);
        return this.asked.delete(Number(id));
      default:
        return undefined; // With binary attachments: nothing of ours.
    }
  }

  end(why) {
    if (this.isOver) return;
    this.isOver = true;
    this.way?.close();
    for (const { failed } of this.asked.values()) failed(why);
    this.asked.clear();
    this.on.ended(why);
  }
}

/** Resolves once the server has opened the session, and fails if it does not. */
function overWebSocket(address, hear, end, { WebSocket }) {
  return new Promise((opened, failed) => {
    const socket = new WebSocket(address);
    const way = {
      name: 'websocket',
      send: (packet) => socket.readyState === 1 && socket.send(packet),
      close: () => socket.close(),
    };
    const over = () => {
      clearTimeout(late);
      failed(new Ended('no WebSocket'));
      socket.close();
    };
    const late = setTimeout(over, OPENS_WITHIN);
    let isOpen = false;
    socket.onerror = () => !isOpen && over();
    socket.onclose = () => (isOpen ? end(new Ended('the connection broke')) : over());
    socket.onmessage = ({ data }) => {
      if (isOpen) return guarded(hear, end, data);
      if (typeof data !== 'string' || data[0] !== OPEN) return over();
      isOpen = true;
      clearTimeout(late);
      return opened(way);
    };
  });
}

/** Resolves once the server has opened the session, and fails with its answer if it does not. */
async function overPolling(address, hear, end, { fetch }) {
  const gone = new AbortController();
  const request = async (url, options = {}) => {
    const answer = await fetch(url, { ...options, signal: gone.signal, cache: 'no-store' });
    const text = await answer.text();
    if (!answer.ok) throw new Ended(text.trim() || answer.statusText, { status: answer.status });
    return text;
  };
  const late = setTimeout(() => gone.abort(), OPENS_WITHIN);
  const [first, ...rest] = (await request(address)).split(BETWEEN_PACKETS);
  clearTimeout(late);
  const { sid, maxPayload } = JSON.parse(first.slice(1));
  const session = `${address}&sid=${sid}`;

  const waiting = [];
  let isSending = false;
  const post = async () => {
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0) {
      let body = waiting.shift();
      while (waiting.length > 0 && (body.length + waiting[0].length) * 3 < maxPayload) {
        body += BETWEEN_PACKETS + waiting.shift();
      }
      await request(session, { method: 'POST', body }); // eslint-disable-line no-await-in-loop
    }
    isSending = false;
  };
  const listen = async () => {
    for (const packet of rest) guarded(hear, end, packet);
    while (!gone.signal.aborted) {
      const packets = (await request(session)).split(BETWEEN_PACKETS);
      for (const packet of packets) guarded(hear, end, packet);
    }
  };
  const fail = (error) => end(error instanceof Ended ? error : new Ended('the connection broke'));
  setTimeout(() => listen().catch(fail)); // Whoever waits for this has it before it hears.
  return {
    name: 'polling',
    send: (packet) => {
      waiting.push(packet);
      post().catch(fail);
    },
    close: () => setTimeout(() => gone.abort(), 100), // What was sent last may still leave.
  };
}

/** What cannot be read ends the link, so that it begins anew. */
function guarded(hear, end, packet) {
  try {
    hear(packet);
  } catch (error) {
    end(error);
  }
}
