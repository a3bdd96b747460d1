import type { Claim } from '../claim.ts';
import { hostOf } from '../hosts.ts';
import type { Word } from './word.ts';

/** An option as its words: `--onBuildEnd`, `-on-build-end` and `--on_build_end` are one. */
export function plainName(option: string): string {
  return option
    .replace(/^-+/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[._]/g, '-')
    .toLowerCase();
}

/** Names of options whose value is a command line, whatever the program. */
const takesCommand = /(^|-)(exec|execute|command|commands|cmd|shell|hook|script)$/;
/** `--onSuccess`, `--on-change`, `--watch.onEnd`; `--exit-on-error` is no event. */
const isEvent = /^-*(.*\.)?on([A-Z]|-[a-z])/;
/** Choices that such options take as well. */
const choices = /^((ba|z|fi|k|da|c|tc)?sh|pwsh|powershell|nu|elvish|xonsh|auto|true|false|none|yes|no|\d*)$/;

/** Options that say what to leave alone. */
const leaves = /^(excludes?|excluding|ignored?|skip|omit|except|no)(-|$)/;
/** Options that say what to look for or how to call things: a place only where it is written as one. */
const noPlace =
  /(^|-)(filters?|patterns?|globs?|includes?|prune|hide|match|grep|title|names?|message|msg|body|text|query|tags?|labels?|description|search|replace|regexp?|author|date|since|until|headers?|urls?|hosts?|select|rules?|only|test|env|environment|define)$/;
/** Options that name rules or settings, which may lie on the network. */
const takesRules = /(^|-)(schemas?|config|rulesets?|rules?|standard|presets?|plugins?|extends|r)$/;

/**
 * What an option comes to that the table does not have, or whose value means nothing to it. `next` is the word behind it,
 * where a value may stand there.
 */
export function unlistedClaims(option: string, attached: Word | null, next: Word | null): Claim[] {
  const name = plainName(option);
  const value = attached ?? (next?.prefix.startsWith('-') === true ? null : next);
  if (value === null || value.text === '') return [];
  if (takesCommand.test(name) || isEvent.test(option))
    return choices.test(value.text ?? '?') ? [] : [{ does: 'shell', text: value }];
  return valueClaims(option, value);
}

/** A value that the program may read, write or load: where it leads tells. */
export function valueClaims(option: string, value: Word): Claim[] {
  const name = plainName(option);
  const { text } = value;
  if (text === null) return [];
  if (/^https?:\/\//.test(text)) return takesRules.test(name) ? [{ does: 'net', host: hostOf(text), send: false }] : [];
  if (leaves.test(name) || !/[./]/.test(text)) return [];
  return noPlace.test(name) && !/^\.{0,2}\//.test(text) ? [] : [{ does: 'value', path: value, option }];
}
