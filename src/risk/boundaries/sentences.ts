/** No sentence is kept longer than this; what is longer is cut, for it stands verbatim in the person's own words. */
const maxSentence = 300;

/**
 * Words by which a person rules something out, narrows it, or makes it wait. Meant to find too much rather than too
 * little: a sentence more costs a few tokens, one that is missed may be forgotten. Statements about the program
 * ("it cannot read X", "should not crash") are left to the verbatim words.
 */
const limiting: readonly RegExp[] = [
  /\b(?:do not|don['’]?t|never|must not|mustn['’]t|may not|shall not|avoid|refrain from|without)\b/i,
  /\byou (?:should ?n[o'’]t|should not|can ?not|can['’]t|shouldn['’]t|are not to|need not)\b/i,
  /\b(?:only|nothing (?:but|except|outside|else)|no other|not (?:to )?(?:touch|change|edit|modify))\b/i,
  /\bno (?:\w+ )?(?:push|commit|publish|deploy|install|dependenc|package|network|refactor|reformat|renam|migration|delet|new )\w*/i,
  /\b(?:leave|keep)\b.{1,80}\b(?:alone|untouched|unchanged|intact|as (?:it|they) (?:is|are)|as is|out of (?:it|this))\b/i,
  /\b(?:stay|remain) (?:in|within|inside|below|under)\b/i,
  /\b(?:limit(?:ed)? (?:yourself )?to|restrict(?:ed)? to|hands off|off[- ]limits|forbidden|prohibited|not allowed)\b/i,
  /\b(?:ask (?:me )?(?:first|before)|wait (?:for|until)|until i|before (?:asking|i )|check with me|except|unless)\b/i,
  /\b(?:at most|no more than|not more than|up to \d)\b/i,
];

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** The sentences of a person that set a boundary, in their order and as they stand; quoted lines and code are none. */
export function boundariesIn(text: string): string[] {
  return sentencesOf(text).filter(sentence => limiting.some(words => words.test(sentence)));
}

export function sentencesOf(text: string): string[] {
  return ownLines(text).flatMap(line =>
    [...segmenter.segment(line)]
      .map(({ segment }) => segment.trim().slice(0, maxSentence))
      .filter(sentence => sentence !== ''),
  );
}

/** Without fenced code and quotes, which are seldom the person's own wish; without the marks of lists. */
function ownLines(text: string): string[] {
  let fenced = false;
  return text.split('\n').flatMap(line => {
    if (/^\s*(?:```|~~~)/.test(line)) {
      fenced = !fenced;
      return [];
    }
    return fenced || /^\s*>/.test(line) ? [] : [line.replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, '').trim()];
  });
}
