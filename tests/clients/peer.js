'use strict';
// A plain Socket.IO server of a few lines: what anyone would write, and what ours stands beside.

const { createServer } = require('node:http');
const { Server } = require('socket.io');

const http = createServer();
const io = new Server(http);

io.on('connection', (socket) => {
  socket.on('talk', (text, ack) => {
    socket.broadcast.emit('talk', text);
    if (typeof ack === 'function') ack();
  });
});

http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${http.address().port}`);
});
