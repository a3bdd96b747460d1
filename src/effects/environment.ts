import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** Why a variable is kept from commands: it may hold a secret, or it leads out of the command's own world. */
type Ground = 'secret' | 'reach';

/**
 * By name, in upper case. `reach` is what talks to agents, editors, other machines or the desktop, and what makes
 * programs load code or git look elsewhere. XDG_RUNTIME_DIR goes because it is the folder of the session's sockets
 * (keyrings, containers, the editor); DISPLAY and the multiplexers go because they can type into the person's windows.
 */
const dropped: readonly (readonly [RegExp, Ground])[] = [
  [/TOKEN$|PASSWORD|PASSWD|PASSPHRASE|SECRET|PRIVATE_KEY|ACCESS_KEY|API_?KEY/, 'secret'],
  [/^NPM_CONFIG_.*(AUTH|TOKEN|PASSWORD|OTP|KEY)/, 'secret'],
  [
    /^AWS_(ACCESS_KEY_ID|SECURITY_TOKEN|PROFILE|CONTAINER_.*|WEB_IDENTITY_.*|SHARED_CREDENTIALS_FILE|CONFIG_FILE)$/,
    'reach',
  ],
  [/^(ANTHROPIC|GATEHOUSE|VSCODE|ELECTRON|AZURE|CLOUDSDK)_/, 'reach'],
  [/^(SSH_ASKPASS.*|SSH_AUTH_SOCK|SSH_AGENT_PID|GPG_AGENT_INFO|GNOME_KEYRING_.*|KRB5CCNAME|SUDO_ASKPASS)$/, 'reach'],
  [/^(KUBECONFIG|DOCKER_HOST|DOCKER_CONTEXT|DOCKER_CONFIG|CONTAINER_HOST|GOOGLE_APPLICATION_CREDENTIALS)$/, 'reach'],
  [/^(DBUS_.*|XDG_RUNTIME_DIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|TMUX.*|STY|TERM_PROGRAM.*|BROWSER)$/, 'reach'],
  [
    /^(NODE_OPTIONS|LD_PRELOAD|LD_AUDIT|DYLD_.*|BASH_ENV|ENV|PROMPT_COMMAND|BASH_FUNC_.*|SHELLOPTS|BASHOPTS|PS4)$/,
    'reach',
  ],
  [/SOCK$|(^|_)(SOCKET|IPC)$|^(NVIM|NVIM_LISTEN_ADDRESS|KITTY_LISTEN_ON|HYPRLAND_INSTANCE_SIGNATURE)$/, 'reach'],
  [/^(RIPGREP_CONFIG_PATH|FORCE_COLOR|CLICOLOR_FORCE|VISUAL)$/, 'reach'],
  [/^GIT_(?!(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)$|CEILING_DIRECTORIES$)/, 'reach'],
];

/** Words that say what a variable holds, where they end its name, but for words on its form, its place or its number. */
const secretWords =
  /^(TOKENS?|KEYS?|\w+KEY|SECRETS?|PASS|PWD?|PASSWD|PASSCODE|PAT|AUTH|CREDS?|CREDENTIALS?|COOKIES?|BEARER|JWT|OTP|TOTP|MNEMONIC|PEPPER|WEBHOOKS?|DSN|CONNSTR(ING)?|PGPASSFILE|PGSERVICEFILE|NETRC|(USER|ADMIN|ROOT|SUDO|DB|FTP|SMTP|MAIL|SSH)(PWD?|PASS)|TOK|TKN|PIN|SESSION|\w*SESS(ION)?ID)$/;
const formWords =
  /^(BASE64|B64|PEM|DER|JSON|YAML|HEX|ENC|RAW|URLS?|URI|VALUE|TEXT|DATA|PRIMARY|SECONDARY|OLD|NEW|CURRENT|PROD|PRODUCTION|STAGING|DEV|LIVE|V?\d+)$/;
/** Of two words. A seed by itself is what makes a test run the same way again. */
const secretPairs =
  /(^|_)(CONN(ECTION)?_STR(ING)?S?|(ENCRYPTION|WALLET|MASTER|ROOT|SECRET|MNEMONIC|HD|SIGNING|RECOVERY)_(SEED|PHRASE|SALT)|LDAP_BIND|(HTTP|REQUEST|CURL|API|EXTRA|OTLP|TRACES|METRICS|LOGS)_HEADERS?)$|^HEADERS?$/;
/** The shell's own, the desktop's and terminals' sessions, keyboards, and animals. */
const plainNames =
  /^(PWD|OLDPWD|INIT_CWD|(DESKTOP|WT|KDE_FULL|GNOME|XDG|TERM|ITERM)_SESSION|GDMSESSION|(\w+_)?(HOTKEY|MONKEY|DONKEY|TURKEY|WHISKEY|JOCKEY|HOCKEY|DISKEY|PASSKEY))$/;

/** Whether the words of a name say that it holds a secret: `DB_PWD`, `MASTER_KEY_BASE64`, `slackWebhookUrl`; not `KEY_PATH`. */
function isSecretName(name: string): boolean {
  const upper = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  if (plainNames.test(upper)) return false;
  const words = upper.split(/[^A-Z0-9]+/).filter(Boolean);
  while (words.length > 1 && formWords.test(words.at(-1) ?? '')) words.pop();
  return secretWords.test(words.at(-1) ?? '') || secretPairs.test(words.join('_'));
}

/** Connection strings, headers by which somebody signs in, and addresses that whoever knows them may post to. */
const secretValues =
  /(^|[;,?&\s])(password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|client_secret)\s*=\s*[^;,&\s]|\b(proxy-authorization|authorization|x-api-key|api-key|x-auth-token|private-token|x-vault-token|cookie)\s*:\s*\S|^(bearer|basic)\s+\S{8,}$|^https:\/\/(hooks\.slack\.com\/(services|workflows)\/|(\w+\.)?discord(app)?\.com\/api\/webhooks\/|[\w-]+\.webhook\.office\.com\/|outlook\.office\.com\/webhook\/|chat\.googleapis\.com\/v1\/spaces\/|hooks\.zapier\.com\/|maker\.ifttt\.com\/)/i;

/** No prompts, no pagers, no editors, no colours: nobody is there to answer or to look. */
const defaults: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'true',
  EDITOR: 'true',
  PAGER: 'cat',
  TERM: 'dumb',
  NO_COLOR: '1',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** Shorter values are too common in text to be hidden there. */
const minSecretChars = 8;

declare const scrubbed: unique symbol;
/** An environment fit for commands. Only `scrubEnvironment` makes one, so that passing on our own does not compile. */
export type CommandEnvironment = Readonly<Record<string, string>> & { readonly [scrubbed]: true };

export interface Scrubbed {
  env: CommandEnvironment;
  /** Names that were dropped, sorted. */
  dropped: string[];
  /** Values among them that are secrets, for the masker: a command may still find them elsewhere. */
  secrets: string[];
}

/** A variable whose value is a secret (`isSecret`), or leads to a socket that is there, goes whatever its name. */
export function scrubEnvironment(
  from: Readonly<Record<string, string | undefined>>,
  isSecret: (value: string) => boolean,
): Scrubbed {
  const kept: Record<string, string> = {};
  const gone: string[] = [];
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue;
    const ground =
      dropped.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1] ??
      (isSecretName(name) ? 'secret' : reachOf(value));
    const secret = isSecret(value) || secretValues.test(value);
    if (ground === undefined && !secret) {
      kept[name] = value;
      continue;
    }
    gone.push(name);
    if ((secret || ground === 'secret') && value.length >= minSecretChars) secrets.add(value);
  }
  return {
    env: { ...kept, ...defaults } as unknown as CommandEnvironment,
    dropped: gone.sort(),
    secrets: [...secrets],
  };
}

/** The same environment with one more variable, or another value of one. */
export function withVariable(env: CommandEnvironment, name: string, value: string): CommandEnvironment {
  return { ...env, [name]: value };
}

/** An address of a socket: as D-Bus and many others write it, or a path that may be followed by a pid or a window. */
function reachOf(value: string): Ground | undefined {
  if (/(^|;)(unix|unixexec|launchd|autolaunch|nonce-tcp):/i.test(value)) return 'reach';
  const path = value.split(',')[0] ?? '';
  return isAbsolute(path) && (isSocket(path) || isSocket(value)) ? 'reach' : undefined;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
