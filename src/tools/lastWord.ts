/** The text without what follows its last blank, of which no more than `most` characters are dropped. */
export function withoutLastWord(text: string, most: number): string {
  let end = text.length;
  while (end > 0 && text.length - end < most && !/\s/.test(text.charAt(end - 1))) end -= 1;
  const low = text.charCodeAt(end);
  return text.slice(0, low >= 0xdc00 && low < 0xe000 ? end - 1 : end);
}
