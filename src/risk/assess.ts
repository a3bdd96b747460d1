import type { ExecEffect } from '../protocol/effect.ts';
import { actsOf } from './acts.ts';
import type { Assessment, Finding } from './assessment.ts';
import type { Facts, Want } from './facts.ts';
import { add, type Ledger, newLedger, noteLinks, settle } from './findings.ts';
import { beside, takeIn } from './ledger.ts';
import type { Powershell } from './powershell/powershell.ts';
import { expandCommand, type Part } from './shell/expand.ts';
import type { ProgramTable } from './shell/spec.ts';
import type { Parse } from './shell/tree.ts';
import { atLeast, type Category, type Tier, tiers } from './tier.ts';

/** An assessment, and what was missing for a better one: gather it and ask again. With `wants` empty it is final. */
export interface Assessed {
  assessment: Assessment;
  /** For each part, its words as they were written: what a journal may hold where variables would put values together. */
  written?: string[];
  wants: Want[];
}

export interface CommandReader {
  parse: Parse;
  /** Loaded where a command speaks of PowerShell. */
  powershell?: Powershell;
  table: ProgramTable;
}

/** A shell command → what it may do and how bad that is. Pure: the same command and facts give the same answer. */
export function assessCommand(
  reader: CommandReader,
  effect: Pick<ExecEffect, 'command' | 'cwd'>,
  facts: Facts,
): Assessed {
  const ledger = newLedger();
  const { parts, obscure, wants } = expandCommand({ ...reader, facts }, effect.command, effect.cwd);
  for (const part of parts) noteLinks(ledger, part, facts);
  const own = parts.map(part => {
    const its = beside(ledger);
    settle(its, part, facts);
    takeIn(ledger, its);
    return its;
  });
  for (const code of obscure) add(ledger, 'medium', 'obscure', code);
  const assessment = conclude(ledger, { understood: obscure.length === 0, parts: parts.map(described) });
  return {
    assessment: { ...assessment, acts: actsOf(own, assessment.findings) },
    written: parts.map(part => [part.program, ...part.invocation.args.map(word => word.raw)].join(' ')),
    wants: [...wants, ...ledger.wants.values()],
  };
}

/** The words as the program gets them; what is not known stays as it was written. */
function described({ program, invocation, from }: Part): Assessment['parts'][number] {
  const words = invocation.args.map(word => word.text ?? word.raw);
  const sets = invocation.env.map(({ name }) => name);
  return { program, text: [program, ...words].join(' '), from, ...(sets.length === 0 ? {} : { sets }) };
}

/** Findings → tier and categories, each finding once, the strictest first. */
export function conclude(ledger: Ledger, rest: Pick<Assessment, 'understood' | 'parts'>): Assessment {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const finding of ledger.findings) {
    const key = JSON.stringify(finding);
    if (seen.has(key)) continue;
    seen.add(key);
    findings.push(finding);
  }
  findings.sort((a, b) => tiers.indexOf(b.tier) - tiers.indexOf(a.tier));
  const tier = findings.reduce<Tier>((worst, finding) => atLeast(worst, finding.tier), 'low');
  const categories = [...new Set<Category>(findings.map(finding => finding.category))];
  return { tier, categories, findings, footprint: ledger.footprint, floor: ledger.floor, ...rest };
}
