import { io } from 'socket.io-client';

const socket = io(process.env.KPL_URL ?? 'http://127.0.0.1:3000');
socket.on('talk', (text, line) => console.log(`${line.from}: ${text}`));
socket.emit('talk', process.argv[2] ?? '我来，打野');
