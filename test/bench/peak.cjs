// Loaded into the measured process: writes its peak memory (KB) and processor time (ms) to the file that BENCH_PEAK
// names when it ends.
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  let peak = process.resourceUsage().maxRSS;
  try {
    // What the kernel says of this program alone; the figure above may stem from before it was started.
    peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? peak);
  } catch {}
  writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ peakKb: peak, cpuMs: (user + system) / 1000 }));
});
