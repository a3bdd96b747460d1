// Loaded into the measured process: writes its peak memory (KB), what is in use of its heap after a collection (KB), and
// its processor time (ms), in all and at each of its requests, to the file that BENCH_PEAK names when it ends.
const { subscribe } = require('node:diagnostics_channel');
const { readFileSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const atRequest = [];
subscribe('undici:request:create', () => atRequest.push(cpuMs()));

process.on('exit', () => {
  const cpuInAll = cpuMs();
  let peak = process.resourceUsage().maxRSS;
  try {
    // What the kernel says of this program alone; the figure above may stem from before it was started.
    peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? peak);
  } catch {}
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const heapKb = process.memoryUsage().heapUsed / 1024;
  writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ peakKb: peak, heapKb, cpuMs: cpuInAll, atRequest }));
});
