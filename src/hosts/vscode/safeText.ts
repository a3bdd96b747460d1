const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Text of others (paths, commands, prompts) as one line in which nothing is hidden: a line break becomes ⏎. */
export function oneLine(text: string): string {
  return text.trim().replaceAll('\r\n', '\n').replace(unsafe, symbolFor);
}

/** As `oneLine`, for a list to pick from, where `$(name)` would draw an icon. */
export function pickLabel(text: string): string {
  return oneLine(text).replaceAll('$(', '\\$(');
}

/** The first line of a text, cut. */
export function titleOf(text: string): string {
  const line = oneLine(text.trim().split('\n')[0] ?? '');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function symbolFor(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return '⏎';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
