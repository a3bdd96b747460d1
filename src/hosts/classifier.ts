import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { realClock } from '../effects/clock.ts';
import { openFacts } from '../effects/facts/facts.ts';
import { makePrivateFolder } from '../effects/files.ts';
import { openGit } from '../effects/git/neutral.ts';
import { openWorkspace } from '../effects/workspace.ts';
import { foldersOf } from '../gate/assess.ts';
import { decide } from '../gate/decide.ts';
import { askWithFacts, type FactsSource } from '../gate/factsSource.ts';
import { subjectOf } from '../gate/subject.ts';
import { termsFor } from '../gate/terms.ts';
import type { Home } from '../journal/home.ts';
import type { Diagnostic } from '../policy/rule.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Mode } from '../protocol/command.ts';
import type { Verdict } from '../protocol/decision.ts';
import {
  DiagnosticsEffect,
  type Effect,
  ExecEffect,
  FetchEffect,
  ReadEffect,
  SearchEffect,
} from '../protocol/effect.ts';
import { type Assessed, assessCommand, conclude } from '../risk/assess.ts';
import { assessEdit } from '../risk/edits.ts';
import type { Facts } from '../risk/facts.ts';
import { assessFetch } from '../risk/fetch/assess.ts';
import { newLedger, settleClaim } from '../risk/findings.ts';
import { assessPush } from '../risk/push.ts';
import { assessRestore } from '../risk/restore.ts';
import { findSecrets } from '../risk/secrets.ts';
import { literal } from '../risk/shell/word.ts';
import { lazyReader } from './assets.ts';
import { openPolicy } from './policy.ts';
import { reasonSentence } from './sentences.ts';

/** An edit as a line of input names it: by the texts, not by digests. */
const NamedEdit = z.object({
  kind: z.literal('edit'),
  path: z.string(),
  before: z.string().nullable().default(null),
  after: z.string().nullable().default(null),
});
type NamedEdit = z.infer<typeof NamedEdit>;

const NamedExec = ExecEffect.extend({
  cwd: z.string().optional(),
  timeoutMs: z.number().default(120_000),
  background: z.boolean().default(false),
});

/** Paths are absolute or relative to the workspace. */
export const Asked = z.union([
  z.object({ id: z.unknown().optional(), command: z.string() }),
  z.object({
    id: z.unknown().optional(),
    effect: z.discriminatedUnion('kind', [
      NamedExec,
      NamedEdit,
      ReadEffect,
      SearchEffect,
      FetchEffect,
      DiagnosticsEffect,
    ]),
  }),
]);
export type Asked = z.infer<typeof Asked>;

/** One line of output. */
export interface Classified {
  id: unknown;
  tier: string;
  decision: Verdict;
  categories: readonly string[];
  reasons: { code: string; sentence: string }[];
  footprint: Assessment['footprint'];
}

export interface ClassifierSetup {
  cwd: string;
  mode: Mode;
  sandbox: boolean;
  policy?: string;
  home: Home;
  env: NodeJS.ProcessEnv;
  assets: string;
}

export interface Classifier {
  /** What is wrong with the policy files that were read. */
  diagnostics: readonly Diagnostic[];
  classify(asked: Asked): Promise<Classified>;
  close(): Promise<void>;
}

/** Facts are looked at anew after so long, in ms: a stream of questions sees the workspace as it is, not once each. */
const momentMs = 250;

/** What the gate would say of effects in a folder, without asking anybody and without running anything. */
export async function openClassifier(setup: ClassifierSetup): Promise<Classifier> {
  const { root } = await openWorkspace(setup.cwd);
  const reader = lazyReader(setup.assets);
  const named = setup.policy === undefined ? {} : { named: setup.policy };
  const policy = await openPolicy(
    { user: join(setup.home.root, 'policy.yaml'), workspace: root, home: homedir(), ...named },
    reader,
  );
  const scratch = join(setup.home.root, 'scratch');
  await makePrivateFolder(scratch);
  const git = await openGit({ workspace: root, home: homedir(), env: setup.env, scratch });
  const facts = openFacts({
    root,
    home: homedir(),
    ownState: [setup.home.root],
    git,
    trustedHosts: policy.trustedHosts,
  });
  const { parse, table } = await reader();
  let moment: { source: FactsSource; until: number } | null = null;

  function source(): FactsSource {
    const now = realClock.now();
    if (moment === null || now > moment.until) moment = { source: facts.begin(), until: now + momentMs };
    return moment.source;
  }

  async function assessor(effect: Effect | NamedEdit): Promise<(known: Facts) => Assessed> {
    switch (effect.kind) {
      case 'exec': {
        const whole = await reader(effect.command);
        return known => assessCommand(whole, effect, known);
      }
      case 'push':
        return known => assessPush({ parse, table }, effect, known);
      case 'fetch':
        return known => assessFetch(effect, known);
      case 'restore':
        return known => assessRestore(effect, known);
      case 'edit':
        return known => assessEdit(editOf(effect), known, findSecrets);
      case 'read':
        return known => looked(effect.path, known);
      case 'search':
        return known => looked(effect.root, known);
      case 'diagnostics':
        return known => looked(effect.path ?? root, known);
    }
  }

  return {
    diagnostics: policy.diagnostics,
    async classify(asked) {
      const effect = effectOf(asked, root);
      const here = source();
      const { assessment } = await askWithFacts(here, await assessor(effect));
      const whole = wholeOf(effect);
      const containment = { sandbox: setup.sandbox, contained: setup.sandbox };
      const terms = termsFor(whole, assessment, root, containment);
      const decision = decide(whole, assessment, {
        mode: setup.mode,
        containment,
        terms,
        policy: policy.judge.decide(subjectOf(whole, assessment, foldersOf(assessment, here.facts()))),
      });
      return {
        id: asked.id ?? null,
        tier: assessment.tier,
        decision: decision.verdict,
        categories: assessment.categories,
        reasons: decision.reasons.map(each => ({ code: each.code, sentence: reasonSentence(each) })),
        footprint: assessment.footprint,
      };
    },
    close: async () => git?.close(),
  };
}

function effectOf(asked: Asked, root: string): Effect | NamedEdit {
  if ('command' in asked)
    return { kind: 'exec', command: asked.command, cwd: root, timeoutMs: 120_000, background: false };
  const { effect } = asked;
  switch (effect.kind) {
    case 'exec':
      return { ...effect, cwd: resolve(root, effect.cwd ?? '.') };
    case 'edit':
    case 'read':
      return { ...effect, path: resolve(root, effect.path) };
    case 'search':
      return { ...effect, root: resolve(root, effect.root) };
    case 'fetch':
      return effect;
    case 'diagnostics':
      return effect.path === undefined ? effect : { ...effect, path: resolve(root, effect.path) };
  }
}

function editOf({
  path,
  before,
  after,
}: NamedEdit | (Extract<Effect, { kind: 'edit' }> & { before?: null; after?: null })) {
  const lines = (text: string | null | undefined): number => (text ? text.split('\n').length : 0);
  return {
    path,
    before: before ?? null,
    after: after ?? null,
    added: Math.max(0, lines(after) - lines(before)),
    removed: Math.max(0, lines(before) - lines(after)),
  };
}

/** The parts of an edit that the decision looks at. */
function wholeOf(effect: Effect | NamedEdit): Effect {
  if (effect.kind !== 'edit') return effect;
  const none = { sha256: '0'.repeat(64), bytes: 0 };
  return { kind: 'edit', path: effect.path, base: null, next: none, patch: '', added: 0, removed: 0 };
}

function looked(path: string, facts: Facts): Assessed {
  const ledger = newLedger();
  settleClaim(ledger, { does: 'read', path: literal(path) }, [facts.root], facts);
  return { assessment: conclude(ledger, { understood: true, parts: [] }), wants: [...ledger.wants.values()] };
}
