import type { Claim } from '../claim.ts';
import type { Start } from '../shell/read.ts';
import type { Invocation, Script } from '../shell/script.ts';
import type { Parse } from '../shell/tree.ts';
import { cmdletClaims } from './cmdlets.ts';
import { readPowershell } from './read.ts';

/** What reading PowerShell takes, handed over whole, so that its grammar and tables are only loaded where they are needed. */
export interface Powershell {
  read: (text: string, start: Start) => Script;
  /** What one of PowerShell's own commands would do; `defined`: functions of the text. */
  claims: (invocation: Invocation, defined: ReadonlySet<string>) => Claim[];
}

export function powershellOf(parse: Parse): Powershell {
  return { read: (text, start) => readPowershell(parse, text, start), claims: cmdletClaims };
}
