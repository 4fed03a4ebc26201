// Node: raw mode and the 'data' event of standard input. CLOCK_MONOTONIC is hrtime's clock.
const fs = require('fs');

const fd = Number(process.env.TTYRING_STAMP_FD || 3);
const every = Number(process.env.TTYRING_COUNT || 0);
const answers = 'TTYRING_ANSWER' in process.env;
const stamp = Buffer.alloc(8);
let seen = 0;

function write(at) {
  stamp.writeBigUInt64LE(at);
  fs.writeSync(fd, stamp);
}

process.stdin.setRawMode(true);
process.stdin.on('data', (data) => {
  const at = process.hrtime.bigint();
  if (answers) {
    fs.writeSync(1, '.');
  } else if (every === 0) {
    write(at);
  } else {
    for (seen += data.length; seen >= every; seen -= every) write(process.hrtime.bigint());
  }
  if (data[data.length - 1] === 4) process.exit(0);
});
if (!answers) write(process.hrtime.bigint());
