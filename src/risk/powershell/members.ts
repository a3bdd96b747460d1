import type { Claim } from '../claim.ts';
import { hostOf } from '../hosts.ts';
import { claimed, note } from '../shell/spec.ts';
import type { Word } from '../shell/word.ts';
import { portable } from './places.ts';

/** Methods of strings, lists and dates, and types that only compute. */
const plain =
  /^(\.(tostring|trim(start|end)?|replace|split|substring|contains(key|value)?|startswith|endswith|tolower(invariant)?|toupper(invariant)?|gettype|equals|indexof|lastindexof|pad(left|right)|compareto|add(days|hours|minutes|seconds|months|years)?|count|toarray|tochararray|insert|getenumerator|join|format|where|foreach|reverse|sort|clone|tofiletime|touniversaltime|tolocaltime|gethashcode)|\[(math|datetime(offset)?|timespan|guid|string|int(32|64)?|double|char|version|array|text\.encoding|bitconverter|regex|text\.regularexpressions\.regex|uri|random)\]::\w+|\[io\.path\]::\w+|\[convert\]::to\w+|\[environment\]::(getfolderpath|get_\w+)|\[(pscustomobject|console)\]::(write(line)?)|\[\w*list[\w[\]]*\]::new|\[(system\.)?collections[\w.[\]]*\]::new)$/;

const paths: Readonly<Record<string, 'read' | 'write' | 'append' | 'delete' | 'deleteTree'>> = {
  readalltext: 'read',
  readalllines: 'read',
  readallbytes: 'read',
  readlines: 'read',
  openread: 'read',
  opentext: 'read',
  writealltext: 'write',
  writealllines: 'write',
  writeallbytes: 'write',
  openwrite: 'write',
  create: 'write',
  createtext: 'write',
  createdirectory: 'write',
  createsymboliclink: 'write',
  appendalltext: 'append',
  appendalllines: 'append',
  delete: 'deleteTree',
};

const high = (category: Parameters<typeof note>[1], code: string, name: string): Claim =>
  claimed(note('high', category, code), { name });

/** A call of .NET, `[type]::method` or `.method` in lower case → what it does. What is not known is medium. */
export function memberClaims(name: string, args: readonly (readonly Word[])[]): Claim[] {
  const words = args.flat();
  // `(gci).ForEach('Delete')` calls a method by its name.
  if (name === '.foreach' && words[0] !== undefined && !words[0].raw.startsWith('{'))
    return memberClaims(words[0].text === null ? '.?' : `.${words[0].text.toLowerCase()}`, args.slice(1));
  const [, file, method = ''] = /^\[io\.(file|directory)\]::(\w+)$/.exec(name) ?? [];
  if (file !== undefined) return fileClaims(method, words, name);
  if (
    /^\[(scriptblock|management\.automation\.scriptblock)\]::create$|^\.(invokescript|addscript|newscriptblock|expandstring|invokecommand)$|\[powershell\]|runspace|codedom|csharpcodeprovider/.test(
      name,
    )
  )
    return [
      ...words
        .filter(word => word.text !== null)
        .map((text): Claim => ({ does: 'code', language: 'powershell', text })),
      high('obscure', 'powershell.evaluates', name),
    ];
  if (
    /^\[(reflection|appdomain|activator|runtime\.interopservices|management\.automation|ref)\b|\.(load(file|from)?|invokemember|getmethod|getfield|setvalue|definedynamicassembly|getdelegateforfunctionpointer)$/.test(
      name,
    )
  )
    return [high('obscure', 'powershell.member', name)];
  if (name === '[convert]::frombase64string') return [high('obscure', 'powershell.evaluates', name)];
  if (/process\]::(start|getprocess\w*)$|^\.(start|kill|shellexecute|exec|run)$/.test(name))
    return [high('process-control', 'powershell.system', name)];
  if (/^\[environment\]::(exit|failfast)$/.test(name)) return [];
  if (/^\[environment\]::(getenvironmentvariables?|setenvironmentvariable)$/.test(name))
    return name.includes('set')
      ? [high('persistence', 'powershell.environment', name)]
      : [claimed(note('medium', 'secret', 'environment.shown'))];
  if (
    /^\[(net|web)\.|\[microsoft\.win32\.registry|^\.(download|upload|getasync|postasync|putasync|sendasync|getstring|getstream|getresponse|connect|opensubkey|createsubkey|deletesubkey)\w*$|^\.(send|post)$/.test(
      name,
    )
  ) {
    if (/registry|subkey/.test(name)) return [high('persistence', 'powershell.registry', name)];
    const send = /upload|post|put|send/.test(name);
    const saves =
      /downloadfile/.test(name) && words[1] !== undefined ? [{ does: 'write' as const, path: words[1] }] : [];
    return [
      { does: 'net', host: hostOf(words[0]?.text ?? null), send },
      ...(name.startsWith('[') ? [high('network', 'powershell.net', name)] : []),
      ...saves,
    ];
  }
  if (/^\.(delete|dismount)$/.test(name)) return [high('deletion', 'powershell.deletes', name)];
  if (
    /^\.(copyto|moveto|create|appendtext|createtext|openwrite|save|write\w*|setaccesscontrol|replacefile)$/.test(name)
  )
    return [claimed(note('medium', 'edit', 'powershell.method'), { name })];
  return plain.test(name) ? [] : [claimed(note('medium', 'obscure', 'powershell.method'), { name })];
}

function fileClaims(method: string, words: readonly Word[], name: string): Claim[] {
  const [first, second] = words.map(word => {
    const text = word.text === null ? null : portable(word.text);
    return { ...word, text, prefix: portable(word.prefix) };
  });
  if (
    /^(exists|get(files|directories|filesystementries|currentdirectory|parent|lastwritetime\w*|creationtime\w*|attributes)|enumerate\w+)$/.test(
      method,
    )
  )
    return first === undefined ? [] : [{ does: 'read', path: first, look: true }];
  if (/^(copy|move|replace)$/.test(method) && first !== undefined && second !== undefined)
    return [
      method === 'copy' ? { does: 'read', path: first } : { does: 'delete', path: first, recursive: true, moved: true },
      { does: 'write', path: second },
    ];
  const role = paths[method];
  if (role === undefined || first === undefined)
    return [claimed(note('medium', 'obscure', 'powershell.method'), { name })];
  switch (role) {
    case 'read':
      return [{ does: 'read', path: first }];
    case 'write':
    case 'append':
      return [{ does: 'write', path: first, append: role === 'append' }];
    case 'delete':
    case 'deleteTree':
      return [{ does: 'delete', path: first, recursive: true }];
  }
}
