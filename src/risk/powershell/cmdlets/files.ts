import { posix } from 'node:path';
import type { Claim } from '../../claim.ts';
import { roleClaims } from '../../shell/sort.ts';
import { claimed, note } from '../../shell/spec.ts';
import { literal } from '../../shell/word.ts';
import type { Bound, Cmdlet, Cmdlets } from '../bind.ts';
import { listed } from '../piped.ts';
import { placed, portable } from '../places.ts';
import { known, unknown } from '../word.ts';
import { each, parameters } from './parts.ts';

const filters = parameters('ignore', 'filter include exclude credential encoding stream delimiter');
const aimed = (role: Parameters<typeof parameters>[0]) => parameters(role, 'path literalpath lp pspath');

/** A command whose operands are paths of this role. */
const at = (role: Parameters<typeof parameters>[0], switches = '', values = ''): Cmdlet => ({
  parameters: {
    ...aimed(role),
    ...filters,
    ...parameters('switch', `force ${switches}`),
    ...parameters('ignore', values),
  },
  positions: ['path'],
});

const writesValue: Cmdlet = {
  parameters: {
    ...aimed('write'),
    ...filters,
    ...parameters('ignore', 'value'),
    ...parameters('switch', 'force nonewline passthru asbytestream'),
  },
  positions: ['path', 'value'],
};

const outFile: Cmdlet = {
  parameters: {
    ...parameters('write', 'filepath path literalpath lp pspath'),
    ...parameters('ignore', 'inputobject encoding width delimiter depth usequotes quotefields'),
    ...parameters(
      'switch',
      'append force noclobber nonewline notypeinformation notypeinfo useculture includetypeinformation noheader',
    ),
  },
  positions: ['filepath'],
};

const places = ['path', 'literalpath', 'lp', 'pspath'] as const;

function removes({ has, values }: Bound): Claim[] {
  const gone = values(...places);
  if (gone.length === 0) return [claimed(note('high', 'deletion', 'powershell.deletes'))];
  const role = has('recurse') ? 'deleteTree' : 'delete';
  return gone.flatMap(word => placed(word, has('literalpath', 'lp', 'pspath'), role, path => roleClaims(role, [path])));
}

/** Sources are read, or gone, and land in the destination. */
function transfers(moves: boolean): Cmdlet {
  return {
    parameters: {
      ...aimed(moves ? 'ignore' : 'tree'),
      ...filters,
      ...parameters('ignore', 'destination'),
      ...parameters('switch', 'force recurse passthru container'),
      ...parameters('ignore', 'fromsession tosession'),
    },
    positions: ['path', 'destination'],
    piped: 'path',
    inspect: ({ values, has }) => {
      const from = values(...places).map(portableWord);
      const [to = literal('.')] = values('destination').map(portableWord);
      const gone = moves ? from.map((path): Claim => ({ does: 'delete', path, recursive: true, moved: true })) : [];
      const session = has('tosession', 'fromsession')
        ? [claimed(note('high', 'external-service', 'powershell.remote'))]
        : [];
      const share = /^\/\/+([^/]+)/.exec(to.prefix);
      const sent: Claim[] = share === null ? [] : [{ does: 'net', host: share[1] ?? null, send: true }];
      return [...gone, ...session, ...sent, { does: 'write', path: to, into: from }];
    },
  };
}

const portableWord = (word: ReturnType<typeof literal>) => {
  const text = word.text === null ? null : portable(word.text);
  return { ...word, text, prefix: portable(word.prefix), glob: /[*?[]/.test(word.text ?? '') };
};

/** A new item: a file, a folder, or a link that leads elsewhere. */
function makes({ values }: Bound): Claim[] {
  const [path = literal('.')] = values('path').map(portableWord);
  const [name] = values('name');
  const [kind] = values('itemtype', 'type');
  const target = values('target', 'value')[0];
  const whole =
    name === undefined
      ? path
      : name.text === null || path.text === null
        ? unknown(name.raw)
        : known(name.raw, posix.join(path.text, portable(name.text)));
  const links = kind !== undefined && !/^(file|directory)$/i.test(kind.text ?? '');
  if (links && target !== undefined) return [{ does: 'write', path: whole, leads: portableWord(target) }];
  return /^(env|hk\w*|function|alias|variable|cert|wsman|registry):/i.test(path.prefix)
    ? []
    : [{ does: 'write', path: whole }];
}

function renames({ values }: Bound): Claim[] {
  const [path = unknown('$input')] = values(...places).map(portableWord);
  const [name] = values('newname').map(portableWord);
  const to =
    name === undefined || name.text === null || path.text === null
      ? unknown(name?.raw ?? path.raw)
      : known(name.raw, name.text.includes('/') ? name.text : posix.join(posix.dirname(path.text), name.text));
  return [
    { does: 'delete', path, recursive: true, moved: true },
    { does: 'write', path: to },
  ];
}

const reading = at('read', 'raw wait asbytestream', 'totalcount head first tail last readcount');

/** Files and folders. */
export const files: Cmdlets = {
  'get-childitem': at(
    'look',
    'recurse name directory file hidden readonly system ad af ah followsymlink',
    'depth attributes',
  ),
  ...each(
    'get-item test-path resolve-path convert-path split-path',
    at(
      'look',
      'isvalid relative parent leaf leafbase extension isabsolute resolve qualifier noqualifier',
      'pathtype newerthan olderthan relativebasepath',
    ),
  ),
  'get-content': {
    ...reading,
    inspect: bound => (bound.has(...places) ? [] : listed(bound.invocation, false)),
  },
  'get-filehash': at('read', '', 'algorithm inputstream'),
  'format-hex': at('read', 'raw', 'count offset inputobject'),
  'select-string': {
    parameters: {
      ...aimed('read'),
      ...filters,
      ...parameters('ignore', 'pattern context inputobject culture'),
      ...parameters('switch', 'simplematch casesensitive quiet list noemphasis notmatch allmatches raw'),
    },
    positions: ['pattern', 'path'],
    inspect: bound => (bound.has(...places, 'inputobject') ? [] : listed(bound.invocation, false)),
  },
  ...each('import-csv import-clixml import-powershelldatafile', at('read', 'useculture', 'header delimiter')),
  ...each('set-content', writesValue),
  'add-content': { ...writesValue, parameters: { ...writesValue.parameters, ...aimed('append') } },
  'clear-content': at('write'),
  ...each('out-file export-csv export-clixml', outFile),
  'tee-object': { ...outFile, parameters: { ...outFile.parameters, ...parameters('ignore', 'variable') } },
  'remove-item': {
    parameters: { ...aimed('ignore'), ...filters, ...parameters('switch', 'recurse force') },
    positions: ['path'],
    piped: 'path',
    inspect: removes,
  },
  'copy-item': transfers(false),
  'move-item': transfers(true),
  'rename-item': {
    parameters: { ...aimed('ignore'), ...parameters('ignore', 'newname'), ...parameters('switch', 'force passthru') },
    positions: ['path', 'newname'],
    piped: 'path',
    inspect: renames,
  },
  'new-item': {
    parameters: {
      ...parameters('ignore', 'name itemtype type value target'),
      ...parameters('switch', 'force'),
      path: 'write',
    },
    positions: ['path'],
    inspect: makes,
  },
  ...each('set-item clear-item', writesValue),
  'join-path': {
    parameters: {
      ...parameters('ignore', 'path childpath additionalchildpath extension'),
      ...parameters('switch', 'resolve'),
    },
    positions: ['path', 'childpath'],
  },
  ...each('set-location push-location', {
    parameters: { ...aimed('look'), ...parameters('switch', 'passthru'), ...parameters('ignore', 'stackname') },
    positions: ['path'],
  }),
  ...each('pop-location get-location', {
    parameters: { ...parameters('ignore', 'stackname psdrive psprovider'), ...parameters('switch', 'passthru stack') },
  }),
  ...each('get-itemproperty get-itempropertyvalue', {
    parameters: { ...aimed('look'), ...filters, ...parameters('ignore', 'name') },
    positions: ['path', 'name'],
  }),
  ...each('set-itemproperty new-itemproperty remove-itemproperty clear-itemproperty rename-itemproperty', {
    parameters: {
      ...aimed('write'),
      ...filters,
      ...parameters('ignore', 'name value propertytype type inputobject newname'),
      ...parameters('switch', 'force passthru'),
    },
    positions: ['path', 'name', 'value'],
    piped: 'path',
  }),
  'copy-itemproperty': { notes: [note('high', 'persistence', 'powershell.registry')] },
  'move-itemproperty': { notes: [note('high', 'persistence', 'powershell.registry')] },
  'get-acl': at('look', 'audit'),
  'set-acl': { notes: [note('high', 'privilege', 'files.accessList')] },
  'unblock-file': { ...at('write'), notes: [note('high', 'tampering', 'system.defences')] },
  'compress-archive': {
    parameters: {
      ...parameters('tree', 'path literalpath'),
      ...parameters('write', 'destinationpath'),
      ...parameters('ignore', 'compressionlevel'),
      ...parameters('switch', 'update force passthru'),
    },
    positions: ['path', 'destinationpath'],
  },
  'expand-archive': {
    parameters: {
      ...parameters('read', 'path literalpath'),
      ...parameters('write', 'destinationpath'),
      ...parameters('switch', 'force passthru'),
    },
    positions: ['path', 'destinationpath'],
    inspect: ({ has }) => (has('destinationpath') ? [] : [{ does: 'write', path: literal('.'), into: [] }]),
  },
  'new-temporaryfile': {},
  'get-psdrive': {},
  'get-psprovider': {},
  ...each('new-psdrive remove-psdrive', { notes: [note('medium', 'outside-workspace', 'disks.mount')] }),
  'clear-recyclebin': { notes: [note('high', 'deletion', 'files.trashEmpty')] },
};
