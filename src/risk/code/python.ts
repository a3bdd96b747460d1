import type { Acts } from './acts.ts';
import { type Grammar, indexFrom, type Names } from './calls.ts';
import { constantsIn, type Dialect } from './inspect.ts';
import type { Token } from './tokens.ts';

const grammar: Grammar = { joins: ['+'], dots: ['.'], bare: false, imports: ['__import__', 'import_module'] };

const net = { does: 'net' } as const;
const send = { does: 'net', send: true } as const;
const evaluated = { does: 'eval', language: 'python' } as const;
const privateApi = { does: 'note', tier: 'high', category: 'inline-code', code: 'code.privateApi' } as const;
const unpickles = { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.unpickles' } as const;

const requests: Acts = Object.fromEntries(
  ['requests', 'httpx', 'requests.Session', 'aiohttp.ClientSession'].flatMap(module =>
    ['get', 'head', 'options', 'request', 'stream', 'post', 'put', 'patch', 'delete'].map(
      verb => [`${module}.${verb}`, /^(post|put|patch|delete)$/.test(verb) ? send : net] as const,
    ),
  ),
);

const acts: Acts = {
  ...requests,
  open: { does: 'open' },
  'io.open': { does: 'open' },
  'codecs.open': { does: 'open' },
  'os.open': { does: 'write' },
  'os.system': { does: 'shell' },
  'os.popen': { does: 'shell' },
  'subprocess.run': { does: 'argv' },
  'subprocess.call': { does: 'argv' },
  'subprocess.check_call': { does: 'argv' },
  'subprocess.check_output': { does: 'argv' },
  'subprocess.Popen': { does: 'argv' },
  'subprocess.getoutput': { does: 'shell' },
  'subprocess.getstatusoutput': { does: 'shell' },
  'asyncio.create_subprocess_shell': { does: 'shell' },
  'asyncio.create_subprocess_exec': { does: 'argv' },
  'commands.getoutput': { does: 'shell' },
  'pty.spawn': { does: 'argv' },
  'os.execv': { does: 'argv', named: true },
  'os.execvp': { does: 'argv', named: true },
  'os.execl': { does: 'argv', named: true },
  'os.execlp': { does: 'argv', named: true },
  'os.execve': { does: 'argv', named: true },
  'os.spawnl': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
  'os.spawnv': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
  'os.posix_spawn': { does: 'argv', named: true },
  'os.startfile': { does: 'note', tier: 'high', category: 'sandbox-escape', code: 'code.opensOnHost' },
  'os.remove': { does: 'delete' },
  'os.unlink': { does: 'delete' },
  'os.rmdir': { does: 'delete' },
  'os.removedirs': { does: 'deleteTree' },
  'shutil.rmtree': { does: 'deleteTree' },
  'shutil.move': { does: 'move' },
  'shutil.copy': { does: 'copy' },
  'shutil.copy2': { does: 'copy' },
  'shutil.copyfile': { does: 'copy' },
  'shutil.copytree': { does: 'copy' },
  'os.rename': { does: 'move' },
  'os.replace': { does: 'move' },
  'os.renames': { does: 'move' },
  'os.makedirs': { does: 'append' },
  'os.mkdir': { does: 'append' },
  'os.symlink': { does: 'write', at: 1 },
  'os.link': { does: 'write', at: 1 },
  'os.chmod': { does: 'write' },
  'os.chown': { does: 'write' },
  'os.truncate': { does: 'write' },
  'os.listdir': { does: 'read' },
  'os.walk': { does: 'read' },
  'os.scandir': { does: 'read' },
  'os.chdir': { does: 'directory' },
  'os.kill': { does: 'note', tier: 'high', category: 'process-control', code: 'code.killsProcess' },
  'os.killpg': { does: 'note', tier: 'high', category: 'process-control', code: 'code.killsProcess' },
  'os.setuid': { does: 'note', tier: 'high', category: 'privilege', code: 'privilege.run' },
  'os.setgid': { does: 'note', tier: 'high', category: 'privilege', code: 'privilege.run' },
  'os.fork': { does: 'note', tier: 'medium', category: 'process-control', code: 'code.forks' },
  'os._exit': { does: 'note', tier: 'medium', category: 'tests-weakened', code: 'code.forcesExit' },
  'urllib.request.urlopen': net,
  'urllib.request.urlretrieve': net,
  'urllib.request.Request': net,
  'urllib2.urlopen': net,
  'urllib.urlopen': net,
  'urllib3.PoolManager': net,
  'http.client.HTTPConnection': send,
  'http.client.HTTPSConnection': send,
  'socket.socket': send,
  'socket.create_connection': send,
  'socket.gethostbyname': net,
  'socket.getaddrinfo': net,
  'ftplib.FTP': send,
  'smtplib.SMTP': send,
  'smtplib.SMTP_SSL': send,
  'telnetlib.Telnet': send,
  'paramiko.SSHClient': send,
  'websocket.create_connection': send,
  'websockets.connect': send,
  'boto3.client': { does: 'note', tier: 'high', category: 'external-service', code: 'code.cloud' },
  'boto3.resource': { does: 'note', tier: 'high', category: 'external-service', code: 'code.cloud' },
  'webbrowser.open': { does: 'note', tier: 'high', category: 'sandbox-escape', code: 'code.opensOnHost' },
  eval: evaluated,
  exec: evaluated,
  compile: evaluated,
  execfile: { does: 'script' },
  'runpy.run_path': { does: 'script' },
  'code.interact': evaluated,
  'pickle.loads': unpickles,
  'pickle.load': unpickles,
  'marshal.loads': unpickles,
  'dill.loads': unpickles,
  'torch.load': unpickles,
  'yaml.unsafe_load': unpickles,
  'ctypes.CDLL': privateApi,
  'ctypes.cdll.LoadLibrary': privateApi,
  'ctypes.util.find_library': privateApi,
  'ctypes.PyDLL': privateApi,
  'cffi.FFI': privateApi,
  'sys.settrace': privateApi,
  'sys._getframe': privateApi,
  'keyring.get_password': { does: 'note', tier: 'critical', category: 'credential-access', code: 'code.namesKeys' },
};

const pathMethods: Dialect['pathMethods'] = {
  unlink: 'delete',
  rmdir: 'delete',
  write_text: 'write',
  write_bytes: 'write',
  touch: 'append',
  mkdir: 'append',
  rename: 'delete',
  replace: 'delete',
  read_text: 'read',
  read_bytes: 'read',
};

/** `import a.b as c`, `from a import b as c, d`. */
function readNames(tokens: readonly Token[], names: Names): void {
  constantsIn(tokens, names, grammar);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'name') continue;
    const first = i === 0 || tokens[i - 1]?.kind === 'line' || /^[;:]$/.test(tokens[i - 1]?.text ?? '');
    // `m = __import__('os')`
    if (
      tokens[i + 1]?.text === '=' &&
      /^(__import__|import_module)$/.test(tokens[i + 2]?.text ?? '') &&
      tokens[i + 4]?.kind === 'string'
    )
      names.aliases.set(token.text, tokens[i + 4]?.text ?? '');
    if (!first) continue;
    if (token.text === 'import')
      for (const { name, as } of clauses(tokens, i + 1)) if (as !== null) names.aliases.set(as, name);
    if (token.text === 'from') {
      const at = indexFrom(tokens, i + 1, 20, each => each.text === 'import');
      if (at < 0) continue;
      const module = tokens
        .slice(i + 1, at)
        .map(each => each.text)
        .join('');
      for (const { name, as } of clauses(tokens, at + 1)) names.aliases.set(as ?? name, `${module}.${name}`);
      if (tokens[at + 1]?.text === '*')
        for (const name of starred[module] ?? []) names.aliases.set(name, `${module}.${name}`);
    }
  }
}

const starred: Readonly<Record<string, readonly string[]>> = {
  os: ['system', 'popen', 'remove', 'unlink', 'rename', 'kill', 'rmdir', 'execv', 'execvp', 'chmod', 'makedirs'],
  subprocess: ['run', 'call', 'Popen', 'check_call', 'check_output', 'getoutput'],
  shutil: ['rmtree', 'move', 'copy', 'copyfile', 'copytree'],
  socket: ['socket', 'create_connection'],
};

function clauses(tokens: readonly Token[], from: number): { name: string; as: string | null }[] {
  const found: { name: string; as: string | null }[] = [];
  let name = '';
  let as: string | null = null;
  for (let i = from; i < tokens.length && i < from + 200; i++) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'line' || token.text === ';') break;
    if (token.text === '(' || token.text === ')') continue;
    if (token.text === ',') {
      found.push({ name, as });
      name = '';
      as = null;
    } else if (token.text === 'as') as = tokens[++i]?.text ?? null;
    else name += token.text;
  }
  if (name !== '') found.push({ name, as });
  return found;
}

function imported(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'name') return [];
    if (token.text === 'import' && tokens[i - 1]?.text !== 'from') return clauses(tokens, i + 1).map(each => each.name);
    return [];
  });
}

const modules =
  'sys|json|math|re|os|os\\.path|string|random|datetime|time|platform|collections|itertools|functools|statistics|decimal|fractions|textwrap|pprint|hashlib|base64|struct|uuid|typing|pathlib|csv|glob|fnmatch|operator|bisect|heapq|calendar|locale|unicodedata|difflib|zlib|binascii|secrets|numbers|enum|dataclasses|copy|html|urllib\\.parse|sysconfig|site|shlex|ast|inspect|io|tomllib|configparser|xml\\.etree\\.ElementTree|yaml|importlib\\.metadata|importlib\\.util|warnings|traceback|sqlite3';

export const python: Dialect = {
  language: 'python',
  lexis: { line: ['#'], block: [], hole: { "'": /\{/, '"': /\{/ }, prefixes: true, triple: true },
  grammar,
  acts,
  names: readNames,
  pathMethods,
  plain: new RegExp(
    `^(print|len|range|sum|min|max|abs|round|sorted|reversed|enumerate|zip|map|filter|list|dict|set|tuple|str|int|float|bool|bytes|bytearray|repr|hex|oct|bin|ord|chr|pow|divmod|any|all|isinstance|type|format|hash|id|dir|help|input|iter|next|exit|quit|hasattr|callable|frozenset|complex|slice|slice|Path|Counter|` +
      `(sys\\.(exit|stdout\\.write|stderr\\.write|stdin\\.read|stdin\\.readlines|getsizeof|getrecursionlimit|getdefaultencoding)|(json|math|re|string|random|datetime|time|platform|collections|itertools|functools|statistics|decimal|fractions|textwrap|pprint|hashlib|base64|struct|uuid|glob|calendar|unicodedata|difflib|binascii|secrets|html|urllib\\.parse|sysconfig|site|shlex|ast|tomllib|importlib\\.metadata|importlib\\.util)(\\.\\w+)+|yaml\\.safe_load|os\\.(getcwd|getpid|cpu_count|uname|path\\.\\w+|sep)|pathlib\\.(Path|PurePath)(\\.(cwd|home))?)` +
      `|.*\\.(join|split|strip|lstrip|rstrip|lower|upper|title|format|encode|decode|startswith|endswith|splitlines|count|index|find|append|extend|items|keys|values|get|sort|hexdigest|digest|isoformat|strftime|total_seconds|exists|is_file|is_dir|read|readlines|readline|group|groups|zfill|ljust|rjust|center|most_common|bit_length|version|is_integer|as_posix|resolve|relative_to|with_suffix|iterdir|glob|rglob|read_text|isdigit|isalpha|update|pop|add|union|difference|intersection))$`,
  ),
  modules: new RegExp(`^(${modules})$`),
  unsafe:
    /^(__(?!name__|version__|file__|doc__)\w+__|getattr|setattr|delattr|globals|locals|vars|eval|exec|compile|__import__|breakpoint|environ|environb|getenv|putenv|ctypes|subprocess|socket|pickle|marshal|importlib_|runpy|pty|import_module|modules|settrace|_getframe|gc|builtins|unlink|rmdir|write_text|write_bytes)$/,
  imported,
};
