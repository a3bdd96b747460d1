/** What differs each time something is done again, and tells nothing: checkpoints, times, dates, measures, temporary paths. */
const passing: readonly [RegExp, string][] = [
  [/\[checkpoint \d+\]/g, ''],
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '#'],
  [/\b\d{1,2}:\d\d:\d\d(?:\.\d+)?\b/g, '#'],
  [/(?:\/private)?\/(?:tmp|var\/tmp|var\/folders)\/[^\s'"`:,;()[\]]+/g, '/tmp/#'],
  [/\bduration_ms:? \d+(?:\.\d+)?/g, '#'],
  [/\d+(?:\.\d+)?\s?(?:m|µ|n)?s\b/g, '#'],
  // A share is how far something has come.
  [/\d+(?:\.\d+)+(?![\d.]*\s?%)/g, '#'],
];

/** A result without what differs each time. Whole numbers and shares stay: they may tell how far something has come. */
export function lasting(text: string): string {
  return passing.reduce((left, [pattern, word]) => left.replaceAll(pattern, word), text).trim();
}
