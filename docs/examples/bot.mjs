// Answers whoever asks it for a roll of the dice. It has a name of its own, which its key proves: make
// one with `openssl rand -hex 32`, keep it, and give it as KPL_KEY.

import { io } from 'socket.io-client';

const { KPL_URL = 'http://127.0.0.1:3000', KPL_KEY, KPL_NAME = '骰子' } = process.env;
const socket = io(KPL_URL, { auth: { name: KPL_NAME, key: KPL_KEY } });

socket.on('talk', async (text, { from }) => {
  const [, sides] = /^!roll(?: (\d{1,4}))?$/.exec(text) ?? [undefined, undefined];
  if (!text.startsWith('!roll')) return;
  const rolled = 1 + Math.floor(Math.random() * (Number(sides) || 6));
  // The acknowledgement says that the answer is on the server's disk, or why not.
  const kept = await socket.emitWithAck('talk', `@${from} ${rolled}`);
  if (!kept.ok) console.error(`${kept.code}: ${kept.message}`);
});
socket.on('connect', () => console.log(`${KPL_NAME} is in the room`));
socket.on('connect_error', ({ message }) => console.error(message));
