import { readScript } from './read.ts';
import type { Invocation } from './script.ts';
import type { Parse } from './tree.ts';

/** Programs that bring text in from elsewhere. What they print and a shell then runs was chosen by somebody else. */
const fetchers = new Set([
  'aria2c',
  'axel',
  'curl',
  'dig',
  'fetch',
  'ftp',
  'GET',
  'git-remote-https',
  'http',
  'https',
  'httpie',
  'links',
  'lwp-request',
  'lynx',
  'nc',
  'ncat',
  'netcat',
  'nslookup',
  'rsync',
  'scp',
  'sftp',
  'socat',
  'ssh',
  'telnet',
  'tftp',
  'w3m',
  'wget',
  'wget2',
  'xh',
]);

/** What `echo`, `printf` and `cat <<E` print, where the text tells it; else null. */
export function printed(invocation: Invocation): string | null {
  const [first, ...rest] = invocation.args;
  switch (invocation.name.text ?? '') {
    case 'echo': {
      const words = invocation.args.map(arg => arg.text);
      const flags = words.findIndex(word => word === null || !/^-[neE]+$/.test(word));
      const shown = flags < 0 ? [] : words.slice(flags);
      if (shown.some(word => word === null) || invocation.args.some(arg => arg.glob)) return null;
      return `${unescapePrinted(shown.join(' '))}\n`;
    }
    case 'printf': {
      const format = first?.text ?? null;
      if (format === null || rest.some(arg => arg.text === null)) return null;
      const texts = rest.map(arg => arg.text ?? '');
      if (/%(?!s|b|%)/.test(format)) return null;
      // The format is used again until the words are used up.
      const taken = format.match(/%[sb]/g)?.length ?? 0;
      const rounds = taken === 0 ? 1 : Math.min(Math.max(1, Math.ceil(texts.length / taken)), 100);
      let at = 0;
      const text = format
        .repeat(rounds)
        .replace(/%(s|b|%)/g, (_all, c: string) => (c === '%' ? '%' : (texts[at++] ?? '')));
      return unescapePrinted(text);
    }
    case 'cat':
    case 'tee':
      if (invocation.name.text === 'cat' && invocation.args.some(arg => arg.text !== '-')) return null;
      if (invocation.stdin.type === 'text') return invocation.stdin.text;
      return invocation.stdin.type === 'pipe' && invocation.stdin.from !== null ? printed(invocation.stdin.from) : null;
    case 'base64':
    case 'rev': {
      const { stdin } = invocation;
      const from =
        stdin.type === 'text' ? stdin.text : stdin.type === 'pipe' && stdin.from !== null ? printed(stdin.from) : null;
      if (from === null) return null;
      if (invocation.name.text === 'rev')
        return from
          .split('\n')
          .map(line => line.split('').toReversed().join(''))
          .join('\n');
      const decodes = invocation.args.some(arg => /^(-d|-D|-di|--d(e(c(o(de?)?)?)?)?)$/.test(arg.text ?? ''));
      return decodes ? Buffer.from(from, 'base64').toString('utf8') : null;
    }
    default:
      return null;
  }
}

/** The escapes of `printf` and `echo -e`. Text for a shell holds few others, so that reading too many is no loss. */
function unescapePrinted(text: string): string {
  return text.replace(/\\(?:x([\da-fA-F]{1,2})|0?([0-7]{1,3})|n|t)/g, (all, hex?: string, octal?: string) =>
    hex !== undefined
      ? String.fromCharCode(Number.parseInt(hex, 16))
      : octal !== undefined
        ? String.fromCharCode(Number.parseInt(octal, 8) & 255)
        : all === '\\n'
          ? '\n'
          : '\t',
  );
}

/** Whether what a program prints comes from the network, through the pipes before it too. */
export function isFetched(invocation: Invocation): boolean {
  for (let from: Invocation | null = invocation, hops = 0; from !== null && hops < 20; hops++) {
    // Wrappers (`sudo curl`) carry the program among their words.
    if (
      [from.name, ...from.args.slice(0, 6)].some(
        word => word.text !== null && fetchers.has(word.text.replace(/^.*\//, '')),
      )
    )
      return true;
    from = from.stdin.type === 'pipe' ? from.stdin.from : null;
  }
  return false;
}

/** Whether a word as written (`"$(curl …)"`, `<(wget …)`) holds what the network says. */
export function holdsFetched(parse: Parse, raw: string): boolean {
  if (!/[$<]\(|`/.test(raw)) return false;
  const { invocations } = readScript(parse, `: ${raw}`, { directory: '/', home: '/' });
  return invocations.some(invocation => invocation.name.text !== ':' && isFetched(invocation));
}
