/**
 * Hides secrets in text behind placeholders like `[secret:env:1f0c9a7b]`, the same one for the same secret throughout a
 * run, and puts them back where an edit needs the real bytes.
 */
export interface Masker {
  mask(text: string): { text: string; count: number };
  /** `unknown` lists placeholders that this run never handed out; they stay as they are. */
  unmask(text: string): { text: string; restored: number; unknown: string[] };
}
