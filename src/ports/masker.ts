/**
 * Hides secrets in text behind placeholders like `[secret:env:1f0c9a7b]`, the same one for the same secret throughout a
 * run, and puts them back where an edit needs the real bytes.
 *
 * Whose text it is decides what is hidden. Text of the person and of the world (`mask`: prompts, files, output, errors)
 * loses all that is known or looks like a secret, and what it lost is *held* from then on. Text of the model (`maskOwn`:
 * its words, its commands) loses what is held and nothing else: a password that the model made up is no secret of the
 * person, and if it were hidden, what is shown would not be what runs. What the model wrote first is not held later
 * because it comes back in output; a value that is known as the person's always is.
 */
export interface Masker {
  mask(text: string): Masked;
  maskOwn(text: string): Masked;
  /**
   * Both sides of an edit. `before` is the world's. In `after` what is held or stands in `before` is hidden and all that
   * is new is shown, whatever it looks like. `moved` names a held secret that `after` has and `before` (null: no file)
   * has not: nobody could be shown where it goes, so such an edit must not be.
   */
  maskChange(before: string | null, after: string): { before: string | null; after: string; moved: string | null };
  /** Where the end of a text may be the beginning of a held secret; the text's length where it cannot. */
  opening(text: string): number;
  /** `unknown` lists placeholders that this run never handed out; they stay as they are. */
  unmask(text: string): { text: string; restored: number; unknown: string[] };
}

export interface Masked {
  text: string;
  count: number;
}
