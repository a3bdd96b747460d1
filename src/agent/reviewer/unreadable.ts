import { createHash } from 'node:crypto';
import type { ReviewFinding } from '../../protocol/diffReview.ts';
import type { DiffFile } from './diff.ts';
import { findingId } from './findingId.ts';

/** Names of what is run, or read by what is. */
const sources =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|pyi?|rb|php|pl|pm|lua|sh|bash|zsh|fish|ps1|bat|cmd|rs|go|cc?|cpp|cxx|hh?|hpp|m|mm|zig|swift|cs|fs|vb|java|kts?|scala|groovy|gradle|clj[cs]?|exs?|erl|hs|ml|r|jl|dart|sql|html?|ya?ml|toml|tf|mk|cmake|nix)$|(?:^|\/)(?:makefile|justfile|dockerfile|containerfile|jenkinsfile|rakefile|gemfile|procfile|vagrantfile)$/i;
/** Names of data and of words for people: what is no text there runs nowhere. */
const data =
  /\.(?:md|mdx|rst|adoc|txt|log|json|jsonl|ndjson|csv|tsv|xml|svg|css|scss|sass|less|lock|lockb|sum|snap|map|po|pot|dat|out)$|(?:^|\/)(?:license|notice|changelog|authors|readme)$/i;
/** Written by tools, often longer than anybody reads. */
const generated =
  /(?:^|\/)(?:pnpm-lock\.yaml|[\w.-]+[.-]lock\.ya?ml|__snapshots__\/.*|[\w.-]+\.(?:min|bundle|generated|pb|g)\.[\w.]+)$/i;

const isSource = ({ path }: DiffFile): boolean => sources.test(path) && !generated.test(path);

/** Files that run and that nobody can read as text: no rule and no model looks at what they hold. */
export function hiddenFromChecks(files: readonly DiffFile[]): ReviewFinding[] {
  return files.flatMap(file => {
    const { path, before, after } = file;
    const was = typeof before === 'string' && before !== '';
    const hides = after === undefined && (isSource(file) || (was && !data.test(path) && !generated.test(path)));
    if (!hides && !(before === undefined && typeof after === 'string' && isSource(file))) return [];
    const sentence = hides
      ? `${was ? 'It was text and is none any more' : 'By its name it is source, and it is no text'}: it holds bytes that are none, is a link, or is too large, so nothing that looks at the diff can read it.`
      : 'It was no text before, so there is nothing to compare it with.';
    return [unreadableFinding(file, 'noText', sentence)];
  });
}

/** Files of which a part was too long for the model that read the rest. */
export function tooLongToRead(files: readonly DiffFile[], tooLong: readonly string[]): ReviewFinding[] {
  return files.flatMap(file =>
    tooLong.includes(file.path) && !data.test(file.path) && !generated.test(file.path)
      ? [
          unreadableFinding(
            file,
            'tooLong',
            'A part of its change is too long to be shown to the reviewer, so it was not read.',
          ),
        ]
      : [],
  );
}

/** Another one for each content: a person who lets one be has not seen the next. */
function unreadableFinding(file: DiffFile, code: string, sentence: string): ReviewFinding {
  const content = createHash('sha256')
    .update(JSON.stringify([file.after ?? null, file.state ?? null]))
    .digest('hex');
  return {
    id: findingId('static', file.path, 'security', `${code}\n${content}`),
    file: file.path,
    line: null,
    severity: 'blocking',
    category: 'security',
    evidence: '',
    sentence,
    by: 'static',
  };
}
