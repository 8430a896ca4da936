'use strict';
// Stands between clients and the server, passes everything on, and holds each Socket.IO packet against
// docs/protocol.schema.json.

const fs = require('node:fs');
const { createServer } = require('node:http');
const { once } = require('node:events');
const path = require('node:path');
const Ajv = require('ajv/dist/2020');
const WebSocket = require('ws');

const SCHEMA = JSON.parse(fs.readFileSync(path.join(__dirname, '../../docs/protocol.schema.json'), 'utf8'));
/** Names of definitions that are whole packets. */
const WHOLE = Object.keys(SCHEMA.$defs).filter((name) => /^(client|server|answer)\.|^(handshake|connectError)$/.test(name));

class Recorder {
  /** Listens before the server at `url`, for WebSocket connections; its own is `this.url`. */
  static async before(t, url) {
    const recorder = new Recorder();
    const ajv = new Ajv({ allErrors: false, strictTuples: false, allowUnionTypes: true });
    ajv.addSchema(SCHEMA, 'kpl');
    const valid = (name) => ajv.getSchema(`kpl#/$defs/${name}`);
    Object.assign(recorder, {
      wrong: [],
      seen: new Map(WHOLE.map((name) => [name, 0])),
      validators: Object.fromEntries(WHOLE.map((name) => [name, valid(name)])),
      http: createServer((_, answer) => answer.writeHead(404).end()),
    });
    const sockets = new WebSocket.WebSocketServer({ noServer: true });
    recorder.http.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (client) => recorder.join(client, url + request.url));
    });
    recorder.http.listen(0, '127.0.0.1');
    await once(recorder.http, 'listening');
    recorder.url = `http://127.0.0.1:${recorder.http.address().port}`;
    t.after(() => {
      for (const client of sockets.clients) client.terminate();
      recorder.http.close();
    });
    return recorder;
  }

  join(client, url) {
    const server = new WebSocket(url);
    const early = [];
    const asked = new Map(); // acknowledgements that this client waits for
    client.on('message', (data, isBinary) => {
      const packet = isBinary ? data : data.toString();
      if (!isBinary) this.look('client', packet, asked);
      if (server.readyState === WebSocket.OPEN) server.send(packet);
      else early.push(packet);
    });
    server.on('open', () => early.forEach((packet) => server.send(packet)));
    server.on('message', (data, isBinary) => {
      const packet = isBinary ? data : data.toString();
      if (!isBinary) this.look('server', packet, asked);
      if (client.readyState === WebSocket.OPEN) client.send(packet);
    });
    for (const [one, other] of [[client, server], [server, client]]) {
      one.on('close', () => other.terminate());
      one.on('error', () => other.terminate());
    }
  }

  look(side, packet, asked) {
    // 5 is an event with attachments, which follow as binary frames.
    const [, digit, id, body] = /^4([0-4]|5\d+-)(\d*)(.*)$/s.exec(packet) ?? [];
    const kind = digit?.startsWith('5') ? '2' : digit;
    if (kind === undefined || kind === '1') return; // Engine.IO's own, and the end of a session.
    const value = body === '' ? null : JSON.parse(body);
    let name;
    if (kind === '2') {
      name = `${side}.${value[0]}`;
      if (id !== '') asked.set(id, value[0]);
    } else if (kind === '3') {
      name = `answer.${asked.get(id)}`;
      asked.delete(id);
    } else if (kind === '4') {
      name = 'connectError';
    } else {
      if (side === 'server') return; // The session's id.
      name = 'handshake';
    }
    const validate = this.validators[name];
    if (validate?.(value)) this.seen.set(name, this.seen.get(name) + 1);
    else this.wrong.push(`${name}: ${packet}: ${JSON.stringify(validate?.errors ?? 'unknown')}`);
  }

  get count() {
    return [...this.seen.values()].reduce((sum, each) => sum + each);
  }

  /** What the schema has and nobody said. */
  get unseen() {
    return WHOLE.filter((name) => this.seen.get(name) === 0);
  }
}

module.exports = { Recorder, SCHEMA };
