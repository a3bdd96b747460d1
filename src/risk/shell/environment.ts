import type { Claim } from '../claim.ts';
import { hostOf, isLoopback } from '../hosts.ts';
import { isSystemFolder, isToolFolder } from './lookup.ts';
import { isOutput, outputClaims } from './outputs.ts';
import { claimed, note } from './spec.ts';
import { valueClaims } from './unlisted.ts';
import { literal, type Word } from './word.ts';

/** Variables by which a program loads or runs something else than its name says. Sources: ld.so(8), git(1), bash(1), the tools' manuals. */
const loads =
  /^(LD_.*|DYLD_.*|ERL_(A|F|Z)?FLAGS|ELIXIR_ERL_OPTIONS|GCONV_PATH|BUN_.*OPTIONS|BUN_CONFIG.*|DENO_(DIR|INSTALL_ROOT|CERT)|PYTHON_(PRESITE|JIT_\w+)|MAKEOVERRIDES|CGO_\w+_ALLOW|npm_(node_)?execpath|PYTHON(STARTUP|HOME|BREAKPOINT|INSPECT|USERBASE|PLATLIBDIR|CASEOK|EXECUTABLE)|PERL5DB|RUBYSHELL|GEM_(HOME|PATH)|BUNDLE_(GEMFILE|PATH|BIN)|BASH_ENV|BASH_FUNC.*|ENV|ZDOTDIR|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|IFS|CDPATH|SHELL|MAKEFILES|RUSTDOC|CARGO_HOME|CARGO_BUILD_(RUSTC.*|RUSTDOC|RUSTFLAGS)|CARGO_TARGET_(?!DIR$).*|CARGO_ALIAS_.*|GOENV|GOTOOLCHAIN|GOROOT|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|BAT_PAGER|AWS_PAGER|GH_(PAGER|EDITOR|BROWSER)|DELTA_PAGER|SYSTEMD_(PAGER|EDITOR)|PSQL_(PAGER|EDITOR)|FCEDIT|HGEDITOR|SVN_EDITOR|SVN_SSH|KUBE_EDITOR|LESS(OPEN|CLOSE|EDIT|KEY.*)|SUDO_ASKPASS|SSH_ASKPASS|TAR_OPTIONS|RSYNC_RSH|RSYNC_CONNECT_PROG|CVS_RSH|CVSEDITOR|BASH_(CMDS|ALIASES)|GIT_(SSH|SSH_COMMAND|ASKPASS|EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CONFIG.*|ATTR_.*|ALLOW_PROTOCOL|TRACE.*)|HGRCPATH|HGPLAINEXCEPT|npm_config_.*|NPM_CONFIG_.*|YARN_.*|PNPM_(HOME|SCRIPT.*)|PIP_.*|UV_.*|POETRY_(?!NO_INTERACTION).*|PDM_.*|CORE_EDITOR|HOME|XDG_(CONFIG|DATA)_(HOME|DIRS)|TERMINFO(_DIRS)?|OPENSSL_(CONF|MODULES|ENGINES)|CURL_HOME|WGETRC|RIPGREP_CONFIG_PATH|ACKRC|ACK_PAGER.*|DOCKER_(HOST|CONFIG|CONTEXT)|KUBECONFIG|PHPRC|PHP_INI_SCAN_DIR|LUA_INIT.*|R_(PROFILE|ENVIRON|LIBS|HOME).*|JULIA_(DEPOT_PATH|PROJECT|LOAD_PATH)|DOTNET_(STARTUP_HOOKS|ADDITIONAL_DEPS|SHARED_STORE|ROOT)|COR(ECLR)?_.*|MSBUILD.*|ANSIBLE_.*|TF_CLI_.*|TF_PLUGIN.*|TF_REATTACH_PROVIDERS|TERRAGRUNT_TFPATH|PACKER_PLUGIN.*|HELM_PLUGINS|VIM(INIT|RUNTIME)?|EXINIT|NVIM_.*|EMACSLOADPATH|INPUTRC|TCLLIBPATH|GUILE_.*PATH|GDBHISTFILE|PYTEST_PLUGINS|MYPYPATH|COVERAGE_PROCESS_START|ESLINT_USE_.*|TS_NODE_(COMPILER|REQUIRE.*)|JEST_JUNIT_UNUSED|M2_HOME|MAVEN_(PROJECTBASEDIR|BASEDIR|CONFIG)|GRADLE_(HOME|USER_HOME)|SBT_.*|CMAKE_(TOOLCHAIN_FILE|PREFIX_PATH|MODULE_PATH|PROJECT_.*|.*_LAUNCHER|GENERATOR)|PKG_CONFIG.*|CONFIG_SITE|AUTOCONF.*|M4PATH|CCACHE_(PREFIX.*|COMPILER|CONFIGPATH|EXTRAFILES)|SCCACHE_.*|COMPILER_PATH|GCC_EXEC_PREFIX|C(PLUS)?_INCLUDE_PATH|CPATH|LIBRARY_PATH|ERL_(LIBS|ZFLAGS)|MIX_(HOME|ARCHIVES|PATH)|OCAMLRUNPARAM|CAML_LD_LIBRARY_PATH)$/;

/** Folders, separated by colons, in which modules are looked for. */
const searched = /^(NODE_PATH|PYTHONPATH|PERL5LIB|PERLLIB|RUBYLIB|CLASSPATH|LUA_C?PATH\w*|GOPATH|MODULE_PATH)$/;

/** Options that a program takes as if they stood on its command line. */
const options =
  /^(NODE_OPTIONS|PERL5OPT|RUBYOPT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_(OPTS|ARGS)|GRADLE_OPTS|JAVA_OPTS|SBT_OPTS|MAKEFLAGS|MFLAGS|GNUMAKEFLAGS|GOFLAGS|CGO_\w*FLAGS|(C|CXX|CPP|LD|F|FC|ASM|OBJC|ENCODED_RUST|CARGO_ENCODED_RUST|RUST|RUSTDOC)FLAGS|PYTEST_ADDOPTS|GREP_OPTIONS|LESS|GCC_OPTIONS|NINJAFLAGS|CTEST_ARGS|BAZEL_OPTS)$/;

/** Programs that a build starts by these names. */
const compilers =
  /^(CC|CXX|LD|AR|AS|RUSTC(_WRAPPER|_WORKSPACE_WRAPPER)?|NM|RANLIB|OBJCOPY|STRIP|FC|LEX|YACC|MAKE|M4|PERL|PYTHON[23]?|RUBY|NODE|NODEJS|LUA|TCLSH|AUTO(CONF|HEADER|MAKE|RECONF)|ACLOCAL|LIBTOOL|INSTALL|SED|AWK|GREP|EGREP|CPP|HOSTCC|BUILD_CC|CROSS_COMPILE|PROTOC|JAVAC?|NPM|GO|CARGO)$/;
const usualCompilers =
  /^((\/usr\/bin\/)?[\w-]*(gcc|g\+\+|clang|clang\+\+|cc|c\+\+|tcc|ld|lld|mold|gold|ar|as|nm|ranlib|strip|rustc|g?make|ninja|m4|perl|python[\d.]*|ruby|node|nodejs|lua|tclsh|auto(conf|header|make|reconf)|aclocal|libtool|install|g?sed|[gmn]?awk|[ef]?grep|cpp|protoc|javac?|npm|go|cargo|sccache|ccache|zig cc|zig c\+\+|flex|bison)(-\d+(\.\d+)*)?( -m(32|64))?|ccache \w+)?$/;

/** Variables that send traffic another way, or let it be read, or name another registry. */
const reroutes =
  /^((https?|all|ftp|no)_proxy|(HTTPS?|ALL|FTP|NO)_PROXY|NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|SSLKEYLOGFILE|GIT_SSL_.*|PYTHONHTTPSVERIFY|ANTHROPIC_.*|OPENAI_BASE_URL|GOPROXY|GOSUMDB|GONOSUMDB|GONOSUMCHECK|GOINSECURE|GONOPROXY|GOVCS|RUSTUP_(DIST_SERVER|UPDATE_ROOT)|CARGO_(REGISTR|SOURCE_|NET_|HTTP_).*|BUNDLE_MIRROR.*|RUBYGEMS_HOST|COMPOSER_(REPO|MIRROR|HOME).*|HF_ENDPOINT|NVM_(NODEJS|IOJS)_ORG_MIRROR|NODE_MIRROR|RES_OPTIONS|HOSTALIASES|LOCALDOMAIN|\w+_(REGISTRY|REGISTRY_URL|INDEX_URL|EXTRA_INDEX_URL|MIRROR|MIRRORS|MIRROR_URL|BINARY_SITE|BINARY_HOST|DOWNLOAD_HOST|DOWNLOAD_URL|DOWNLOAD_BASE_URL|BOTTLE_DOMAIN|ENDPOINT_URL))$/;

/** Ours: the agent may not tell Gatehouse where its state or its model is. */
const ours = /^GATEHOUSE_/;

const skipsHooks =
  /^(HUSKY|HUSKY_SKIP_\w+|LEFTHOOK|LEFTHOOK_EXCLUDE|OVERCOMMIT_DISABLE|SKIP|SKIP_SIMPLE_GIT_HOOKS|PRE_COMMIT_ALLOW_NO_CONFIG|SKIP_HOOKS|NO_VERIFY|SKIP_LEFTHOOK_INSTALL)$/;

/** What a name's ending lets one expect of a variable that we do not know. */
const likely = /(FLAGS|_OPTS|_OPTIONS|_ADDOPTS|_PLUGINS?|_PRELOAD|_LOADER|_WRAPPER|_LAUNCHER|_PAGER|_EDITOR|_SHELL)$/;
const configures = /(_CONFIG|_CONFIG_FILE|_CONFIG_PATH|_CONFIG_DIR|_RC|_PROJECT|_CONF|_INIT_FILE)$/;

/** Names of variables that say where a program or its settings are, and of those that say where results go. */
const points = /(PATH|_BIN|_EXECUTABLE|PROG|_HOME|_RUNNER|_COMMAND|_CMD|_FILE|FILE|RC|_APP|_MODULE|_SCRIPT)$/;
const storage =
  /CACHE|URL|BASE|ROUTE|PREFIX|ENDPOINT|SOCKET|SOCK|LOG|OUT|TMP|TEMP|REPORT|RESULT|ARTIFACT|DATA|DATABASE|_DB|HISTFILE|^(PWD|OLDPWD|TZ|LANG|PREFIX|DESTDIR|[a-z_]+|[A-Z])$/;

/** Switches of package managers that choose how much they say, and nothing else. */
const plainNames =
  /^((npm_config|NPM_CONFIG)_(loglevel|fund|audit|progress|color|update_notifier|yes|offline|prefer_offline|legacy_peer_deps|engine_strict)|PIP_(DISABLE_PIP_VERSION_CHECK|NO_INPUT|QUIET|PROGRESS_BAR|REQUIRE_VIRTUALENV|ROOT_USER_ACTION|NO_COLOR|VERBOSE)|UV_(NO_PROGRESS|OFFLINE|LINK_MODE|FROZEN|LOCKED|NO_SYNC|CONCURRENT_\w+)|YARN_ENABLE_(TELEMETRY|PROGRESS_BARS|COLORS|HYPERLINKS|IMMUTABLE_INSTALLS|MIRROR|MESSAGE_NAMES|INLINE_BUILDS|OFFLINE_MODE)|ANSIBLE_(FORCE_COLOR|NOCOLOR|STDOUT_CALLBACK|VERBOSITY)|GIT_PAGER_IN_USE|POETRY_(VIRTUALENVS_IN_PROJECT|VIRTUALENVS_CREATE|NO_ANSI)|MSBUILD(DISABLENODEREUSE|TERMINALLOGGER)|DOTNET_ROOT_UNUSED)$/i;

const plainPagers = new Set(['cat', 'less', '']);

/** One option that changes speed, size, warnings or how much is said, and loads nothing. */
const plainOption =
  /^(-X(m[xns]|ss)\w+|-XX:[+-]?\w+(=[\w.]+)?|-server|-ea|-j\d*|-[kisBnqvxegw]|-v+|-q+|-mod=(mod|vendor|readonly)|-race|-count=\d+|-tags=[\w,]+|-trimpath|-buildvcs=\w+|-timeout=\w+|-short|-O[0-3sgz]?|-g\d?|-W(?![lap],)[\w=-]*|-std=[\w+]+|-pedantic|-pipe|-fno-[\w-]+|-f(sanitize=[\w,]+|PIC|pic|PIE|stack-protector(-\w+)?|omit-frame-pointer|lto(=\w+)?|exceptions|rtti|diagnostics-color(=\w+)?|visibility=\w+|profile-arcs|test-coverage)|--coverage|-m(arch|tune|cpu)=[\w.+-]+|-m(32|64)|-[IL](?!\/|.*\.\.)[\w./-]+|-l\w+|-C|-A|-D|-n|-k|-m|-rA?|--cfg|-U|--(max-old-space-size|max_old_space_size|max-semi-space-size|max-http-header-size|stack-size|experimental-(vm-modules|strip-types|transform-types|sqlite|websocket|fetch|global-webcrypto|require-module|detect-module|test-coverage|json-modules|wasm-modules)|no-experimental-[\w-]+|no-warnings|no-deprecation|trace-(warnings|deprecation|uncaught|exit|gc)|throw-deprecation|unhandled-rejections|enable-source-maps|stack-trace-limit|preserve-symlinks|expose-gc|dns-result-order|openssl-legacy-provider|disable-warning|test-only|no-print-directory|silent|keep-going|jobs|always-make|tb|durations|maxfail|color|colors|no-header|no-summary|timeout|strict-markers|lf|ff|verbose|quiet|no-cov|randomly-seed|disable-warnings|exitfirst|stepwise|yjit|jit|enable=frozen-string-literal|disable-all|cap-lints)(=[\w:.,-]*)?|--)$/;
const dangerousProperty =
  /agent|boot|ext\.dirs|library\.path|class\.path|security|proxy|user\.home|exec|repo|settings|init|script|trustStore|keyStore|plugin|wrapper|factory|provider|classloader|url|codebase|logback|log4j|jndi/i;

function isPlainOption(token: string): boolean {
  if (plainOption.test(token)) return true;
  const property = /^-D([\w.]+)(=[\w.,:-]*)?$/.exec(token)?.[1];
  if (property !== undefined) return !dangerousProperty.test(property);
  // A value of the option before it.
  return (
    /^[A-Za-z0-9_][\w:.-]*(=[\w.,-]*)?$/.test(token) &&
    !/^(linker|link-arg|ar|plugin|SHELL|CC|CXX|LD|AR|RM|PYTHON)/i.test(token)
  );
}

const isPlain = (text: string | null): boolean =>
  text !== null && text.split(/\s+/).every(token => token === '' || isPlainOption(token));

/** The entries of a list of folders; null where one is not known. `$PWD` is where we are, and the variable itself may stand in it. */
function entries(name: string, value: Word): string[] | null {
  const text = value.text ?? value.raw.replace(/^[A-Za-z_]\w*=/, '').replaceAll('"', '');
  const list = text
    .split(':')
    .filter(each => each !== `$${name}` && !each.startsWith(`\${${name}`) && !/^[+-]\$?\{?\w*\}?\}$/.test(each))
    .map(each => each.replace(/^(\$PWD|\$\{PWD\}|\$\(pwd\)|\$\(git rev-parse --show-toplevel\))(?=\/|$)/, '.'));
  return list.some(each => /[$`'\\]/.test(each)) ? null : list;
}

const loading = (name: string): Claim => claimed(note('high', 'persistence', 'environment.loads'), { name });
const maybe = (name: string): Claim => claimed(note('medium', 'obscure', 'environment.maybeLoads'), { name });

/** `NAME=value` before a program, or exported to those after it → what that does. */
export function environmentClaims(env: readonly { name: string; value: Word }[]): Claim[] {
  return env.flatMap(({ name, value }) => [
    ...variableClaims(name, value),
    ...outputClaims(name, value),
    ...valueClaims(name, value).flatMap(claim => (claim.does === 'value' ? [{ ...claim, protectedOnly: true }] : [])),
  ]);
}

/** Names that no environment of ours has, and that many loops use for something else. */
const common = /^(ENV|BROWSER)$/;

/** What a variable does that only reaches a program where that had it before: not what its name merely lets one expect. */
export function claimsUnexported({ name, value }: { name: string; value: Word }): Claim[] {
  const isElse = common.test(name) || (compilers.test(name) && !value.prefix.includes('/'));
  const known = [ours, reroutes, skipsHooks, searched, options, compilers, loads, /^(PATH|TMPDIR|SSH_AUTH_SOCK)$/];
  return !isElse && known.some(names => names.test(name)) ? variableClaims(name, value) : [];
}

function variableClaims(name: string, value: Word): Claim[] {
  const args = { name };
  if (ours.test(name)) return [claimed(note('critical', 'self-drive', 'environment.ours'), args)];
  // Old shells ran what follows a function in a variable's value.
  if (/^\s*\(\)\s*\{/.test(value.prefix)) return [claimed(note('high', 'obscure', 'environment.function'), args)];
  if (plainNames.test(name)) return [];
  if (reroutes.test(name)) return reroutesTo(name, value);
  if (name === 'SSH_AUTH_SOCK') return [claimed(note('high', 'credential-access', 'environment.agent'), args)];
  if (/^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/.test(name))
    return [claimed(note('medium', 'tampering', 'environment.author'), args)];
  if (skipsHooks.test(name)) return [claimed(note('medium', 'checks-removed', 'environment.skipsHooks'), args)];
  if (name === 'PATH') return pathClaims(value);
  if (searched.test(name)) {
    const list = entries(name, value);
    return list === null
      ? [loading(name)]
      : list.map((each): Claim => ({ does: 'load', path: literal(each === '' ? '.' : each) }));
  }
  if (name === 'PYTHONWARNINGS') return isWarning(value) ? [] : [loading(name)];
  if (options.test(name)) return isPlain(value.text) ? [] : [loading(name)];
  if (name === 'GOAUTH') return /^(off|netrc|;|\s)*$/.test(value.text ?? '?') ? [] : [loading(name)];
  if (compilers.test(name)) {
    if (/^\.?\/?(\.?venv\/bin|node_modules\/\.bin)\/[\w.-]+$/.test(value.text ?? ''))
      return [{ does: 'load', path: value }];
    return usualCompilers.test(value.text ?? '?') ? [] : [loading(name)];
  }
  if (loads.test(name)) return isHarmless(name, value) ? [] : [loading(name)];
  if (name === 'TMPDIR' || configures.test(name)) return configured(name, value);
  if (likely.test(name)) return isPlain(value.text) ? [] : [maybe(name)];
  if (points.test(name) && !isOutput(name) && /^\.{1,2}\//.test(value.prefix))
    return value.text === null ? [maybe(name)] : [{ does: 'load', path: value }];
  // What another folder holds may be code, whatever the variable is for.
  return /^(\/|~|\.\.(\/|$))/.test(value.prefix) && !storage.test(name) && value.prefix !== '/dev/null'
    ? [maybe(name)]
    : [];
}

function isHarmless(name: string, value: Word): boolean {
  if (name.startsWith('GIT_TRACE')) return /^(|[012]|true|false)$/i.test(value.text ?? '?');
  if (name.endsWith('PAGER')) return plainPagers.has(value.text ?? '?');
  return /^(GIT_)?(SEQUENCE_)?EDITOR$|^VISUAL$/.test(name) && (value.text === 'true' || value.text === ':');
}

/** `PYTHONWARNINGS=ignore::DeprecationWarning`; a category with a dot is a module that is loaded. */
function isWarning(value: Word): boolean {
  const filters = (value.text ?? '?').split(',').map(filter => filter.split(':'));
  return filters.every(
    ([action = '', ...rest]) => /^\w*$/.test(action) && rest.length <= 4 && !rest.some(part => part.includes('.')),
  );
}

/** Folders of installed programs come first in many projects; another folder makes names mean something else. */
function pathClaims(value: Word): Claim[] {
  return (
    entries('PATH', value)?.flatMap((each): Claim[] => {
      if (isSystemFolder(each)) return [];
      return isToolFolder(each) ? [{ does: 'load', path: literal(each) }] : [loading('PATH')];
    }) ?? [loading('PATH')]
  );
}

function reroutesTo(name: string, value: Word): Claim[] {
  const text = value.text ?? '?';
  if (/^(no_proxy|NO_PROXY)$/.test(name) && text.split(',').every(host => isLoopback(host))) return [];
  if (name === 'GOPROXY' && /^(off|direct|https:\/\/proxy\.golang\.org(,direct)?)$/.test(text)) return [];
  if (name.endsWith('ENDPOINT_URL') && isLoopback(hostOf(text) ?? '?')) return [];
  return [claimed(note('high', 'unusual-network', 'environment.reroutes'), { name })];
}

/** A file or folder of settings: what the project holds is its own. */
function configured(name: string, value: Word): Claim[] {
  if (name === 'TMPDIR') return /^(\/tmp|\/var\/tmp|\.?[\w/-]+)$/.test(value.text ?? '?') ? [] : [loading(name)];
  if (value.text === null) return [maybe(name)];
  return /[/\\]|\.\w+$/.test(value.text) ? [{ does: 'load', path: value }] : [];
}
