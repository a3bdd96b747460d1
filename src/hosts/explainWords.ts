import type { Assessment } from '../protocol/assessment.ts';
import type { ExplainedPart } from '../protocol/panel.ts';
import { riskSentence } from './riskSentences.ts';

/** The parts of a command as the syntax tree has them; none where the record does not tell what each does. */
export function explain({ parts, acts, findings }: Assessment, root: string): ExplainedPart[] {
  if (acts === undefined) return [];
  const depths: number[] = [];
  return parts.map(({ text, from }, at) => {
    const depth = from === null ? 0 : (depths[from] ?? 0) + 1;
    depths.push(depth);
    const own = acts[at];
    if (own === undefined) return { text, depth, says: [] };
    const touched: [verb: string, names: readonly string[]][] = [
      ['Reads', own.reads],
      ['Writes', own.writes],
      ['Deletes', own.deletes],
      ['Reaches', own.hosts],
    ];
    const says = touched
      .filter(([, names]) => names.length > 0)
      .map(([verb, names]) => `${verb} ${names.map(name => shorten(name, root)).join(', ')}.`);
    if (own.more) says.push('And more than is named here.');
    for (const index of own.findings) {
      const finding = findings[index];
      const sentence = finding === undefined ? null : riskSentence(finding.code, finding.args);
      if (finding !== undefined && sentence !== null) says.push(`${sentence} (${finding.tier})`);
    }
    if (says.length === 0) says.push('Nothing was found that it touches, and nothing speaks against it.');
    return { text, depth, says };
  });
}

function shorten(path: string, root: string): string {
  if (path === root) return 'the workspace';
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
