import { findDotenvFiles } from '../effects/dotenv.ts';
import type { Outcome } from '../effects/outcome.ts';
import { isInside } from '../effects/workspace.ts';
import { knownFromDotenv } from '../journal/known.ts';
import type { RunMasker } from '../journal/masker.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import { isDotenvName } from '../risk/secrets/keyFiles.ts';

/**
 * What the masker must know before an effect's answer is shown: the secrets of each whole file that the answer shows a
 * part of, and the values of all `.env` files where a command may have changed them. What a command printed was learned
 * as it came. `asked` is the path that the model
 * named, which may be a link's. Never rejects: what cannot be read is left to the patterns.
 */
export type Learn = (effect: Effect, outcome: Outcome, asked: string) => Promise<void>;

/** Files of one search answer are read up to so many bytes together. */
const maxSearchBytes = 32 * 1024 * 1024;

export function createLearner(masker: RunMasker, workspace: Workspace): Learn {
  const learned = new Set<Digest>();

  async function rescan(): Promise<void> {
    for (const { text } of await findDotenvFiles(workspace.root)) masker.addKnown(knownFromDotenv(text));
  }

  function learnFile(sha256: Digest, text: string, dotenv: boolean): void {
    if (dotenv) masker.addKnown(knownFromDotenv(text));
    if (learned.has(sha256)) return;
    learned.add(sha256);
    masker.learn(text);
  }

  async function learnHits(files: readonly string[]): Promise<void> {
    let left = maxSearchBytes;
    for (const path of files) {
      const look = await workspace.look(path).catch(() => null);
      left -= look?.bytes.length ?? 0;
      if (left < 0) return;
      if (look !== null) learnFile(look.ref.sha256, new TextDecoder().decode(look.bytes), isDotenvName(path));
    }
  }

  return async (effect, outcome, asked) => {
    switch (outcome.kind) {
      case 'read': {
        // The log of a background command is output too, and the command may have written a .env file since.
        if (!isInside(workspace.root, outcome.path)) {
          await rescan();
          masker.learnKeyLines(outcome.whole);
        }
        const dotenv = isDotenvName(outcome.path) || isDotenvName(asked);
        return learnFile(outcome.file.sha256, outcome.whole, dotenv);
      }
      case 'search':
        if (effect.kind === 'search' && effect.output === 'content') await learnHits(outcome.files);
        return;
      case 'exec':
      case 'restore':
        return rescan();
      case 'fetch':
        masker.learn(outcome.text);
        return;
      case 'edit':
      case 'push':
      case 'diagnostics':
        return;
    }
  };
}
