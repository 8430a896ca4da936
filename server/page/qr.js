// A QR code of a text (ISO/IEC 18004): bytes, error correction of level L, versions 1 to 20, which hold
// 858 bytes.

const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28]; // bytes a block
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];
const QUIET = 4; // modules around it

const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => ((x / 3 | 0) + (y / 2 | 0)) % 2, (x, y) => (x * y) % 2 + (x * y) % 3,
  (x, y) => ((x * y) % 2 + (x * y) % 3) % 2, (x, y) => ((x + y) % 2 + (x * y) % 3) % 2,
];

/** The modules of the code as rows of 0 and 1. */
export function modules(text) {
  const data = new TextEncoder().encode(text);
  const version = 1 + CORRECTION.findIndex((_, at) => room(at + 1) >= data.length + (at < 9 ? 2 : 3));
  if (version === 0) throw new Error('the text is too long for a QR code');
  const all = codewords(data, version);
  const drawn = MASKS.map((_, mask) => draw(all, version, mask));
  return drawn.reduce((best, each) => (penalty(each) < penalty(best) ? each : best));
}

/** The code as a picture. */
export function drawn(text) {
  const rows = modules(text);
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  const make = (tag, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const side = rows.length + 2 * QUIET;
  const picture = make('svg', { viewBox: `${-QUIET} ${-QUIET} ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': 'QR' });
  picture.append(make('path', { d: path, fill: '#000', 'shape-rendering': 'crispEdges' }));
  return picture;
}

/** How many modules a version has for data and correction. */
function raw(version) {
  const aligned = version === 1 ? 0 : (version / 7 | 0) + 2;
  const marks = aligned === 0 ? 0 : (25 * aligned - 10) * aligned - 55;
  return (16 * version + 128) * version + 64 - marks - (version >= 7 ? 36 : 0);
}

/** How many bytes of data a version holds. */
function room(version) {
  return (raw(version) >> 3) - CORRECTION[version - 1] * BLOCKS[version - 1];
}

function codewords(data, version) {
  const bits = [];
  const put = (value, count) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(4, 4); // bytes
  put(data.length, version < 10 ? 8 : 16);
  for (const byte of data) put(byte, 8);
  const size = room(version);
  put(0, Math.min(4, size * 8 - bits.length));
  while (bits.length % 8 > 0) bits.push(0);
  const bytes = [];
  for (let at = 0; at < bits.length; at += 8) bytes.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0xec; bytes.length < size; pad ^= 0xec ^ 0x11) bytes.push(pad);

  const count = BLOCKS[version - 1];
  const short = size / count | 0;
  const divisor = generator(CORRECTION[version - 1]);
  const blocks = Array.from({ length: count }, (_, n) => {
    const isLong = n >= count - (size % count);
    const block = bytes.splice(0, short + (isLong ? 1 : 0));
    return { block, correction: remainder(block, divisor) };
  });
  const woven = [];
  for (let at = 0; at <= short; at += 1) {
    for (const { block } of blocks) if (at < block.length) woven.push(block[at]);
  }
  for (let at = 0; at < divisor.length; at += 1) {
    for (const { correction } of blocks) woven.push(correction[at]);
  }
  return woven;
}

/** The product in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(one, other) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

function generator(degree) {
  const result = Array(degree - 1).fill(0).concat(1);
  for (let n = 0, root = 1; n < degree; n += 1, root = times(root, 2)) {
    for (let at = 0; at < degree; at += 1) result[at] = times(result[at], root) ^ (result[at + 1] ?? 0);
  }
  return result;
}

function remainder(data, divisor) {
  const rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    divisor.forEach((coefficient, at) => { rest[at] ^= times(coefficient, factor); });
  }
  return rest;
}

function draw(bytes, version, mask) {
  const size = version * 4 + 17;
  const rows = Array.from({ length: size }, () => Array(size).fill(0));
  const taken = rows.map((row) => row.map(() => false)); // by patterns, not by data
  const set = (x, y, dark) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    rows[y][x] = Number(dark);
    taken[y][x] = true;
  };
  const square = (atX, atY, reach, isDark) => {
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) set(atX + x, atY + y, isDark(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const marks = alignment(version, size);
  for (const x of marks) {
    for (const y of marks) {
      const isCorner = (x === 6 && (y === 6 || y === size - 7)) || (x === size - 7 && y === 6);
      if (!isCorner) square(x, y, 2, (ring) => ring !== 1);
    }
  }
  formats(set, version, size, mask);

  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (taken[y][x]) continue;
        const bit = at < bytes.length * 8 ? (bytes[at >> 3] >> (7 - (at & 7))) & 1 : 0;
        rows[y][x] = bit ^ Number(MASKS[mask](x, y) === 0);
        at += 1;
      }
    }
  }
  return rows;
}

function alignment(version, size) {
  if (version === 1) return [];
  const count = (version / 7 | 0) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, n) => size - 7 - n * step)];
}

/** Which mask and which version it is, with their own correction. */
function formats(set, version, size, mask) {
  const checked = (value, checks, divisor) => {
    let rest = value;
    for (let n = 0; n < checks; n += 1) rest = (rest << 1) ^ ((rest >> (checks - 1)) * divisor);
    return (value << checks) | rest;
  };
  const format = checked((1 << 3) | mask, 10, 0x537) ^ 0x5412; // 1: level L
  const bit = (n) => (format >> n) & 1;
  for (let n = 0; n < 15; n += 1) {
    const along = n < 6 ? n : n < 8 ? n + 1 : n === 8 ? 7 : 14 - n;
    if (n < 8) set(8, along, bit(n));
    else set(along, 8, bit(n));
    if (n < 8) set(size - 1 - n, 8, bit(n));
    else set(8, size - 15 + n, bit(n));
  }
  set(8, size - 8, 1);
  if (version < 7) return;
  const number = checked(version, 12, 0x1f25);
  for (let n = 0; n < 18; n += 1) {
    const [far, near] = [size - 11 + (n % 3), n / 3 | 0];
    set(far, near, (number >> n) & 1);
    set(near, far, (number >> n) & 1);
  }
}

/** How hard it is to read: long runs, squares of one colour, what looks like a corner, and imbalance. */
function penalty(rows) {
  const size = rows.length;
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.join('');
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (const corner of ['10111010000', '00001011101']) {
      for (let at = text.indexOf(corner); at >= 0; at = text.indexOf(corner, at + 1)) sum += 40;
    }
  }
  let dark = 0;
  rows.forEach((row, y) => row.forEach((module, x) => {
    dark += module;
    const next = rows[y + 1];
    if (next && x + 1 < size && [row[x + 1], next[x], next[x + 1]].every((each) => each === module)) sum += 3;
  }));
  return sum + 10 * (Math.abs(dark * 20 - size * size * 10) / (size * size) | 0);
}
