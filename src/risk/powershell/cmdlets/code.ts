import type { Claim } from '../../claim.ts';
import { claimed, note } from '../../shell/spec.ts';
import { literal, type Word } from '../../shell/word.ts';
import type { Bound, Cmdlets } from '../bind.ts';
import { portable } from '../places.ts';
import { each, parameters } from './parts.ts';

const evaluated = claimed(note('high', 'obscure', 'powershell.evaluates'));
const fetches =
  /\b(iwr|irm|invoke-webrequest|invoke-restmethod|curl|wget|download(string|data|file)|start-bitstransfer)\b/i;

/** Text that is run as PowerShell: read where it is known, and worse where it comes from the network. */
function evaluates({ values, invocation }: Bound): Claim[] {
  const texts = values('command');
  if (texts.length === 0) return [evaluated];
  return texts.flatMap((text): Claim[] => {
    if (text.text !== null) return [{ does: 'code', language: 'powershell', text }];
    const { stdin } = invocation;
    const from = stdin.type === 'pipe' ? stdin.from : null;
    const piped = from === null ? '' : [from.name, ...from.args].map(word => word.raw).join(' ');
    return [
      fetches.test(text.raw) || fetches.test(piped)
        ? claimed(note('critical', 'download', 'code.runsFetched'))
        : evaluated,
    ];
  });
}

/** `Start-Process node -ArgumentList server.js`: the words are joined to one line by blanks. */
function starts({ has, values }: Bound): Claim[] {
  const [program] = values('filepath');
  const rises = values('verb').map(word =>
    claimed(
      /^runas/i.test(word.text ?? 'runas')
        ? note('high', 'privilege', 'privilege.run')
        : note('high', 'sandbox-escape', 'desktop.opens'),
    ),
  );
  const asOther = has('credential') ? [claimed(note('high', 'privilege', 'privilege.run'))] : [];
  if (program === undefined) return [...rises, ...asOther, claimed(note('high', 'obscure', 'program.unknownName'))];
  const opens = /^\w+:\/\//.test(program.prefix) ? [claimed(note('high', 'sandbox-escape', 'desktop.opens'))] : [];
  const args = values('argumentlist').flatMap((word): Word[] =>
    word.text === null || !/\s/.test(word.text)
      ? [word]
      : (word.text.match(/"[^"]*"|\S+/g) ?? []).map(part => literal(part.replace(/^"(.*)"$/, '$1'))),
  );
  const text = program.text === null ? null : portable(program.text);
  const name = { ...program, text, prefix: portable(program.prefix) };
  return [
    ...rises,
    ...asOther,
    ...opens,
    claimed(note('medium', 'process-control', 'powershell.startsProcess')),
    { does: 'run', argv: [name, ...args] },
  ];
}

/** A module by its path is code of the project; by a name, one that is installed. */
function imports({ values }: Bound): Claim[] {
  return values('name', 'assembly', 'fullyqualifiedname').flatMap((word): Claim[] => {
    if (word.text === null) return [claimed(note('high', 'obscure', 'load.unknown'), { path: word.raw })];
    if (!/[\\/]|\.(ps[md]?1|dll|cdxml)$/i.test(word.text))
      return [claimed(note('medium', 'obscure', 'interpreter.loadsModule'), { name: word.text })];
    const path = { ...word, text: portable(word.text), prefix: portable(word.text) };
    return /\.(ps[m]?1)$/i.test(word.text)
      ? [
          { does: 'load', path },
          { does: 'script', path, language: 'powershell' },
        ]
      : [claimed(note('medium', 'obscure', 'interpreter.loadsModule'), { name: word.text }), { does: 'load', path }];
  });
}

/** Commands that run text, programs and modules, or that change what names mean. */
export const code: Cmdlets = {
  'invoke-expression': {
    parameters: parameters('ignore', 'command'),
    positions: ['command'],
    piped: 'command',
    inspect: evaluates,
  },
  'add-type': { notes: [note('high', 'obscure', 'powershell.evaluates')] },
  ...each('invoke-history set-psbreakpoint new-module update-typedata update-formatdata register-argumentcompleter', {
    notes: [note('high', 'obscure', 'powershell.evaluates')],
  }),
  ...each('set-alias new-alias import-alias', { notes: [note('high', 'obscure', 'shell.renames')] }),
  'start-process': {
    parameters: {
      ...parameters('ignore', 'filepath argumentlist args verb credential windowstyle environment'),
      ...parameters('directory', 'workingdirectory'),
      ...parameters('write', 'redirectstandardoutput rso redirectstandarderror rse'),
      ...parameters('read', 'redirectstandardinput rsi'),
      ...parameters('switch', 'wait nonewwindow passthru loaduserprofile usenewenvironment'),
    },
    positions: ['filepath', 'argumentlist'],
    inspect: starts,
  },
  ...each('start-job start-threadjob', {
    parameters: {
      ...parameters(
        'ignore',
        'scriptblock name argumentlist initializationscript credential workingdirectory throttlelimit definitionname',
      ),
      ...parameters('script', 'filepath'),
    },
    positions: ['scriptblock'],
  }),
  ...each('stop-job remove-job', {}),
  'import-module': {
    parameters: {
      ...parameters(
        'ignore',
        'name assembly fullyqualifiedname prefix function cmdlet alias variable minimumversion requiredversion maximumversion scope argumentlist',
      ),
      ...parameters(
        'switch',
        'force global passthru disablenamechecking noclobber ascustomobject usewindowspowershell',
      ),
    },
    positions: ['name'],
    inspect: imports,
  },
  'remove-module': {},
  using: { notes: [note('medium', 'obscure', 'load.unknown')] },
};
