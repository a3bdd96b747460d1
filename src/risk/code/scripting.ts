import type { Acts } from './acts.ts';
import type { Grammar, Names } from './calls.ts';
import { constantsIn, type Dialect } from './inspect.ts';
import type { Token } from './tokens.ts';

/** Ruby, Perl, PHP, Lua and their like: what each calls the things that matter. */

const net = { does: 'net' } as const;
const send = { does: 'net', send: true } as const;
const kills = { does: 'note', tier: 'high', category: 'process-control', code: 'code.killsProcess' } as const;
const privateApi = { does: 'note', tier: 'high', category: 'inline-code', code: 'code.privateApi' } as const;

function noImports(): string[] {
  return [];
}

function plainNames(assign: readonly string[] = ['=']) {
  return (tokens: readonly Token[], names: Names, grammar: Grammar): void =>
    constantsIn(tokens, names, grammar, assign);
}

const rubyFiles: Acts = Object.fromEntries(
  ['File', 'FileUtils', 'IO', 'Dir', 'Kernel', 'Pathname'].flatMap(module =>
    Object.entries({
      delete: { does: 'delete' },
      unlink: { does: 'delete' },
      rmdir: { does: 'deleteTree' },
      rm: { does: 'delete' },
      rm_f: { does: 'delete' },
      rm_r: { does: 'deleteTree' },
      rm_rf: { does: 'deleteTree' },
      remove_dir: { does: 'deleteTree' },
      remove_entry_secure: { does: 'deleteTree' },
      write: { does: 'write' },
      binwrite: { does: 'write' },
      rename: { does: 'move' },
      mv: { does: 'move' },
      cp: { does: 'copy' },
      cp_r: { does: 'copy' },
      mkdir: { does: 'append' },
      mkdir_p: { does: 'append' },
      touch: { does: 'append' },
      symlink: { does: 'write', at: 1 },
      ln_s: { does: 'write', at: 1 },
      chmod: { does: 'write', at: 1 },
      open: { does: 'open' },
      new: { does: 'open' },
      read: { does: 'read' },
      readlines: { does: 'read' },
      foreach: { does: 'read' },
      chdir: { does: 'directory' },
      cd: { does: 'directory' },
      popen: { does: 'shell' },
      system: { does: 'shell' },
      exec: { does: 'shell' },
      spawn: { does: 'shell' },
    } satisfies Acts).map(([name, act]) => [`${module}.${name}`, act] as const),
  ),
);

export const ruby: Dialect = {
  language: 'ruby',
  lexis: {
    line: ['#'],
    block: [],
    hole: { '"': /#\{/, '`': /#\{/ },
    backquote: 'shell',
    quoteLike: 'ruby',
    regex: true,
  },
  grammar: { joins: ['+', '<<'], dots: ['.', '::', '?.'], bare: true, imports: [] },
  acts: {
    ...rubyFiles,
    system: { does: 'shell' },
    exec: { does: 'shell' },
    spawn: { does: 'shell' },
    open: { does: 'open' },
    'IO.popen': { does: 'shell' },
    'Process.spawn': { does: 'shell' },
    'Open3.capture2': { does: 'shell' },
    'Open3.capture2e': { does: 'shell' },
    'Open3.capture3': { does: 'shell' },
    'Open3.popen3': { does: 'shell' },
    'PTY.spawn': { does: 'shell' },
    'Process.kill': kills,
    'Process.daemon': { does: 'note', tier: 'high', category: 'persistence', code: 'code.daemon' },
    'Net.HTTP.get': net,
    'Net.HTTP.get_response': net,
    'Net.HTTP.start': net,
    'Net.HTTP.new': net,
    'Net.HTTP.post': send,
    'Net.HTTP.post_form': send,
    'URI.open': net,
    'Faraday.get': net,
    'Faraday.post': send,
    'HTTParty.get': net,
    'HTTParty.post': send,
    'RestClient.get': net,
    'RestClient.post': send,
    'TCPSocket.new': send,
    'TCPSocket.open': send,
    'Socket.tcp': send,
    'UDPSocket.new': send,
    eval: { does: 'eval', language: 'ruby' },
    instance_eval: { does: 'eval', language: 'ruby' },
    class_eval: { does: 'eval', language: 'ruby' },
    'Kernel.eval': { does: 'eval', language: 'ruby' },
    load: { does: 'script' },
    'Fiddle.dlopen': privateApi,
  },
  names: plainNames(),
  plain:
    /^(puts|print|p|pp|printf|format|sprintf|require|Integer|Float|String|Array|rand|sleep|exit|(Math|JSON|Time|Date|RbConfig|Gem|Rational|Comparable|Digest|SecureRandom|Etc|Base64)(\.\w+)+|.*\.(map|each|select|reject|join|split|sum|to_s|to_i|to_f|inspect|length|size|sort|sort_by|reverse|first|last|include\?|key\?|keys|values|upcase|downcase|capitalize|strip|chomp|gsub|sub|times|upto|each_with_index|zip|reduce|inject|round|floor|ceil|strftime|new|match|scan|count|uniq|flatten|compact|min|max|zero\?|even|odd|dig|fetch))$/,
  modules: /^.*$/,
  unsafe:
    /^(send|__send__|public_send|instance_eval|class_eval|define_method|const_get|method_missing|ENV|ObjectSpace|Fiddle|Binding|binding|fork|syscall|at_exit|trap|eval|exec|system|spawn|popen|delete|unlink|write|rm_rf|open|load|instance_variable_set|method|Open3|Socket|TCPSocket|Net)$/,
  imported: noImports,
};

export const perl: Dialect = {
  language: 'perl',
  lexis: {
    line: ['#'],
    block: [],
    hole: { '"': /[$@]\w|[$@]\{/, '`': /[$@]\w/ },
    backquote: 'shell',
    quoteLike: 'perl',
    regex: true,
    sigils: true,
  },
  grammar: { joins: ['.'], dots: ['->', '::'], bare: true, imports: [] },
  acts: {
    system: { does: 'shell' },
    exec: { does: 'shell' },
    readpipe: { does: 'shell' },
    'IPC.Open3.open3': { does: 'argv' },
    unlink: { does: 'delete' },
    open: { does: 'open' },
    rmdir: { does: 'deleteTree' },
    rmtree: { does: 'deleteTree' },
    remove_tree: { does: 'deleteTree' },
    'File.Path.rmtree': { does: 'deleteTree' },
    'File.Path.remove_tree': { does: 'deleteTree' },
    rename: { does: 'move' },
    move: { does: 'move' },
    copy: { does: 'copy' },
    symlink: { does: 'write', at: 1 },
    link: { does: 'write', at: 1 },
    mkdir: { does: 'append' },
    chmod: { does: 'write', at: 1 },
    chown: { does: 'write', at: 2 },
    chdir: { does: 'directory' },
    kill: kills,
    fork: { does: 'note', tier: 'medium', category: 'process-control', code: 'code.forks' },
    syscall: privateApi,
    'LWP.Simple.get': net,
    get: net,
    getstore: net,
    'HTTP.Tiny.new': net,
    'LWP.UserAgent.new': net,
    'IO.Socket.INET.new': send,
    'IO.Socket.SSL.new': send,
    socket: send,
    connect: send,
    eval: { does: 'eval', language: 'perl' },
    do: { does: 'script' },
  },
  names: plainNames(),
  plain:
    /^(print|say|printf|sprintf|length|substr|index|rindex|uc|lc|ucfirst|lcfirst|join|split|push|pop|shift|unshift|keys|values|each|sort|reverse|map|grep|scalar|defined|exists|abs|int|sqrt|hex|oct|ord|chr|sum|max|min|localtime|gmtime|time|die|warn|chomp|chop|exit|ref|sum0|uniq|tr)$/,
  modules: /^.*$/,
  unsafe:
    /^(open|eval|exec|system|qx|require|do|fork|kill|syscall|unlink|rename|socket|connect|dl_load_file|AUTOLOAD|BEGIN|END|%ENV|ENV|opendir|sysopen|pipe|readpipe|use_ok|glob|IO|Socket|LWP|HTTP)$/,
  imported: noImports,
};

export const php: Dialect = {
  language: 'php',
  lexis: {
    line: ['//', '#'],
    block: [['/*', '*/']],
    hole: { '"': /\$\w|\{\$/, '`': /\$\w/ },
    backquote: 'shell',
    sigils: true,
  },
  grammar: { joins: ['.'], dots: ['->', '::'], bare: false, imports: [] },
  acts: {
    system: { does: 'shell' },
    exec: { does: 'shell' },
    shell_exec: { does: 'shell' },
    passthru: { does: 'shell' },
    popen: { does: 'shell' },
    proc_open: { does: 'shell' },
    pcntl_exec: { does: 'argv' },
    unlink: { does: 'delete' },
    rmdir: { does: 'deleteTree' },
    rename: { does: 'move' },
    copy: { does: 'copy' },
    file_put_contents: { does: 'write' },
    fopen: { does: 'open' },
    touch: { does: 'append' },
    mkdir: { does: 'append' },
    symlink: { does: 'write', at: 1 },
    chmod: { does: 'write' },
    file_get_contents: { does: 'read' },
    readfile: { does: 'read' },
    file: { does: 'read' },
    chdir: { does: 'directory' },
    curl_init: net,
    curl_exec: net,
    fsockopen: send,
    stream_socket_client: send,
    socket_connect: send,
    mail: send,
    'GuzzleHttp.Client': net,
    posix_kill: kills,
    eval: { does: 'eval', language: 'php' },
    assert: { does: 'eval', language: 'php' },
    create_function: { does: 'eval', language: 'php' },
    dl: privateApi,
    'FFI.cdef': privateApi,
  },
  names: plainNames(),
  plain:
    /^(phpversion|print_r|var_dump|printf|sprintf|strlen|count|implode|explode|json_encode|json_decode|strtoupper|strtolower|str_repeat|array_\w+|range|max|min|abs|round|floor|ceil|date|time|phpinfo|php_sapi_name|php_uname|ini_get|extension_loaded|get_loaded_extensions|is_\w+|in_array|intdiv|number_format|trim|str_replace|md5|sha1|hash|uniqid|random_int|memory_get_usage|microtime|password_hash|defined|var_export|function_exists|class_exists|version_compare|sqrt|pow|PHP_VERSION)$/,
  modules: /^.*$/,
  unsafe:
    /^(eval|\$_ENV|\$_SERVER|\$GLOBALS|getenv|include|include_once|require|require_once|call_user_func|call_user_func_array|array_map_|usort_|ReflectionFunction|preg_replace_callback|register_shutdown_function|FFI|new|global)$/,
  imported: noImports,
};

export const lua: Dialect = {
  language: 'lua',
  lexis: { line: ['--'], block: [['--[[', ']]']], hole: {}, longBrackets: true },
  grammar: { joins: ['..'], dots: ['.', ':'], bare: true, imports: [] },
  acts: {
    'os.execute': { does: 'shell' },
    'io.popen': { does: 'shell' },
    'os.remove': { does: 'deleteTree' },
    'os.rename': { does: 'move' },
    'io.open': { does: 'open' },
    'io.lines': { does: 'read' },
    'io.output': { does: 'write' },
    dofile: { does: 'script' },
    loadfile: { does: 'script' },
    loadstring: { does: 'eval', language: 'lua' },
    load: { does: 'eval', language: 'lua' },
    'package.loadlib': privateApi,
    'ffi.load': privateApi,
    'ffi.cdef': privateApi,
    'socket.tcp': send,
    'socket.http.request': net,
    'http.request': net,
  },
  names: plainNames(),
  plain:
    /^(print|tostring|tonumber|type|pairs|ipairs|select|unpack|assert|error|(string|table|math|utf8)\.\w+|io\.(write|read)|os\.(time|date|clock)|.*\.(format|upper|lower|rep|sub|len|gsub|find|match))$/,
  modules: /^.*$/,
  unsafe:
    /^(require|debug|_G|_ENV|load|loadstring|dofile|loadfile|package|ffi|os_|getfenv|setfenv|getmetatable|setmetatable)$/,
  imported: noImports,
};

/**
 * Languages that are only searched for what stands out: R, Julia, Tcl, Groovy, Elixir, AppleScript and what else is run by
 * an interpreter. On the line it is medium at least, whatever it says.
 */
export const other: Dialect = {
  language: 'other',
  lexis: { line: ['#', '//'], block: [['/*', '*/']], hole: { '"': /\$\w|#\{|\$\{/ }, backquote: 'shell' },
  grammar: { joins: ['+', '.', '..', '<>', '&'], dots: ['.', '::', '->'], bare: true, imports: [] },
  acts: {
    system: { does: 'shell' },
    system2: { does: 'argv' },
    shell: { does: 'shell' },
    'do.shell': { does: 'shell' },
    exec: { does: 'shell' },
    execute: { does: 'shell' },
    '.execute': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
    run: { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
    'System.cmd': { does: 'argv' },
    'Runtime.getRuntime': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
    '.exec': { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.startsUnknown' },
    unlink: { does: 'deleteTree' },
    'file.remove': { does: 'delete' },
    rm: { does: 'deleteTree' },
    'File.rm': { does: 'delete' },
    'File.rm!': { does: 'delete' },
    'File.rm_rf': { does: 'deleteTree' },
    'File.rm_rf!': { does: 'deleteTree' },
    'File.write': { does: 'write' },
    'File.write!': { does: 'write' },
    removeFile: { does: 'delete' },
    'Sys.remove': { does: 'delete' },
    'Sys.command': { does: 'shell' },
    'Unix.system': { does: 'shell' },
    'download.file': net,
    download: net,
    url: net,
    socket: send,
    'Socket.connect': send,
    'install.packages': { does: 'note', tier: 'high', category: 'dependency', code: 'tool.installed' },
    'Pkg.add': { does: 'note', tier: 'high', category: 'dependency', code: 'tool.installed' },
    'Mix.install': { does: 'note', tier: 'high', category: 'dependency', code: 'tool.installed' },
    eval: { does: 'note', tier: 'medium', category: 'inline-code', code: 'code.evaluates' },
  },
  names: plainNames(['=', '<-']),
  plain:
    /^(print|puts|println|cat|paste|paste0|sum|mean|c|length|sessionInfo|IO\.puts|IO\.inspect|round|sqrt|max|min|echo|version|display|R\.version\.string|seq|rep|nchar|toupper|Sys\.time|packageVersion)$/,
  modules: /^.*$/,
  unsafe:
    /^(exec|do|shell|system|spawn|file|open|source|load|foreign|ccall|Runtime|ProcessBuilder|execute|unsafePerformIO|performIO|tell|activate|keystroke|env|Process|FileManager|Foundation|System|Unix|Sys|evaluate|eval|socket|glob|rm|run)$/,
  imported: noImports,
};
