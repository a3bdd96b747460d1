import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEffects, type EffectsOptions, type RunEffects } from '../../src/effects/effects.ts';
import { scrubEnvironment } from '../../src/effects/environment.ts';
import type { OutcomeOf } from '../../src/effects/outcome.ts';
import { openWorkspace } from '../../src/effects/workspace.ts';
import { mintPermit } from '../../src/gate/permit.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Masker } from '../../src/ports/masker.ts';
import type { Workspace } from '../../src/ports/workspace.ts';
import type { BlobRef, Effect, ExecEffect } from '../../src/protocol/effect.ts';
import { failures, GatehouseError } from '../../src/protocol/failure.ts';
import { uncontained } from '../support/fakes.ts';

export class MemoryBlobs implements Blobs {
  readonly #bytes = new Map<string, Uint8Array>();

  put(bytes: Uint8Array): Promise<BlobRef> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#bytes.set(sha256, Uint8Array.from(bytes));
    return Promise.resolve({ sha256, bytes: bytes.length });
  }

  get(ref: BlobRef): Promise<Uint8Array> {
    const bytes = this.#bytes.get(ref.sha256);
    if (bytes === undefined) return Promise.reject(new GatehouseError(failures.blobMissing({ sha256: ref.sha256 })));
    return Promise.resolve(bytes);
  }
}

/** Hides exactly the words that it is given. */
export function wordMasker(secrets: Record<string, string>): Masker {
  const mask: Masker['mask'] = text => {
    let [masked, count] = [text, 0];
    for (const [placeholder, secret] of Object.entries(secrets)) {
      count += masked.split(secret).length - 1;
      masked = masked.replaceAll(secret, () => placeholder);
    }
    return { text: masked, count };
  };
  return {
    mask,
    maskOwn: mask,
    maskChange: (before, after) => ({
      before: before === null ? null : mask(before).text,
      after: mask(after).text,
      moved:
        Object.entries(secrets).find(
          ([, secret]) => after.includes(secret) && before?.includes(secret) !== true,
        )?.[0] ?? null,
    }),
    opening: text => text.length,
    unmask: text => {
      let restored = 0;
      const unknown: string[] = [];
      const plain = text.replaceAll(/\[secret:[^\]\s]+\]/g, placeholder => {
        const secret = secrets[placeholder];
        if (secret === undefined) unknown.push(placeholder);
        else restored += 1;
        return secret ?? placeholder;
      });
      return { text: plain, restored, unknown };
    },
  };
}

export interface Bench {
  root: string;
  outside: string;
  outDir: string;
  blobs: MemoryBlobs;
  workspace: Workspace;
  effects: RunEffects;
  /** Runs an effect with a fresh permit. */
  run<E extends Effect>(
    effect: E,
    signal?: AbortSignal,
    onOutput?: (text: string) => void,
  ): Promise<OutcomeOf<E['kind']>>;
  sh(command: string, more?: Partial<ExecEffect>): ExecEffect;
  write(name: string, content: string | Uint8Array): string;
  text(name: string): string;
  names(folder?: string): string[];
  remove(): void;
}

/** A workspace, a folder outside of it, and the hands of one run, all in a temporary folder. */
export async function bench(more: Partial<EffectsOptions> = {}): Promise<Bench> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-effects-')));
  const [root, outside, outDir] = [join(base, 'workspace'), join(base, 'outside'), join(base, 'state')];
  for (const folder of [root, outside, outDir]) mkdirSync(folder, { mode: 0o700 });
  const blobs = new MemoryBlobs();
  const { env } = scrubEnvironment(process.env, () => false);
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const effects = createEffects({ root, blobs, clock, editor: null, env, outDir, ...more });
  const path = (name: string) => join(root, name);
  return {
    root,
    outside,
    outDir,
    blobs,
    effects,
    workspace: await openWorkspace(root),
    run: (effect, signal = new AbortController().signal, onOutput = () => undefined) =>
      effects.run(mintPermit(effect, uncontained, clock.now()), { signal, onOutput }),
    sh: (command, extra = {}) => ({ kind: 'exec', command, cwd: root, timeoutMs: 15_000, background: false, ...extra }),
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    text: name => readFileSync(path(name), 'utf8'),
    names: (folder = '.') => readdirSync(path(folder)).sort(),
    remove: () => {
      effects.killAllNow();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** For assert.rejects: a GatehouseError with this code. */
export function failsWith(code: string, args?: Record<string, unknown>) {
  return (error: unknown): boolean => {
    if (!(error instanceof GatehouseError)) throw error;
    if (error.failure.code !== code) throw new Error(`${error.failure.code} where ${code} was due`, { cause: error });
    for (const [name, value] of Object.entries(args ?? {}))
      if (error.failure.args[name] !== value)
        throw new Error(`${name} is ${String(error.failure.args[name])}, not ${String(value)}`);
    return true;
  };
}

/** Resolves once the condition holds; rejects after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise(resolve => {
      setTimeout(resolve, 10);
    });
  }
}

/** Whether the process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
