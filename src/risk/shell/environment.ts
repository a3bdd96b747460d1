import type { Claim } from '../claim.ts';
import { claimed, note } from './spec.ts';
import type { Word } from './word.ts';

/** Variables by which a program loads or runs something else than its name says. Sources: ld.so(8), git(1), bash(1), the tools' manuals. */
const loads =
  /^(PATH|LD_.*|DYLD_.*|GCONV_PATH|NODE_OPTIONS|NODE_PATH|BUN_.*OPTIONS|PYTHON(PATH|STARTUP|HOME|BREAKPOINT|INSPECT|WARNINGS|USERBASE)|PERL5(OPT|LIB|DB)|PERLLIB|RUBY(OPT|LIB|SHELL)|GEM_(HOME|PATH)|BUNDLE_GEMFILE|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS|CLASSPATH|BASH_ENV|ENV|ZDOTDIR|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|IFS|CDPATH|SHELL|MAKEFLAGS|MFLAGS|MAKEFILES|RUSTC(_WRAPPER|_WORKSPACE_WRAPPER)?|RUSTDOC|CARGO_(HOME|BUILD_.*|TARGET_.*)|GOFLAGS|GOENV|GOTOOLCHAIN|CC|CXX|LD|AR|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESS(OPEN|CLOSE|EDIT)|SUDO_ASKPASS|SSH_ASKPASS|TAR_OPTIONS|RSYNC_RSH|CVS_RSH|GIT_(SSH|SSH_COMMAND|ASKPASS|EXTERNAL_DIFF|EDITOR|SEQUENCE_EDITOR|PAGER|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CONFIG.*|ATTR_.*|ALLOW_PROTOCOL)|HGRCPATH|npm_config_.*|NPM_CONFIG_.*|YARN_.*|PIP_.*|UV_.*|CORE_EDITOR|HOME|XDG_CONFIG_HOME|TERMINFO|TMPDIR|OPENSSL_CONF|CURL_HOME|WGETRC|RIPGREP_CONFIG_PATH|DOCKER_(HOST|CONFIG)|KUBECONFIG|PHPRC|PHP_INI_SCAN_DIR|LUA_(INIT|PATH|CPATH).*|ERL_FLAGS|R_PROFILE.*|JULIA_LOAD_PATH|DOTNET_STARTUP_HOOKS|COR(ECLR)?_PROFILER.*)$/;

/** Variables that send traffic another way, or let it be read. */
const reroutes =
  /^((https?|all|ftp|no)_proxy|(HTTPS?|ALL|FTP|NO)_PROXY|NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|SSLKEYLOGFILE|GIT_SSL_.*|PYTHONHTTPSVERIFY|ANTHROPIC_.*|OPENAI_BASE_URL)$/;

/** Our own: the agent may not tell Gatehouse where its state or its model is. */
const ours = /^GATEHOUSE_/;

/** Values of these are harmless whatever the name: colours and colour-like switches of pagers. */
const plainPagers = new Set(['cat', 'less', '']);

/** `NAME=value` before a program, or exported to those after it → what that does. */
export function environmentClaims(env: readonly { name: string; value: Word }[]): Claim[] {
  return env.flatMap(({ name, value }) => {
    const args = { name };
    if (ours.test(name)) return [claimed(note('critical', 'self-drive', 'environment.ours'), args)];
    if (reroutes.test(name)) return [claimed(note('high', 'unusual-network', 'environment.reroutes'), args)];
    if (!loads.test(name)) return [];
    if (/PAGER$/.test(name) && plainPagers.has(value.text ?? '?')) return [];
    if (
      name === 'NODE_OPTIONS' &&
      /^(--(max-old-space-size|max_old_space_size|experimental-vm-modules|no-warnings|trace-warnings|unhandled-rejections|enable-source-maps|stack-trace-limit)(=[\w-]+)?\s*)+$/.test(
        value.text ?? '',
      )
    )
      return [];
    if (/^(GIT_)?(SEQUENCE_)?EDITOR$|^VISUAL$/.test(name) && (value.text === 'true' || value.text === ':')) return [];
    return [claimed(note('high', 'persistence', 'environment.loads'), args)];
  });
}
