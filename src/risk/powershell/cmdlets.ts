import type { Claim } from '../claim.ts';
import type { Invocation } from '../shell/script.ts';
import { claimed, note } from '../shell/spec.ts';
import { bind, type Cmdlet, type Cmdlets } from './bind.ts';
import { code } from './cmdlets/code.ts';
import { files } from './cmdlets/files.ts';
import { network } from './cmdlets/network.ts';
import { objects } from './cmdlets/objects.ts';
import { system } from './cmdlets/system.ts';
import { memberClaims } from './members.ts';

const table: Cmdlets = { ...code, ...files, ...network, ...objects, ...system };

/** Verbs that PowerShell's own naming keeps for what changes something, or reaches out. */
const changing =
  /^(add|approve|block|clear|connect|copy|debug|deny|deploy|disable|disconnect|dismount|edit|enable|enter|expand|export|format|grant|initialize|install|invoke|limit|lock|merge|mount|move|new|optimize|protect|publish|push|redo|register|remove|rename|repair|request|reset|resize|restart|restore|revoke|save|send|set|start|stop|submit|suspend|switch|sync|undo|uninstall|unlock|unprotect|unpublish|unregister|update|write)-[a-z]\w*$/;

/** Whether a name in lower case, aliases resolved, is PowerShell's own. */
export function isCmdlet(name: string): boolean {
  return Object.hasOwn(table, name);
}

/** Whether it may be a command of some module, by its form `verb-noun`. */
export function isLikeCmdlet(name: string): boolean {
  return changing.test(name) || /^get-[a-z]\w*$/.test(name);
}

/** What one of PowerShell's own commands would do; of those that we do not know, the verb says how bad it may be. */
export function cmdletClaims(invocation: Invocation, defined: ReadonlySet<string>): Claim[] {
  const { cmdlet } = invocation;
  if (cmdlet === undefined) return [];
  const { name, args } = cmdlet;
  if (/^[[.]/.test(name)) return memberClaims(name, args);
  const known: Cmdlet | undefined = Object.hasOwn(table, name) ? table[name] : undefined;
  if (known !== undefined) return bind(known, name, invocation, args);
  if ([...defined].some(each => each.toLowerCase() === name)) return [];
  const risky =
    /^(remove|clear|uninstall|reset|revoke|disable|install|publish|send|invoke|enter|register|grant|stop|restart|unregister|format|initialize|deploy|connect|set|new|start|push|submit|restore|dismount)-/.test(
      name,
    );
  return [
    claimed(note(risky ? 'high' : 'medium', 'unknown-program', 'powershell.unknownCommand'), {
      program: invocation.name.text ?? name,
    }),
  ];
}
