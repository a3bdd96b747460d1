import type { Claim } from '../../claim.ts';
import { claimed, note } from '../../shell/spec.ts';
import type { Bound, Cmdlet, Cmdlets } from '../bind.ts';
import { memberClaims } from '../members.ts';
import { each, parameters } from './parts.ts';

/** Takes objects and gives objects: nothing is touched. Blocks among its words are read where they stand. */
const shapes = (switches: string, values: string, ...positions: string[]): Cmdlet => ({
  parameters: { ...parameters('switch', switches), ...parameters('ignore', `inputobject ${values}`) },
  positions,
});

const tests =
  'eq ne gt ge lt le like notlike match notmatch contains notcontains in notin is isnot not ceq cne clike cmatch ccontains cin ieq ine ilike imatch';

/** `ForEach-Object Delete` calls a method by its name. */
function calls({ values }: Bound): Claim[] {
  const [member] = values('membername', 'process');
  if (member === undefined || member.raw.startsWith('{')) return [];
  if (member.text === null) return [claimed(note('medium', 'obscure', 'powershell.method'), { name: member.raw })];
  return memberClaims(`.${member.text.toLowerCase()}`, []);
}

const secretNamed = /\$\{?env:\w*(SECRET|TOKEN|PASS|KEY|CREDENTIAL)/i;

const shown: Cmdlet = {
  ...shapes('noenumerate nonewline', 'object foregroundcolor backgroundcolor separator message messagedata msg'),
  inspect: ({ invocation }) =>
    invocation.args.some(word => secretNamed.test(word.raw))
      ? [claimed(note('medium', 'secret', 'environment.shown'))]
      : [],
};

/** What only computes, shows or asks the session about itself. */
export const objects: Cmdlets = {
  'where-object': shapes(tests, 'property value filterscript', 'filterscript', 'value'),
  'foreach-object': {
    parameters: {
      ...parameters(
        'ignore',
        'process begin end membername parallel throttlelimit remainingscripts inputobject argumentlist',
      ),
      ...parameters('switch', 'asjob usenewrunspace'),
    },
    positions: ['process', 'argumentlist'],
    inspect: calls,
  },
  'sort-object': shapes('descending unique casesensitive stable', 'property culture top bottom', 'property'),
  'group-object': shapes('ashashtable asstring noelement casesensitive', 'property culture', 'property'),
  'measure-object': shapes(
    'line word character sum average maximum minimum allstats ignorewhitespace standarddeviation',
    'property',
    'property',
  ),
  'select-object': shapes(
    'unique wait caseinsensitive',
    'property first last skip skiplast index expandproperty excludeproperty',
    'property',
  ),
  'compare-object': shapes(
    'includeequal excludedifferent passthru casesensitive',
    'referenceobject differenceobject property syncwindow culture',
    'referenceobject',
    'differenceobject',
  ),
  ...each(
    'format-table format-list format-wide format-custom',
    shapes(
      'autosize wrap hidetableheaders force showerror repeatheader',
      'property groupby view column depth expand',
      'property',
    ),
  ),
  ...each(
    'out-string out-host out-null out-default get-unique',
    shapes('stream paging transcript asstring nonewline', 'width'),
  ),
  ...each('write-output write-host write-verbose write-debug write-information write-warning', shown),
  ...each(
    'write-error write-progress',
    shapes('completed', 'message exception category errorid activity status percentcomplete id'),
  ),
  ...each(
    'convertto-json convertfrom-json',
    shapes('compress asarray ashashtable noenumerate enumsasstrings', 'depth escapehandling datekind'),
  ),
  ...each(
    'convertto-csv convertfrom-csv convertto-html convertto-xml convertfrom-stringdata',
    shapes(
      'notypeinformation includetypeinformation useculture fragment noheader',
      'delimiter header property title head body as depth usequotes stringdata',
    ),
  ),
  ...each(
    'get-date get-random get-timezone get-culture get-uiculture get-host get-verb get-member get-help get-command get-alias get-module get-pscallstack get-error get-psreadlineoption new-guid get-uptime',
    shapes(
      'asutc static force all listavailable listimported syntax full detailed examples showcommandinfo secure',
      'date format uformat year month day hour minute second displayhint minimum maximum count setseed name commandtype module noun verb membertype parameter category definition scope id',
      'name',
    ),
  ),
  'new-timespan': shapes('', 'start end days hours minutes seconds'),
  'start-sleep': shapes('', 'seconds milliseconds duration', 'seconds'),
  ...each('clear-host set-strictmode set-psdebug', shapes('off strict step', 'version trace')),
  ...each(
    'get-variable get-job wait-job receive-job get-event',
    shapes('valueonly keep any force', 'name id scope timeout job', 'name'),
  ),
  'measure-command': shapes('', 'expression'),
  ...each(
    'set-variable new-variable clear-variable remove-variable',
    shapes('force passthru', 'name value scope option visibility description', 'name', 'value'),
  ),
  'get-history': shapes('', 'id count'),
  'tee-variable': {},
  'new-object': {
    parameters: {
      ...parameters('ignore', 'typename argumentlist property comobject'),
      ...parameters('switch', 'strict'),
    },
    positions: ['typename', 'argumentlist'],
    inspect: creates,
  },
};

/** Types that hold values and no power. */
const plainTypes =
  /^(system\.)?(object|psobject|pscustomobject|string|int(32|64)?|datetime|timespan|version|guid|uri|random|text\.(stringbuilder|regularexpressions\.regex|\w*encoding)|collections\.[\w.`[\], ]+|management\.automation\.psobject)$/i;

function creates({ has, values }: Bound): Claim[] {
  const [type] = values('typename');
  const name = type?.text ?? type?.raw ?? '';
  if (has('comobject'))
    return [claimed(note('high', 'sandbox-escape', 'powershell.com'), { name: values('comobject')[0]?.raw ?? '?' })];
  if (type !== undefined && type.text !== null && plainTypes.test(type.text)) return [];
  if (/webclient|webrequest|httpclient|socket|tcpclient|udpclient|smtp|ftp|net\./i.test(name))
    return [{ does: 'net', host: null, send: false }, claimed(note('high', 'network', 'powershell.net'), { name })];
  if (/process|automation|runspace|reflection|interop|compiler|wmi|directoryservices/i.test(name))
    return [claimed(note('high', 'obscure', 'powershell.member'), { name })];
  return [claimed(note('medium', 'obscure', 'powershell.member'), { name })];
}
