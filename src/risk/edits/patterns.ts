import type { Finding } from '../assessment.ts';
import { receivers } from '../fetch/receivers.ts';
import { isTest } from '../paths.ts';
import type { Category, Tier } from '../tier.ts';
import { addedLines, count, removedLines } from './lines.ts';

/** Something in a text whose coming or going is worth a look. */
interface Rule {
  /** `more`: the new text has it more often than the old; `fewer`: less often. */
  when: 'more' | 'fewer';
  /** With the flag `g`. Linear: no nested repetition. */
  pattern: RegExp;
  tier: Tier;
  category: Category;
  code: string;
  /** Endings of file names in which it means this; absent: all sources. */
  in?: RegExp;
  /** In tests, too. */
  tests?: boolean;
}

const js = /\.([cm]?[jt]sx?|vue|svelte|astro)$/;
const py = /\.(pyi?|ipynb)$/;
const native = /\.(rs|go|c|cc|cpp|h|hpp|zig|swift|cs|java|kt|scala)$/;
const scripts = /\.(sh|bash|zsh|fish|ps1|ya?ml|mk)$|(^|\/)(makefile|justfile|dockerfile)/i;

const rules: readonly Rule[] = [
  // Text that becomes code.
  {
    when: 'more',
    in: js,
    pattern:
      /(?<![.\w])eval\s*(?:\?\.)?\s*\(|(?<![.\w])Function\s*\(|\b(?:globalThis|window|global|self|top)\s*(?:\?\.|\.)\s*(?:eval|Function)\b|\(\s*\w+\s*,\s*eval\s*\)|=\s*eval\b|\b(?:globalThis|window|global|self|top|process|module|require|Reflect)\s*(?:\?\.)?\[(?!\s*(?:["'`]\w+["'`]|\d+|Symbol\.\w+)\s*\])|\[\s*["'`]\w{0,12}["'`]\s*\+\s*["'`]\w{0,12}["'`]|\bReflect\.(?:get|apply|construct)\s*\(\s*(?:globalThis|window|global|self)\b|\bprocess\.mainModule\b|\bmodule\.constructor\b|\.constructor\.constructor\b|\bModule\._load\b|\bvm\.(?:runIn\w+|Script|compileFunction)\b|\bset(?:Timeout|Interval)\s*\(\s*["'`]|\bimport\s*\(\s*(?!["'`])[^)]*\$|\.constructor\s*\(\s*["'`]return/g,
    tier: 'medium',
    category: 'inline-code',
    code: 'edit.evaluates',
  },
  {
    when: 'more',
    in: py,
    pattern:
      /(?<![.\w])(?:eval|exec|compile|__import__)\s*\(|\b__builtins__\b|\bbuiltins\.(?:eval|exec|compile|__import__)\b|\bgetattr\s*\(\s*(?:builtins|os|sys|subprocess|importlib)\b|\bglobals\(\)\s*\[|\bimport_module\s*\(\s*(?!["'])|\b(?:pickle|marshal|dill|cloudpickle|shelve)\.loads?\s*\(|\byaml\.(?:unsafe_)?load\s*\((?![^)\n]*Safe)/g,
    tier: 'medium',
    category: 'inline-code',
    code: 'edit.evaluates',
  },
  {
    when: 'more',
    in: /\.(rb|php|pl|lua)$/,
    pattern:
      /(?<![.\w$])(?:eval|instance_eval|class_eval|assert|create_function|loadstring|unserialize)\s*[( ]|\bMarshal\.load\b|\bYAML\.load\b/g,
    tier: 'medium',
    category: 'inline-code',
    code: 'edit.evaluates',
  },
  {
    when: 'more',
    in: scripts,
    pattern: /(?:^|[;&|\s])eval\s|\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\bInvoke-Expression\b|\biex\s/gm,
    tier: 'high',
    category: 'inline-code',
    code: 'edit.evaluates',
  },
  {
    when: 'more',
    in: /\.(java|kt|cs|scala)$/,
    pattern: /\bScriptEngine\w*\b|\bObjectInputStream\b|\bBinaryFormatter\b|\bClass\.forName\s*\(/g,
    tier: 'medium',
    category: 'inline-code',
    code: 'edit.evaluates',
  },
  // Programs.
  {
    when: 'more',
    in: js,
    pattern:
      /['"](?:node:)?child_process['"]|(?<![.\w])(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|fork)\s*\(|\bBun\.(?:spawn|\$)|\bDeno\.(?:run|Command)\b|\bexeca\b/g,
    tier: 'medium',
    category: 'process-control',
    code: 'edit.startsPrograms',
  },
  {
    when: 'more',
    in: py,
    pattern:
      /\bsubprocess\b|\bos\.(?:system|popen|exec\w+|spawn\w+)\s*\(|\bpty\.spawn\b|\bshell\s*=\s*True\b|\bpexpect\b/g,
    tier: 'medium',
    category: 'process-control',
    code: 'edit.startsPrograms',
  },
  {
    when: 'more',
    in: /\.(rb|php|pl|lua|ex|exs)$/,
    pattern:
      /(?<![.\w$])(?:system|exec|shell_exec|passthru|proc_open|popen|spawn)\s*[( ]\s*["'$]|\bOpen3\b|\bSystem\.cmd\b|\bos\.execute\b|\bIO\.popen\b/g,
    tier: 'medium',
    category: 'process-control',
    code: 'edit.startsPrograms',
  },
  {
    when: 'more',
    in: native,
    pattern:
      /\bCommand::new\b|\bexec\.Command\w*\s*\(|\bstd::process\b|(?<![.\w])(?:system|popen|execv\w*|posix_spawn\w*)\s*\(|\bRuntime\.getRuntime\(\)\.exec\b|\bProcessBuilder\b|\bProcess\.Start\s*\(/g,
    tier: 'medium',
    category: 'process-control',
    code: 'edit.startsPrograms',
  },
  {
    when: 'more',
    in: /\.go$/,
    pattern: /^\/\/go:generate\b/gm,
    tier: 'medium',
    category: 'runs-on-host',
    code: 'edit.startsPrograms',
  },
  // Sockets.
  {
    when: 'more',
    in: js,
    pattern:
      /['"](?:node:)?(?:net|dgram|tls)['"]|\b(?:net|tls)\.(?:connect|createServer|createConnection)\b|\bnew (?:WebSocket|EventSource|RTCPeerConnection|WebTransport)\s*\(|\bsendBeacon\b|\.listen\s*\(\s*[\w{]/g,
    tier: 'medium',
    category: 'network',
    code: 'edit.sockets',
  },
  {
    when: 'more',
    in: py,
    pattern:
      /^\s*(?:import|from) (?:socket|socketserver|asyncore)\b|\bsocket\.(?:socket|create_connection|create_server)\b|\bparamiko\b/gm,
    tier: 'medium',
    category: 'network',
    code: 'edit.sockets',
  },
  {
    when: 'more',
    in: native,
    pattern:
      /\bnet\.(?:Dial|Listen)\w*\s*\(|\b(?:Tcp|Udp)(?:Stream|Listener|Socket)::|\bnew (?:Server)?Socket\s*\(|(?<![.\w])socket\s*\(\s*AF_|\bTcpClient\b|\bTcpListener\b/g,
    tier: 'medium',
    category: 'network',
    code: 'edit.sockets',
  },
  {
    when: 'more',
    pattern: new RegExp(receivers, 'gi'),
    tier: 'high',
    category: 'unusual-network',
    code: 'edit.dropHost',
    tests: true,
  },
  {
    when: 'more',
    pattern: /\b169\.254\.169\.254\b|\bmetadata\.google\.internal\b/g,
    tier: 'high',
    category: 'credential-access',
    code: 'edit.metadata',
    tests: true,
  },
  {
    when: 'more',
    in: js,
    // The whole environment, or one variable that is no address.
    pattern:
      /\b(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|ky(?:\.\w+)?|superagent\.\w+|sendBeacon|https?\.(?:request|get)|\$\.(?:post|get|ajax))\s*\([^;]{0,400}?\b(?:process|Bun|Deno|import\.meta)\.env\b(?!\.?\[?["'`]?\w*(?:URL|URI|HOST|PORT|BASE|ENDPOINT|ORIGIN|DOMAIN|PATH|TIMEOUT)\b)/g,
    tier: 'high',
    category: 'network',
    code: 'edit.sendsEnvironment',
    tests: true,
  },
  {
    when: 'more',
    in: py,
    pattern:
      /\b(?:requests|httpx|urllib\.request|session|aiohttp|client)\.(?:post|get|put|patch|request|urlopen)\s*\([^;]{0,400}?\bos\.(?:environ|getenv)\b(?!(?:\.get)?[[(]\s*["']\w*(?:URL|URI|HOST|PORT|BASE|ENDPOINT|ORIGIN|DOMAIN|TIMEOUT)["'])/g,
    tier: 'high',
    category: 'network',
    code: 'edit.sendsEnvironment',
    tests: true,
  },
  {
    when: 'more',
    // A template with a tag in front leaves the values to the driver.
    pattern:
      /(?:(?<![\w.)])`|(?<![\w])[frbFRB]{0,2}["']{1,3}|\$@?"|<<[-~]?\w+\s)\s*(?:SELECT\s[^;`]{1,200}\sFROM|INSERT\s+INTO|REPLACE\s+INTO|UPDATE\s+[\w".]+\s+SET|DELETE\s+FROM|DROP\s+(?:TABLE|DATABASE)|ALTER\s+TABLE)\b[^;`\n]{0,400}?(?:\$\{|#\{|["']{1,3}\s*\+|["']{1,3}\s*%\s*[\w(]|["']{1,3}\s*\.\s*format\s*\(|["']\s*\.\s*\$|['"=\s(]\$[a-z_]|(?<=\bf["'][^\n]{0,300})\{\w|(?<=\$@?"[^\n]{0,300})\{\w)|\b(?:Sprintf|format!|String\.format)\s*\(\s*["'`](?:SELECT|INSERT|UPDATE|DELETE)\b[^"\n]{0,300}(?:%[svdq]|\{\})/gi,
    tier: 'medium',
    category: 'database',
    code: 'edit.buildsSql',
  },
  {
    when: 'more',
    in: /\.rs$/,
    pattern: /#\[(?:ignore\b|cfg\(any\(\)\)|cfg_attr\([^)\n]*ignore)/g,
    tier: 'high',
    category: 'tests-weakened',
    code: 'tests.skipped',
  },
  // Rights.
  {
    when: 'more',
    in: /./,
    pattern:
      /\b(?:process\.)?set(?:e?uid|e?gid|resuid|groups)\s*\(|\bos\.set(?:e?uid|e?gid)\b|\bsudo\s+-?\w|\bchmod\s+(?:-R\s+)?(?:0?777|[ugo]*\+s|4[0-7]{3})\b|\bchmod\w*\s*\([^)\n]*0o?777|\bSECURITY DEFINER\b|\bprivileged\s*:\s*true\b|\bhostNetwork\s*:\s*true\b|docker\.sock\b/gi,
    tier: 'high',
    category: 'privilege',
    code: 'edit.privileged',
    tests: true,
  },
  {
    when: 'more',
    pattern:
      /\bctypes\b|\bcffi\b|\bprocess\s*(?:\?\.|\.)\s*(?:binding|_linkedBinding)\b|\binternalBinding\b|["'](?:ffi-napi|ref-napi|koffi|node-ffi|bun:ffi|node:ffi)["']|\bDeno\.dlopen\b|\bdlopen\s*\(|\bprocess\.dlopen\b|\bffi\.(?:dlopen|Library)\b|\bLD_PRELOAD\b|\bptrace\s*\(|\bmprotect\s*\(|\bVirtualProtect\b|\bunsafe\s*\{|\bunsafe\.Pointer\b|#\[unsafe|\bDllImport\b/g,
    tier: 'medium',
    category: 'privilege',
    code: 'edit.lowLevel',
  },
  {
    when: 'more',
    pattern:
      /\.ssh\/|\bauthorized_keys\b|\bid_rsa\b|\.aws\/credentials|\/etc\/(?:passwd|shadow|sudoers|cron)|\bcrontab\b|\.(?:bashrc|zshrc|bash_profile)\b|LaunchAgents\b|\\CurrentVersion\\Run\b/g,
    tier: 'medium',
    category: 'credential-access',
    code: 'edit.sensitivePaths',
  },
  // Encryption and its checks.
  {
    when: 'more',
    in: /./,
    pattern:
      /\brejectUnauthorized['"]?\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|\bverify\s*=\s*False\b|\bverify_ssl\s*=\s*False|\bInsecureSkipVerify\s*:\s*true|_create_unverified_context|CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0|false)|danger_accept_invalid_(?:certs|hostnames)\s*\(\s*true|StrictHostKeyChecking[= ]no|ServerCertificate(?:Custom)?ValidationCallback|\bcheck_hostname\s*=\s*False|\bCERT_NONE\b|\bVERIFY_NONE\b|\bALLOW_ALL_HOSTNAME_VERIFIER\b|\bcurl\s[^\n]*(?:\s-k\b|--insecure)|--no-check-certificate|http\.sslVerify\s*[= ]\s*false|strict-ssl\s*=\s*false|--trusted-host\b|--allow-unauthenticated\b/g,
    tier: 'high',
    category: 'checks-removed',
    code: 'edit.unverifiedTls',
    tests: true,
  },
  {
    when: 'more',
    pattern:
      /@csrf_exempt\b|\bcsrf\s*[:=]\s*\{?\s*(?:enabled\s*:\s*)?false|\.csrf\(\)\.disable|csrf\s*\(\s*\w+\s*->\s*\w+\.disable|skip_before_action\s+:(?:verify_authenticity_token|authenticate)|\bpermitAll\s*\(|\bAllowAny\b|\[AllowAnonymous\]|@(?:Public|AllowAnonymous|PermitAll|SkipAuth)\b|verify_signature['"]?\s*:\s*False|algorithms?['"]?\s*[:=]\s*\[?\s*["']none["']|\bignoreExpiration\s*:\s*true|Access-Control-Allow-Origin['"]?\s*\]?\s*[,:=]\s*['"]\*|\b(?:allow(?:ed)?_?)?origins?['"]?\s*[:=(]\s*\[?\s*(?:["'`]\*["'`]|true\b)|\bcors\s*\(\s*\)|\bCORS_(?:ALLOW_ALL_ORIGINS|ORIGIN_ALLOW_ALL)\s*=\s*True|\bAllow(?:AnyOrigin|AllOrigins)\b|\bsetAllowed\w*\s*\([^)\n]*["']\*|\bsupports_credentials\s*=\s*True/gi,
    tier: 'high',
    category: 'checks-removed',
    code: 'edit.openedAccess',
  },
  {
    when: 'more',
    in: js,
    pattern:
      /\bdangerouslySetInnerHTML\b|\.innerHTML\s*=|\bdocument\.write\s*\(|\bv-html\b|\{@html\b|bypassSecurityTrust\w+/g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.rawHtml',
  },
  // Checks turned off.
  {
    when: 'more',
    in: /./,
    pattern:
      /@ts-(?:ignore|nocheck|expect-error)\b|(?:eslint|oxlint|tslint|stylelint)-disable\b|\bbiome-ignore\b|#\s*nosec\b|#\s*noqa\b|#\s*type:\s*ignore\b|#\s*py(?:lint|right):\s*(?:disable|ignore)|\/\/\s*nolint\b|\/\/\s*nosec\b|#!?\[allow\(|@SuppressWarnings\b|\bistanbul ignore\b|\bc8 ignore\b|\bv8 ignore\b|pragma:\s*no cover|rubocop:disable|\bNOSONAR\b|\bphpcs:(?:ignore|disable)|@phpstan-ignore|#pragma warning disable|swiftlint:disable|nosemgrep|gitleaks:allow|pragma: allowlist secret/g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.suppressed',
    tests: true,
  },
  {
    when: 'more',
    in: /./,
    pattern:
      /\bexcept\b[^:\n]*:\s*(?:\n\s*)?(?:pass|\.\.\.)(?:\s|$)|\bcatch\s*(?:\([^)\n]*\))?\s*\{\s*(?:\/\/[^\n]*\n\s*)?\}|\.catch\s*\(\s*\(\s*\w*\s*\)\s*=>\s*(?:\{\s*\}|null|undefined)\s*\)|\brescue\b[^\n]*(?:\n\s*)?(?:nil|end)\b|\blet _ = /g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.swallowed',
  },
  {
    when: 'more',
    in: scripts,
    pattern:
      /\|\|\s*(?:true|:|exit 0)\b|\bset \+e\b|\bcontinue-on-error\s*:\s*true|\ballow_failure\s*:\s*true|^\s*if:\s*(?:\$\{\{\s*)?false|\bignore_errors:\s*(?:yes|true)/gm,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.ignoresFailure',
    tests: true,
  },
  {
    when: 'more',
    in: /./,
    pattern:
      /(?:git\s[^\n"']*|["'`\s])--no-verify\b|\bHUSKY=0\b|--passWithNoTests\b|--ignore-scripts=false\b|--no-audit\b|--dangerously-\w+/g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.skipsChecks',
    tests: true,
  },
  {
    when: 'fewer',
    pattern:
      /\bif\s*\(?\s*(?:!|not\s+)\s*\(?(?:\w+\.)*(?:user|token|session|currentUser|current_user|auth\w*|isAuth\w*|is_auth\w*|isAdmin|is_admin|isOwner|hasPermission|has_permission|has_perm|can\w*|allowed|authorized|isAllowed|signature|valid\w*|isValid)\b/gi,
    tier: 'high',
    category: 'checks-removed',
    code: 'edit.guardRemoved',
  },
  {
    when: 'fewer',
    pattern:
      /@(?:login_required|permission_required|user_passes_test|PreAuthorize|Secured|RolesAllowed|UseGuards|Authorized|jwt_required|requires_auth|staff_member_required)\b|\[Authorize\b|\bbefore_action\s+:(?:authenticate|authorize|require)\w*|\b(?:require|ensure|check|verify)(?:Auth\w*|Login|User|Admin|Role\w*|Permission\w*|Session|Token|Csrf|Signature)\b|\b(?:authenticate|authorize|isAuthenticated|requireAuth|verifyToken|verifySignature|timingSafeEqual|compare_digest|jwt\.verify|bcrypt\.compare|permission_classes|authentication_classes)\b|\b(?:helmet|rateLimit|rate_limit|csrf|csurf|csrfProtection)\s*\(/g,
    tier: 'high',
    category: 'checks-removed',
    code: 'edit.authRemoved',
  },
  {
    when: 'fewer',
    pattern:
      /\b(?:validate|sanitize|sanitise|escape|assertValid|safeParse|parseAsync|isValid|checkSchema|htmlspecialchars|escapeHtml|DOMPurify|parameterize|clean_\w+|full_clean)\w*\s*[.(]|\bz\.(?:object|string|array)\b|@Valid\b|@(?:IsString|IsEmail|IsInt|Min|Max|Length|Matches)\b|\bvalidates\s+:/g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.validationRemoved',
  },
  {
    when: 'fewer',
    pattern:
      /\bthrow\s+(?:new\s+)?\w|\braise\s+\w|\bassert\w*[!]?\s*[(. ]|\binvariant\s*\(|\bpanic[!]?\s*\(|\bprecondition\s*\(|\bensure!\s*\(|\breturn\s+(?:fmt\.)?(?:errors\.New|Errorf)\b|\bErr\s*\(/g,
    tier: 'medium',
    category: 'checks-removed',
    code: 'edit.assertionRemoved',
  },
];

/** Long runs of coded bytes among the sources: nobody can read what they hold. */
const blob = /[A-Za-z0-9+/=_-]{600,}|(?:\\x[0-9a-f]{2}){80,}|(?:0x[0-9a-f]{2},\s*){120,}/i;
const prose = /\.(md|mdx|rst|adoc|txt|svg|html?|csv|json5?|lock|snap|po|map|ndjson|jsonl)$/i;

/** What comes and goes between the two texts, by rule. Texts about programs are not programs. */
export function patternChanges(path: string, before: string, after: string): Finding[] {
  if (prose.test(path)) return [];
  const added = addedLines(before, after);
  const removed = removedLines(before, after);
  const test = isTest(path);
  const findings: Finding[] = [];
  for (const { when, pattern, tier, category, code, in: files, tests } of rules) {
    if (when === 'more' ? added.length === 0 : removed.length === 0) continue;
    if (test && tests !== true) continue;
    if (files !== undefined && !files.test(path)) continue;
    const [less, more] = when === 'more' ? [before, after] : [after, before];
    if (count(pattern, more) > count(pattern, less)) findings.push({ tier, category, code, args: { path } });
  }
  if (added.some(line => blob.test(line)))
    findings.push({ tier: 'medium', category: 'obscure', code: 'edit.encoded', args: { path } });
  return findings;
}
