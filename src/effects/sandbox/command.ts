import type { Violation } from '../../protocol/containment.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { CommandReport, HelperClient } from './client.ts';
import type { GuardWatch } from './guard.ts';
import type { HistoryWatch } from './history.ts';
import type { HostWatch } from './hostFiles.ts';
import type { Staging } from './staging.ts';
import type { Stamps } from './stamps.ts';
import { Violations } from './violations.ts';

/** One command from our side: what the helper tells of it, until it is over. */
export class RunningCommand {
  readonly helper: HelperClient;
  readonly #id: string;
  readonly #stamps: Stamps;
  readonly #staging: Staging;
  readonly #violations: Violations;
  readonly #started = Promise.withResolvers<number>();
  readonly #exited = Promise.withResolvers<{ exitCode: number | null; signal: string | null }>();
  readonly #settled = Promise.withResolvers<Violation[]>();
  #begun = false;
  #cpuMs: number | null = null;
  #lifted: readonly string[] = [];
  #watches: Watches | null = null;
  #history: HistoryWatch | null = null;

  constructor(id: string, helper: HelperClient, stamps: Stamps, staging: Staging, root: string) {
    this.#id = id;
    this.helper = helper;
    this.#stamps = stamps;
    this.#staging = staging;
    this.#violations = new Violations(root);
    this.#settled.promise.catch(() => undefined);
    helper.listen(id, report => this.#hear(report));
  }

  get started(): Promise<number> {
    return this.#started.promise;
  }

  get exited(): Promise<{ exitCode: number | null; signal: string | null }> {
    return this.#exited.promise;
  }

  get cpuMs(): number | null {
    return this.#cpuMs;
  }

  get settled(): Promise<Violation[]> {
    return this.#settled.promise;
  }

  /** `lifted` is what it may change of what is protected. `watches` is null where it writes nothing, `history` where no repository. */
  begin(lifted: readonly string[], watches: Watches | null, history: HistoryWatch | null): void {
    this.#begun = true;
    this.#history = history;
    this.#lifted = lifted;
    this.#watches = watches;
  }

  kill(): void {
    this.helper.send({ type: 'kill', id: this.#id, gently: true });
  }

  /** The helper has ended, and with it the command. */
  lost(problem: string): void {
    const error = new GatehouseError(failures.sandboxFailed({ problem }));
    const failed = () => this.#settled.reject(error);
    this.#over().then(failed, failed);
    this.#started.reject(error);
    this.#exited.resolve({ exitCode: null, signal: 'SIGKILL' });
  }

  #hear(report: CommandReport): void {
    switch (report.type) {
      case 'started':
        this.#started.resolve(report.pid);
        return;
      case 'notStarted':
        this.#over().catch(() => undefined);
        this.#started.reject(notStarted(report.problem));
        return;
      case 'deniedHost':
        this.#violations.host(report.host, report.port);
        return;
      case 'attempt':
        if (report.kind === 'watched') this.#watched(report.path);
        else this.#violations.write(report.path);
        return;
      case 'limit':
        this.#violations.limit(report.limit);
        return;
      case 'exit':
        if (this.#begun) for (const path of this.#staging.deliver()) this.#violations.write(path);
        this.#settle(report.begun);
        this.#cpuMs = report.cpuMs;
        this.#exited.resolve({ exitCode: report.code, signal: report.signal });
        return;
    }
  }

  #settle(begun: boolean): void {
    const failed = (problem: string) => this.#settled.reject(new GatehouseError(failures.sandboxFailed({ problem })));
    this.#over().then(
      () => (begun ? this.#settled.resolve(this.#violations.list()) : failed('it could not be built')),
      (error: unknown) => failed(`what it committed could not be taken over: ${String(error)}`),
    );
  }

  #watched(path: string): void {
    this.#watches?.guard.hint(path);
    this.#watches?.hostFiles.hint(path);
  }

  async #over(): Promise<void> {
    this.helper.forget(this.#id);
    if (!this.#begun) return;
    this.#begun = false;
    const history = this.#history?.end();
    if (this.#watches !== null) this.#compare(this.#watches);
    const kept = await history;
    if (kept === undefined) return;
    this.#violations.restored(kept.logs);
    for (const path of kept.objects) this.#violations.write(path);
  }

  #compare(watches: Watches): void {
    this.#stamps.together(() => {
      const { restored, changed } = watches.guard.end(this.#lifted);
      this.#violations.restored(restored);
      if (restored.length > 0) this.#stamps.forget();
      for (const path of [...changed, ...watches.hostFiles.end()]) this.#violations.write(path);
    });
  }
}

/** What is compared when a command is over. */
export interface Watches {
  guard: GuardWatch;
  hostFiles: HostWatch;
}

export function notStarted(problem: string): GatehouseError {
  return new GatehouseError(failures.spawnFailed({ problem }));
}
