import { posix } from 'node:path';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { isPublic, pathTraits, systemPlace } from './paths.ts';
import { type Look, targetsOf } from './places.ts';
import { isToolFolder } from './shell/lookup.ts';
import type { Directories } from './shell/script.ts';
import { plainName } from './shell/unlisted.ts';
import { literal } from './shell/word.ts';

/** Options by whose name something is written, kept or put there. */
const writes =
  /(^|-)(out|output|outfile|outdir|reports?|reportfile|logs?|logfile|save|dest|destination|target|export|write|xml|json|md|lcov|html|badge|dump|trace|prof|profile|cpuprofile|memprofile|cache|baseline|storage|archive|dir|keylog|localstorage|path|file|files)(-|$)|(out|output|report|log|profile)(file|dir|path)?$/;
const dataFile = /\.(json|xml|log|txt|html?|csv|lcov|md|sarif|out|prof|info|tap|svg|png|pdf|dot|snap|trace|gz|zst)$/i;
const codeFile = /\.([cm]?[jt]sx?|py|rb|pl|php|lua|sh|so|dll|dylib|jar|exs?|ps1|wasm|node|vim|el|rsp)$/i;
/** Options that name a file of settings or of variables, which is there to be read. */
const readsOnly = /(^|-)(env|dotenv|secrets?|config|configuration|ignore)(-|$)/;

/** The value of an option of which nothing is known but its name: what it would mean to write or load it. */
export function settleValue(ledger: Ledger, claim: ClaimOf<'value'>, directories: Directories, facts: Facts): void {
  const look: Look = path => {
    const fact = facts.path(path);
    if (fact === undefined) ledger.wants.set(`path ${path}`, { about: 'path', path });
    return fact;
  };
  for (const piece of pieces(claim.path.text ?? ''))
    for (const { path, below } of targetsOf(literal(piece), directories, look, ledger.links) ?? [])
      if (!below) settlePlace(ledger, piece, { path, fact: look(path) }, claim, facts);
}

const maxPieces = 8;

/** `json:.env`, `link=.env` and `trx;LogFileName=x` hold a path behind the mark. */
function pieces(text: string): string[] {
  if (/\s|:\/\//.test(text) || text.length > 500) return [];
  const parts = [text, ...text.split(/[=:;,@]/).map(part => part.replace(/^["'{[]+|["'}\]]+$/g, ''))].slice(
    0,
    maxPieces,
  );
  return [...new Set(parts)].filter(part => /[./]/.test(part) && !/^[\d.]+$|^\.{1,2}\/?$/.test(part));
}

function settlePlace(
  ledger: Ledger,
  piece: string,
  { path, fact }: { path: string; fact: PathFact | undefined },
  claim: ClaimOf<'value'>,
  facts: Facts,
): void {
  const option = plainName(claim.option);
  const real = fact?.real ?? path;
  const args = { path: real };
  if (facts.ownState.some(own => real === own || real.startsWith(`${own}/`))) {
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'self-drive', 'path.ownState', args);
  }
  const traits = [real, ...(real === path ? [] : [path])].flatMap(each => pathTraits(each, facts));
  const kept = traits.find(trait => trait.floor === true || trait.secret === 'key');
  if (kept !== undefined) {
    if (kept.floor === true) raiseFloor(ledger, 'ask');
    return add(ledger, kept.write ?? 'high', kept.category, kept.code, args);
  }
  if (traits.some(trait => trait.secret !== undefined)) {
    if (!readsOnly.test(option)) add(ledger, 'medium', 'secret', 'path.secret', args);
    return;
  }
  if (fact === undefined || claim.protectedOnly === true) return;
  if (!fact.inside) return settleOutside(ledger, fact, option);
  const again = traits.some(trait => trait.regenerable === true);
  if (fact.kind === 'file' && fact.held === 'ignored' && !again && writes.test(option))
    return add(ledger, 'medium', 'unheld-by-checkpoint', 'write.ignored', args);
  // `--ext .ts` names an ending.
  const code =
    (codeFile.test(piece) && !/(^|\/)\.[^./]*$/.test(piece)) ||
    (/^\.{0,2}\//.test(piece) && !posix.basename(piece).includes('.'));
  const trusted = fact.held === 'tracked' && fact.kind !== 'missing';
  if (
    code &&
    !trusted &&
    !again &&
    fact.kind !== 'directory' &&
    !writes.test(option) &&
    !isToolFolder(posix.dirname(real))
  )
    add(ledger, 'medium', 'obscure', 'load.untracked', args);
}

/** What is installed may be loaded, and the sandbox lets nothing be written there. */
function settleOutside(ledger: Ledger, { real, kind }: PathFact, option: string): void {
  const temporary = systemPlace(real) === 'temporary';
  const written = writes.test(option) && !codeFile.test(real);
  if (temporary && (dataFile.test(real) || (!readsOnly.test(option) && (written || kind === 'directory')))) return;
  if (!temporary && isPublic(real)) return;
  add(ledger, 'medium', 'outside-workspace', 'load.outside', { path: real });
}
