/** Tokens that one answer may have. Enough for a long file, little enough that a runaway answer ends. */
export const maxAnswerTokens = 32_000;
