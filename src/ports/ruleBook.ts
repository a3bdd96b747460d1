/** The person's own policy file. What is added holds for runs that begin later. */
export interface RuleBook {
  /** Adds one rule (YAML) and resolves with its id. Rejects with `policy.invalid` where it is none, or the file is broken. */
  add(ruleText: string): Promise<string>;
}
