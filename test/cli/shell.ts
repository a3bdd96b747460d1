import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { realClock } from '../../src/effects/clock.ts';
import { main } from '../../src/hosts/cli/cli.ts';
import type { Input } from '../../src/hosts/cli/io.ts';
import { type Home, openHome } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { Sink } from './streams.ts';

export interface Said {
  code: number;
  out: string;
  err: string;
}

/** A machine of its own for the command line: a state folder, a workspace and an environment that hold nothing else. */
export class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  readonly env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], GATEHOUSE_HOME: join(this.folder, 'state') };
  readonly interrupt = new AbortController();
  stdout = new Sink();
  stderr = new Sink();

  /** Runs the command line in this process and gives what it said. */
  run(argv: readonly string[], input = ''): Promise<Said> {
    const stdin = new PassThrough();
    stdin.end(input);
    return this.runWith(argv, stdin, false);
  }

  /** As at a terminal: what is written to `keys` is typed, and both outputs are one screen's. */
  atTerminal(argv: readonly string[], keys: Input): Promise<Said> {
    keys.isTTY = true;
    return this.runWith(argv, keys, true);
  }

  private async runWith(argv: readonly string[], stdin: Input, tty: boolean): Promise<Said> {
    this.stdout = new Sink();
    this.stderr = new Sink();
    this.stdout.isTTY = tty;
    this.stderr.isTTY = tty;
    const code = await main(argv, {
      stdin,
      stdout: this.stdout,
      stderr: this.stderr,
      env: this.env,
      cwd: this.folder,
      version: '9.9.9',
      interrupt: this.interrupt.signal,
      ctrlC: () => this.interrupt.abort(),
    });
    return { code, out: this.stdout.text, err: this.stderr.text };
  }

  home(): Promise<Home> {
    return openHome({ env: this.env });
  }

  /** Writes the journal of a run that is over; gives its id. */
  async pastRun(bodies: (run: string) => EventBody[], at = Date.now()): Promise<string> {
    const run = newRunId(at);
    const journal = await createJournal(await this.home(), run, { ...realClock, now: () => at });
    for (const body of bodies(run)) await journal.append(body);
    await journal.close();
    return run;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
