import type { Acts } from './acts.ts';
import { type Grammar, importAt, indexFrom, moduleName, type Names } from './calls.ts';
import { constantsIn, type Dialect } from './inspect.ts';
import type { Token } from './tokens.ts';

const grammar: Grammar = {
  joins: ['+'],
  dots: ['.', '?.'],
  bare: false,
  imports: ['require', 'import', 'createRequire', 'getBuiltinModule'],
};

const files: Acts = Object.fromEntries(
  ['fs', 'fs/promises', 'fs.promises', 'fs-extra', 'graceful-fs', 'fs-extra.default', 'fs.default'].flatMap(module =>
    Object.entries({
      rm: { does: 'deleteTree' },
      unlink: { does: 'delete' },
      rmdir: { does: 'deleteTree' },
      remove: { does: 'deleteTree' },
      emptyDir: { does: 'deleteTree' },
      writeFile: { does: 'write' },
      outputFile: { does: 'write' },
      writeJson: { does: 'write' },
      outputJson: { does: 'write' },
      appendFile: { does: 'append' },
      truncate: { does: 'write' },
      rename: { does: 'move' },
      move: { does: 'move' },
      copyFile: { does: 'copy' },
      cp: { does: 'copy' },
      copy: { does: 'copy' },
      mkdir: { does: 'append' },
      mkdtemp: { does: 'append' },
      ensureDir: { does: 'append' },
      symlink: { does: 'write', at: 1 },
      link: { does: 'write', at: 1 },
      chmod: { does: 'write' },
      chown: { does: 'write' },
      utimes: { does: 'append' },
      open: { does: 'open' },
      readFile: { does: 'read' },
      readdir: { does: 'read' },
      readlink: { does: 'read' },
      readJson: { does: 'read' },
      stat: { does: 'nothing' },
      lstat: { does: 'nothing' },
      access: { does: 'nothing' },
    } satisfies Acts).map(([name, act]) => [`${module}.${name}`, act] as const),
  ),
);

/** The synchronous functions' names say it wherever they are called. */
const synchronous: Acts = {
  '.rmSync': { does: 'deleteTree' },
  '.unlinkSync': { does: 'delete' },
  '.rmdirSync': { does: 'deleteTree' },
  '.removeSync': { does: 'deleteTree' },
  '.emptyDirSync': { does: 'deleteTree' },
  '.writeFileSync': { does: 'write' },
  '.outputFileSync': { does: 'write' },
  '.writeSync': { does: 'nothing' },
  '.appendFileSync': { does: 'append' },
  '.createWriteStream': { does: 'write' },
  '.truncateSync': { does: 'write' },
  '.renameSync': { does: 'move' },
  '.moveSync': { does: 'move' },
  '.copyFileSync': { does: 'copy' },
  '.cpSync': { does: 'copy' },
  '.copySync': { does: 'copy' },
  '.mkdirSync': { does: 'append' },
  '.symlinkSync': { does: 'write', at: 1 },
  '.linkSync': { does: 'write', at: 1 },
  '.chmodSync': { does: 'write' },
  '.chownSync': { does: 'write' },
  '.openSync': { does: 'open' },
  '.readFileSync': { does: 'read' },
  '.createReadStream': { does: 'read' },
  '.readdirSync': { does: 'read' },
  '.readlinkSync': { does: 'read' },
  '.existsSync': { does: 'nothing' },
  '.statSync': { does: 'nothing' },
  '.lstatSync': { does: 'nothing' },
  '.realpathSync': { does: 'nothing' },
  '.execSync': { does: 'shell' },
  '.spawnSync': { does: 'argv' },
  '.execFileSync': { does: 'argv' },
  '.execFile': { does: 'argv' },
};

const privateApi = { does: 'note', tier: 'high', category: 'inline-code', code: 'code.privateApi' } as const;
const evaluated = { does: 'eval', language: 'javascript' } as const;
const net = { does: 'net' } as const;

const acts: Acts = {
  ...files,
  ...synchronous,
  rimraf: { does: 'deleteTree' },
  'rimraf.sync': { does: 'deleteTree' },
  '.rimrafSync': { does: 'deleteTree' },
  'rimraf.rimraf': { does: 'deleteTree' },
  del: { does: 'deleteTree' },
  'del.deleteAsync': { does: 'deleteTree' },
  'del.deleteSync': { does: 'deleteTree' },
  'shelljs.rm': { does: 'deleteTree', at: 1 },
  'shelljs.exec': { does: 'shell' },
  'child_process.exec': { does: 'shell' },
  'child_process.spawn': { does: 'argv' },
  'child_process.fork': { does: 'script' },
  exec: { does: 'shell' },
  spawn: { does: 'argv' },
  fork: { does: 'script' },
  execa: { does: 'argv' },
  'execa.execa': { does: 'argv' },
  'execa.execaCommand': { does: 'shell' },
  'execa.execaSync': { does: 'argv' },
  'execa.$': { does: 'shell' },
  'zx.$': { does: 'shell' },
  'Bun.$': { does: 'shell' },
  'cross-spawn.sync': { does: 'argv' },
  'cross-spawn': { does: 'argv' },
  'Bun.spawn': { does: 'argv' },
  'Bun.spawnSync': { does: 'argv' },
  'Bun.write': { does: 'write' },
  'Bun.file': { does: 'read' },
  'Deno.remove': { does: 'deleteTree' },
  'Deno.removeSync': { does: 'deleteTree' },
  'Deno.writeTextFile': { does: 'write' },
  'Deno.writeTextFileSync': { does: 'write' },
  'Deno.writeFile': { does: 'write' },
  'Deno.readTextFile': { does: 'read' },
  'Deno.readTextFileSync': { does: 'read' },
  'Deno.Command': { does: 'argv' },
  'Deno.run': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
  'Deno.dlopen': privateApi,
  fetch: net,
  WebSocket: { does: 'net', send: true },
  EventSource: net,
  XMLHttpRequest: net,
  'navigator.sendBeacon': { does: 'net', send: true },
  'http.get': net,
  'http.request': net,
  'https.get': net,
  'https.request': net,
  'http2.connect': net,
  'net.connect': { does: 'net', send: true },
  'net.createConnection': { does: 'net', send: true },
  'net.Socket': { does: 'net', send: true },
  'tls.connect': { does: 'net', send: true },
  'dgram.createSocket': { does: 'net', send: true },
  'dns.lookup': net,
  'dns.resolve': net,
  'dns.resolveTxt': net,
  'dns.promises.lookup': net,
  'dns/promises.lookup': net,
  axios: net,
  'axios.get': net,
  'axios.request': net,
  'axios.post': { does: 'net', send: true },
  'axios.put': { does: 'net', send: true },
  'axios.patch': { does: 'net', send: true },
  'axios.delete': { does: 'net', send: true },
  got: net,
  'got.post': { does: 'net', send: true },
  'undici.fetch': net,
  'undici.request': net,
  'node-fetch': net,
  ws: { does: 'net', send: true },
  eval: evaluated,
  Function: evaluated,
  'vm.runInThisContext': evaluated,
  'vm.runInNewContext': evaluated,
  'vm.runInContext': evaluated,
  'vm.Script': evaluated,
  'vm.compileFunction': evaluated,
  'process.binding': privateApi,
  'process._linkedBinding': privateApi,
  'process.dlopen': privateApi,
  'Module._load': privateApi,
  'module._load': privateApi,
  'inspector.open': { does: 'note', tier: 'high', category: 'network', code: 'code.opensDebugger' },
  'process.chdir': { does: 'directory' },
  'Deno.chdir': { does: 'directory' },
  'process.kill': { does: 'note', tier: 'high', category: 'process-control', code: 'code.killsProcess' },
  'process.setuid': { does: 'note', tier: 'high', category: 'privilege', code: 'privilege.run' },
};

/** `const { a, b: c } = require('m')`, `import x, { y as z } from 'm'`, `import * as n from 'm'`. */
function readNames(tokens: readonly Token[], names: Names): void {
  constantsIn(tokens, names, grammar);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'name') continue;
    if (/^(const|let|var)$/.test(token.text)) {
      const equals = indexFrom(tokens, i + 1, 60, each => each.text === '=' && each.kind === 'mark');
      if (equals < 0) continue;
      let end = equals + 1;
      while (
        end < tokens.length &&
        end < equals + 14 &&
        tokens[end]?.kind !== 'line' &&
        !/^[;]$/.test(tokens[end]?.text ?? '')
      )
        end++;
      const value = tokens.slice(equals + 1, end);
      const close = value.findIndex(each => each.text === ')');
      const module = close < 0 ? null : importAt(value, value[close + 1]?.text === ')' ? close + 1 : close, grammar);
      const root =
        module ?? (value.length === 1 && value[0]?.kind === 'name' ? (names.aliases.get(value[0].text) ?? null) : null);
      if (root === null) continue;
      const rest =
        close < 0
          ? ''
          : value
              .slice(close + 1)
              .map(each => each.text)
              .join('');
      bind(tokens.slice(i + 1, equals), root + (/^(\.\w+)+$/.test(rest) ? rest : ''), names, ':');
    }
    if (token.text === 'import') {
      const from = indexFrom(tokens, i + 1, 120, each => each.kind === 'name' && each.text === 'from');
      const module = tokens[from + 1];
      if (from > 0 && module?.kind === 'string') bind(tokens.slice(i + 1, from), moduleName(module.text), names, 'as');
    }
  }
}

function bind(pattern: readonly Token[], module: string, names: Names, renames: string): void {
  const braced = pattern.findIndex(each => each.text === '{');
  const outside = braced < 0 ? pattern : pattern.slice(0, braced);
  const whole = outside.findLast(each => each.kind === 'name' && each.text !== 'as');
  if (whole !== undefined) names.aliases.set(whole.text, module);
  if (braced < 0) return;
  const inside = pattern.slice(braced).filter(each => each.kind === 'name' || each.text === ':');
  for (let i = 0; i < inside.length; i++) {
    const name = inside[i]?.text ?? '';
    const renamed = inside[i + 1]?.text === renames ? inside[i + 2]?.text : undefined;
    names.aliases.set(renamed ?? name, `${module}.${name}`);
    if (renamed !== undefined) i += 2;
  }
}

function imported(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'string') return [];
    const before = tokens[i - 1]?.text;
    const call = before === '(' && /^(require|import)$/.test(tokens[i - 2]?.text ?? '');
    return call || before === 'from' || before === 'import' ? [moduleName(token.text)] : [];
  });
}

const safe =
  'console|JSON|Math|Object|Array|String|Number|Boolean|Date|BigInt|Symbol|Map|Set|WeakMap|Intl|RegExp|URL|URLSearchParams|TextEncoder|TextDecoder|Error|TypeError|Promise|Buffer|performance|path|os|util|crypto|assert|url|querystring|semver|perf_hooks|structuredClone|parseInt|parseFloat|isNaN|isFinite|encodeURIComponent|decodeURIComponent|encodeURI|decodeURI|btoa|queueMicrotask';
const methods =
  'map|filter|reduce|forEach|join|split|slice|splice|push|pop|shift|unshift|concat|includes|indexOf|find|findIndex|findLast|some|every|sort|toSorted|reverse|flat|flatMap|keys|values|entries|fill|at|trim|trimEnd|trimStart|padStart|padEnd|repeat|replaceAll|match|matchAll|test|exec|toString|toUpperCase|toLowerCase|toFixed|toISOString|toJSON|getTime|getFullYear|startsWith|endsWith|charAt|charCodeAt|codePointAt|substring|substr|localeCompare|then|catch|finally|has|get|set|add|digest|update|hasOwnProperty|next|resolve|on|once';

export const javascript: Dialect = {
  language: 'javascript',
  lexis: {
    line: ['//', '#!'],
    block: [['/*', '*/']],
    hole: { '`': /\$\{/ },
    backquote: 'template',
    regex: true,
  },
  grammar,
  acts,
  names: readNames,
  plain: new RegExp(
    `^((${safe})(\\.\\w+)*|process\\.(std(in|out|err)\\.\\w+|cwd|exit|memoryUsage|uptime|hrtime(\\.bigint)?|getuid|nextTick)|require(\\.resolve)?|(.*\\.)?(${methods})|Deno\\.(cwd|version)|import\\.meta\\.resolve)$`,
  ),
  modules: /^(path|os|util|assert|url|crypto|querystring|perf_hooks|fs|fs\/promises|buffer|semver)$/,
  unsafe:
    /^(eval|Function|constructor|__proto__|globalThis|global|window|Reflect|Proxy|mainModule|binding|dlopen|setTimeout|setInterval|setImmediate|WebAssembly|Worker|apply|call|bind|env|with|defineProperty|setPrototypeOf|prototype|getBuiltinModule|createRequire|child_process|writeFile|promises)$/,
  imported,
};
