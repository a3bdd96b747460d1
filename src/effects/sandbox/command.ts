import type { Violation } from '../../protocol/containment.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { CommandReport, HelperClient } from './client.ts';
import type { Guard } from './guard.ts';
import type { Staging } from './staging.ts';
import { Violations } from './violations.ts';

/** One command from our side: what the helper tells of it, until it is over. */
export class RunningCommand {
  readonly helper: HelperClient;
  readonly #id: string;
  readonly #guard: Guard;
  readonly #staging: Staging;
  readonly #violations: Violations;
  readonly #started = Promise.withResolvers<number>();
  readonly #exited = Promise.withResolvers<{ exitCode: number | null; signal: string | null }>();
  readonly #settled = Promise.withResolvers<Violation[]>();
  #begun = false;
  #lifted: readonly string[] = [];

  constructor(id: string, helper: HelperClient, guard: Guard, staging: Staging, root: string) {
    this.#id = id;
    this.helper = helper;
    this.#guard = guard;
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

  get settled(): Promise<Violation[]> {
    return this.#settled.promise;
  }

  /** As `Guard.begin`; `lifted` is what it may change of what is protected. */
  begin(
    paths: readonly string[],
    ghosts: readonly string[],
    absent: readonly string[],
    lifted: readonly string[],
  ): void {
    this.#begun = true;
    this.#lifted = lifted;
    this.#guard.begin(paths, ghosts, absent);
  }

  kill(): void {
    this.helper.send({ type: 'kill', id: this.#id, gently: true });
  }

  /** The helper has ended, and with it the command. */
  lost(problem: string): void {
    const error = new GatehouseError(failures.sandboxFailed({ problem }));
    this.#over();
    this.#started.reject(error);
    this.#exited.resolve({ exitCode: null, signal: 'SIGKILL' });
    this.#settled.reject(error);
  }

  #hear(report: CommandReport): void {
    switch (report.type) {
      case 'started':
        this.#started.resolve(report.pid);
        return;
      case 'notStarted':
        this.#over();
        this.#started.reject(notStarted(report.problem));
        return;
      case 'deniedHost':
        this.#violations.host(report.host, report.port);
        return;
      case 'attempt':
        if (report.kind === 'watched') this.#guard.hint(report.path);
        else this.#violations.write(report.path);
        return;
      case 'limit':
        this.#violations.limit(report.limit);
        return;
      case 'exit':
        if (this.#begun) for (const path of this.#staging.deliver()) this.#violations.write(path);
        this.#over();
        this.#exited.resolve({ exitCode: report.code, signal: report.signal });
        if (report.begun) this.#settled.resolve(this.#violations.list());
        else this.#settled.reject(new GatehouseError(failures.sandboxFailed({ problem: 'it could not be built' })));
        return;
    }
  }

  #over(): void {
    this.helper.forget(this.#id);
    if (!this.#begun) return;
    this.#begun = false;
    const { restored, changed } = this.#guard.end(this.#lifted);
    this.#violations.restored(restored);
    for (const path of changed) this.#violations.write(path);
  }
}

export function notStarted(problem: string): GatehouseError {
  return new GatehouseError(failures.spawnFailed({ problem }));
}
