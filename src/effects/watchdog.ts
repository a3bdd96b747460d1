import { type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type CommandEnvironment, withVariable } from './environment.ts';
import { ownProgram, spawnOwn } from './own.ts';
import { pipePrefix } from './processTable.ts';

/** The variable that every command of a run is given, for the time when the run's own process is no more. */
const runMarkerName = 'GATEHOUSE_RUN';

/**
 * A shell waits for the run's process to close its end of a pipe. A line on it is an orderly end. Without one the process
 * has died, and all that carries the run's marker, or holds the pipe of one of its commands, is killed; again and again
 * until nothing is found, since what is alive may fork meanwhile. A shell because it waits in less than 2 MB.
 */
const script = `
trap '' HUP INT QUIT TERM
read -r mark; read -r pipes
read -r end && exit 0
marked() {
  if [ -d /proc/self/fd ]; then
    grep -lsF -e "$mark" /proc/[0-9]*/environ | cut -d/ -f3
    ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
      case $line in
        /proc/*/fd:) pid=\${line#/proc/}; pid=\${pid%/fd:} ;;
        *"$pipes"*) echo "$pid" ;;
      esac
    done
  else
    ps -axwwE -o pid=,command= | while read -r pid rest; do
      case $rest in *"$mark"*) echo "$pid" ;; esac
    done
  fi
}
round=0
while [ $round -lt 40 ]; do
  found=$(marked)
  [ -z "$found" ] && exit 0
  for pid in $found; do kill -KILL "$pid" 2>/dev/null; done
  round=$((round + 1))
  sleep 0.05
done
`;

/** Ends what a run has started when the run's own process was killed and can end nothing any more. */
export interface Watchdog {
  /** For the run's commands: with the run's marker. */
  readonly env: CommandEnvironment;
  /** To be called before each command. */
  watch(): void;
  /** To be called when nothing of the run is left. */
  end(): void;
}

/** `outDir` is the run's own folder, where its commands' pipes are. Without a shell nothing is watched. */
export function createWatchdog(env: CommandEnvironment, outDir: string): Watchdog {
  const marker = randomUUID();
  let dog: ChildProcess | null = null;
  return {
    env: withVariable(env, runMarkerName, marker),
    watch() {
      if (dog !== null) return;
      const shell = ownProgram('sh');
      if (shell === null) return;
      // In a session of its own, so that no signal to the terminal's processes reaches it.
      const child = spawnOwn(shell, ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
      dog = child;
      child.once('error', () => {
        dog = null;
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.write(`${runMarkerName}=${marker}\n${pipePrefix(outDir)}\n`);
      child.unref();
      if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
        child.stdin.unref();
    },
    end() {
      dog?.stdin?.end('end\n');
      dog = null;
    },
  };
}
