/** A person's own act, told back to them. */
export const grantRevoked = 'What you had allowed is asked about again from the next action on.';
