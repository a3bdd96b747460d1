/** `password`: chosen by people, so anything that is no plain word. `token`: made by machines, so random. */
export type ValueClass = 'password' | 'token';

const stand = new RegExp(
  [
    // A reference to where the value is.
    String.raw`^\$\w*$|\$\{|\$\(|\{\{|%\(|^%\w+%$|^<.*>$|^\[.*\]$|^@\w+@$`,
    String.raw`process\.env|import\.meta|os\.environ|getenv|secrets\.|^env\(|^ENV\[|^arn:|^vault:|^op://|^ref\+`,
    // A note to the reader.
    String.raw`change.?me|placeholder|redacted|example|dummy|^your|\byour[-_]|^my[-_]|[-_]here$`,
    String.raw`^(?:todo|fixme|none|null|nil|undefined|true|false|string|required|optional|hidden|masked|sample|fake|foobar|default|unknown|invalid|unset|empty)$`,
    String.raw`^(?:secret|pass|password|passwd|token|test|testing)(?:[-_]?(?:key|token|secret|password|value|\d{1,4}))?$`,
    // Filler.
    String.raw`^(?:1?2345678?9?0?|abc123|abcdef\d*|qwerty\w*)$|x{6,}|\*{4,}|\.{3,}|…`,
  ].join('|'),
  'i',
);

/** Whether a value stands in for a secret, or says where to get it: `changeme`, `${VAR}`, `<token>`, `xxxx`. */
export function isPlaceholder(value: string): boolean {
  return stand.test(value) || new Set(value).size <= 2;
}

/** Bits per character, by how often each occurs. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Whether a text reads as words: identifiers, paths, host names, file names, versions, with few digits in few places. */
export function isWords(value: string): boolean {
  const parts = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  const words = parts.filter(part => !/\d/.test(part));
  if (words.length === 0) return false;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  return parts.length - words.length <= 1 && letters / words.length >= 3 && words.every(word => word.length <= 16);
}

/** Hashes of content, dates, versions, numbers: random-looking and public. */
function isPublic(value: string): boolean {
  return (
    /^(?:sha(?:1|224|256|384|512)|md5|h1)[-:]/i.test(value) ||
    /^[\d.,:+TZ_-]+$/.test(value) ||
    /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(value) ||
    /^(?:[a-z]:)?[~.]{0,2}[\\/][\w.\\/ -]*\.\w{1,8}$/i.test(value)
  );
}

/**
 * Whether a value that was given to a secret-like name is a secret, rather than a word, a reference or a stand-in.
 * `literal` says that it cannot be code: it is quoted, or assigned as in a `.env` file.
 */
export function looksSecret(value: string, kind: ValueClass, literal = true): boolean {
  if (value.length < 8 || value.length > 1000 || /\s/.test(value)) return false;
  if (value.includes('[secret:') || isPlaceholder(value) || isPublic(value)) return false;
  const words = isWords(value);
  const digits = /\d/.test(value);
  const letters = /[A-Za-z]/.test(value);
  if (kind === 'password') {
    if (literal) return (digits && letters) || /[^\w.:/-]/.test(value) || (!words && entropy(value) >= 3);
    return !words && digits && entropy(value) >= 2.5;
  }
  if (words || value.length < 12) return false;
  return (digits && letters && entropy(value) >= 3) || entropy(value) >= 4.1;
}
