'use strict';
// Texts that have been changed on their way by one library or another.

module.exports = {
  'a number': '123',
  'the word null': 'null',
  'the word true': 'true',
  'an object': '{"a":1}',
  'two leading spaces': '  x',
  'a newline inside': 'first\nsecond',
  'a family, which is one emoji of five characters': '👨‍👩‍👧',
  'a line separator': 'a\u2028b',
  '4,000 bytes of Chinese': `${'汉字'.repeat(666)}汉!`,
};
