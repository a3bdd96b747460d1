/** A text as it is read through: what hides words from a search taken away, lines kept. */
export interface View {
  /** Lower case, and what the rules are tried on. */
  text: string;
  /** The same places in their own case; the same as `text` where lower case has another length. */
  shown: string;
  /** Words in which letters of several alphabets stand for one, and how they read. */
  lookalikes: readonly string[];
}

/** Characters that are drawn as nothing. Of the tag characters only what stands for ASCII. */
const invisible =
  // oxlint-disable-next-line no-misleading-character-class -- each of them alone is meant
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]|\udb40[\udc00-\uddef]/g;

/** Source: the Unicode consortium's confusables, those that stand for a lower- or upper-case Latin letter. */
const confusables: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  ԁ: 'd',
  һ: 'h',
  ԛ: 'q',
  ԝ: 'w',
  к: 'k',
  м: 'm',
  т: 't',
  в: 'b',
  н: 'h',
  г: 'r',
  п: 'n',
  ո: 'n',
  ѵ: 'v',
  ӏ: 'l',
  ѡ: 'w',
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  Х: 'X',
  У: 'Y',
  І: 'I',
  Ј: 'J',
  Ѕ: 'S',
  α: 'a',
  ο: 'o',
  ν: 'v',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  ι: 'i',
  κ: 'k',
  ε: 'e',
  γ: 'y',
  η: 'n',
  ѐ: 'e',
  ё: 'e',
  Α: 'A',
  Β: 'B',
  Ε: 'E',
  Ζ: 'Z',
  Η: 'H',
  Ι: 'I',
  Κ: 'K',
  Μ: 'M',
  Ν: 'N',
  Ο: 'O',
  Ρ: 'P',
  Τ: 'T',
  Υ: 'Y',
  Χ: 'X',
};

/** Shorter words are read as they look, and are no sign by themselves. */
const minLookalike = 4;

export function viewOf(text: string): View {
  // oxlint-disable-next-line no-control-regex -- the range is all of ASCII
  if (!/[^\x00-\x7f]/.test(text)) return { text: text.toLowerCase(), shown: text, lookalikes: [] };
  let shown = text.replace(invisible, '');
  // Full-width and mathematical letters.
  if (/[\uff01-\uff5e]|\ud835/.test(shown)) shown = shown.normalize('NFKC');
  const lookalikes: string[] = [];
  if (/[\u0370-\u04ff]/.test(shown))
    shown = shown.replace(/[A-Za-z\u0370-\u052f]{2,64}/g, word => {
      const read = readAs(word);
      // A sign of physics stands beside a letter too.
      if (read !== null && word.length >= minLookalike) lookalikes.push(word);
      return read ?? word;
    });
  const lower = shown.toLowerCase();
  return { text: lower, shown: lower.length === shown.length ? shown : lower, lookalikes };
}

/** null for a word that is of one alphabet, or has a letter that stands for no Latin one. */
function readAs(word: string): string | null {
  if (!/[A-Za-z]/.test(word) || !/[\u0370-\u052f]/.test(word)) return null;
  let read = '';
  for (const letter of word) {
    const latin = letter < '\u0370' ? letter : confusables[letter];
    if (latin === undefined) return null;
    read += latin;
  }
  return read;
}
