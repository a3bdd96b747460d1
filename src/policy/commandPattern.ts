type Test = (text: string) => boolean;

/** Programs whose words name a task of the project, and which take options of their own wherever these stand before `--`. */
const runners = new Set(
  'npm pnpm yarn bun deno cargo go make just task rake mvn gradle dotnet poetry uv hatch'.split(' '),
);

/** Options before the command that take the next word. Sources: git(1), npm's manual. */
const globals: Readonly<Record<string, readonly string[] | undefined>> = {
  git: ['-C', '-c', '--config-env', '--git-dir', '--work-tree', '--namespace', '--super-prefix'],
  npm: ['--prefix', '-C', '--workspace', '-w', '--userconfig', '--globalconfig', '--cache', '--registry', '--loglevel'],
  pnpm: ['--dir', '-C', '--filter', '-F', '--loglevel', '--config-dir'],
  yarn: ['--cwd'],
};

/** The pattern of a rule that allows: `*` covers words of the task, never options or places that make another one of it. */
export function allowingCommand(pattern: string): Test {
  const test = matchText(pattern);
  if (!pattern.includes('*')) return test;
  const words = pattern.trim().split(/\s+/);
  const fixed = words.findIndex(word => word.includes('*'));
  const runner = runners.has(words[0] ?? '');
  return text => test(text) && covered(text.split(' ').slice(fixed), runner);
}

function covered(words: readonly string[], runner: boolean): boolean {
  if (words.some(word => /(^|[/\\=:])\.\.([/\\]|$)/.test(word))) return false;
  const [first] = words;
  if (first === undefined) return true;
  if (first.startsWith('-')) return false;
  if (!runner) return true;
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return /^[\w@][\w:.@-]*$/.test(first) && !own.some(word => word.startsWith('-'));
}

/** The pattern of a rule that forbids: without case, and whatever options stand before the program's command. */
export function forbiddingCommand(pattern: string): Test {
  const test = matchText(pattern.toLowerCase());
  return text => test(text.toLowerCase()) || test(withoutGlobals(text).toLowerCase());
}

function withoutGlobals(text: string): string {
  const [program = '', ...words] = text.split(' ');
  const valued = globals[program.toLowerCase()];
  if (valued === undefined) return text;
  let at = 0;
  while (words[at]?.startsWith('-') && words[at] !== '--') at += valued.includes(words[at] ?? '') ? 2 : 1;
  return [program, ...words.slice(at)].join(' ');
}

/**
 * Only `*` means something in a command's pattern: any text. A pattern without one is the whole command. The parts
 * between are looked for from left to right, which takes no more than the length of both.
 */
function matchText(pattern: string): Test {
  const [first = '', ...rest] = pattern.trim().split('*');
  const last = rest.pop();
  return text => {
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
