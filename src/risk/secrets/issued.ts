import type { Span } from './span.ts';
import { isPlaceholder, isWords, looksSecret } from './value.ts';

/**
 * Forms that only secrets have. Each begins with a literal or is bounded to the left, and repeats single classes only, so
 * that no text makes one slow. `(?<s>…)` marks the secret where it is a part of the match, always the last.
 */
const forms: readonly (readonly [type: string, form: RegExp])[] = [
  ['anthropic', /\bsk-ant-[\w-]{16,}/g],
  ['openai', /\bsk-(?:proj|svcacct|admin|None|or-v1)-[\w-]{20,}/g],
  ['openai', /\bsk-[A-Za-z0-9]{32,}/g],
  ['aws-id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g],
  ['aws-secret', /\b(?:AKIA|ASIA)[A-Z0-9]{16}["']?[\s,;:|]{1,8}["']?(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/g],
  ['github', /\bgh[pousr]_[A-Za-z0-9]{30,}/g],
  ['github', /\bgithub_pat_[A-Za-z0-9_]{22,}/g],
  ['gitlab', /\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w-]{20,}/g],
  ['slack', /\bxox[abeoprs]-[\w-]{10,}/g],
  ['slack', /\bxapp-\d-[\w-]{10,}/g],
  ['slack', /\bhooks\.slack\.com\/(?<s>(?:services|workflows|triggers)\/[\w/]{20,})/g],
  ['stripe', /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g],
  ['stripe', /\bwhsec_[A-Za-z0-9+/]{24,}/g],
  ['google', /\bAIza[\w-]{35}/g],
  ['google', /\bya29\.[\w-]{20,}/g],
  ['google', /\bGOCSPX-[\w-]{20,}/g],
  ['google', /(?<![\w/])1\/\/0[\w-]{30,}/g],
  ['npm', /\bnpm_[A-Za-z0-9]{36}/g],
  ['pypi', /\bpypi-[\w-]{50,}/g],
  ['rubygems', /\brubygems_[0-9a-f]{48}/g],
  ['docker', /\bdckr_(?:pat|oat)_[\w-]{20,}/g],
  ['azure', /\b(?:AccountKey|SharedAccessKey)=(?<s>[A-Za-z0-9+/]{40,}={0,2})/g],
  ['azure', /[?&;]sig=(?<s>[A-Za-z0-9%+/]{40,}={0,2})/g],
  ['azure', /(?<![\w.~-])[\w.~-]{3}[78]Q~[\w.~-]{31,34}(?![\w.~-])/g],
  ['twilio', /\bSK[0-9a-f]{32}\b/g],
  ['sendgrid', /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/g],
  ['mailgun', /\bkey-[0-9a-f]{32}\b/g],
  ['mailchimp', /\b[0-9a-f]{32}-us\d{1,2}\b/g],
  ['huggingface', /\b(?:hf|api_org)_[A-Za-z0-9]{30,}/g],
  ['replicate', /\br8_[A-Za-z0-9]{37}/g],
  ['groq', /\bgsk_[A-Za-z0-9]{40,}/g],
  ['xai', /\bxai-[A-Za-z0-9]{60,}/g],
  ['perplexity', /\bpplx-[A-Za-z0-9]{40,}/g],
  ['digitalocean', /\bdo[opr]_v1_[0-9a-f]{64}/g],
  ['shopify', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g],
  ['square', /\b(?:sq0(?:atp|csp)-[\w-]{22,}|EAAA[\w-]{60})/g],
  ['databricks', /\bdapi[0-9a-f]{32}/g],
  ['vault', /\bhv[sbr]\.[\w-]{24,}/g],
  ['terraform', /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/g],
  ['atlassian', /\bAT(?:ATT|CTT)3[\w=-]{50,}/g],
  ['linear', /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/g],
  ['notion', /\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b)/g],
  ['figma', /\bfigd_[\w-]{40,}/g],
  ['postman', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/g],
  ['grafana', /\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}/g],
  ['newrelic', /\bNRAK-[A-Z0-9]{27}/g],
  ['sentry', /\bsntry[su]_[\w+/=-]{40,}/g],
  ['supabase', /\bsb(?:p|_secret)_[\w-]{22,}/g],
  ['planetscale', /\bpscale_(?:tkn|pw|oauth)_[\w.=-]{32,}/g],
  ['doppler', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,}/g],
  ['telegram', /(?<![\w-])\d{8,10}:AA[\w-]{33}(?![\w-])/g],
  ['discord', /(?<![\w.-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g],
  ['age', /\bAGE-SECRET-KEY-1[A-Z0-9]{58}/g],
  ['jwt', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{10,}/g],
  ['jwt', /(?<![\w-])eyJ[\w-]{8,}\.[\w-]*\.[\w-]{8,}\.[\w-]{16,}\.[\w-]{16,}/g],
  ['npm', /:_(?:authToken|password|auth)\s{0,4}=\s{0,4}["']?(?<s>[^\s"']{8,500})/g],
  [
    'authorization',
    /\bauthorization["'\]]{0,2}\s{0,4}[:=,]\s{0,4}["'`]?(?:bearer|basic|token|bot)\s{1,4}(?<s>[\w.~+/=-]{8,})/gi,
  ],
  ['url-password', /:\/\/[^\s/:@"'`<>?#]{0,128}:(?<s>[^\s/"'`<>]{1,256})(?=@(?!sha256:))/g],
  ['url-password', /\bcurl\b[^\n|;]{0,300}?\s(?:-u|--user)[ =]?["']?[^\s:"']{1,64}:(?<s>[^\s"']{4,256})/g],
];

/** Forms that anybody's prose has too: the secret itself must look like one. */
const lookedAt: readonly (readonly [type: string, form: RegExp])[] = [
  [
    'authorization',
    /\b(?:x-api-key|x-auth-token|private-token)["'\]]{0,2}\s{0,4}[:=,]\s{0,4}["'`]?(?<s>[\w.~+/=-]{12,})/gi,
  ],
  ['authorization', /\b[Bb]earer\s{1,4}(?<s>[\w.~+/=-]{20,})/g],
  ['url-token', /:\/\/(?<s>[\w.~-]{20,256})(?=@)/g],
];

export function findIssued(text: string): Span[] {
  const spans: Span[] = [];
  for (const [type, form] of forms)
    for (const match of matches(text, form)) {
      const value = match.groups?.['s'];
      if (value === undefined || isMeant(type, value)) spans.push(spanOf(type, match));
    }
  for (const [type, form] of lookedAt)
    for (const match of matches(text, form))
      if (looksSecret(match.groups?.['s'] ?? match[0], 'token')) spans.push(spanOf(type, match));
  return spans;
}

/** Most texts hold nothing of a form, and `matchAll` copies the expression before it looks. */
function matches(text: string, form: RegExp): Iterable<RegExpExecArray> {
  return text.search(form) < 0 ? [] : text.matchAll(form);
}

function isMeant(type: string, value: string): boolean {
  return !isPlaceholder(value) && !(type === 'authorization' && isWords(value));
}

/** The named part always stands at the match's end. */
function spanOf(type: string, match: RegExpExecArray): Span {
  const end = match.index + match[0].length;
  return { start: end - (match.groups?.['s'] ?? match[0]).length, end, type };
}
