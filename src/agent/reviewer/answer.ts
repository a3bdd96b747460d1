import { z } from 'zod';
import type { ToolSpec } from '../../ports/model.ts';
import { FindingKind, type ReviewFinding, Severity } from '../../protocol/diffReview.ts';
import { type AssistantBlock, isToolUse } from '../../protocol/message.ts';
import { findingId } from './findingId.ts';
import type { Portion } from './portions.ts';

const maxSentence = 400;
const maxEvidence = 600;

/** What a model may find; what is forbidden is for the checks to say. */
const modelKinds = FindingKind.exclude(['forbidden-path', 'policy']);

const Report = z.object({
  thoughts: z.string().optional(),
  findings: z
    .array(
      z.object({
        file: z.string().min(1),
        line: z.number().int().positive().nullable(),
        severity: Severity,
        category: modelKinds,
        evidence: z.string().transform(text => text.trim().slice(0, maxEvidence)),
        sentence: z
          .string()
          .trim()
          .min(1)
          .transform(text => text.replace(/\s+/g, ' ').slice(0, maxSentence)),
      }),
    )
    .max(50),
});

/** The only way to answer. */
export const reportTool: ToolSpec = {
  name: 'ReportFindings',
  description: 'What you found in the part of the diff that you were shown.',
  input_schema: {
    type: 'object',
    properties: {
      thoughts: { type: 'string', description: 'Your reasoning, where the part needs any.' },
      findings: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            file: { type: 'string', description: 'As it is named in the diff.' },
            line: {
              type: ['integer', 'null'],
              description: 'Its number in the new file; null where it is about the file as a whole.',
            },
            severity: { type: 'string', enum: Severity.options },
            category: { type: 'string', enum: modelKinds.options },
            evidence: { type: 'string', description: 'The line or lines that it rests on, as they stand in the diff.' },
            sentence: {
              type: 'string',
              description: 'What is wrong and what follows from it, in one or two sentences.',
            },
          },
          required: ['file', 'line', 'severity', 'category', 'evidence', 'sentence'],
          additionalProperties: false,
        },
      },
    },
    required: ['findings'],
    additionalProperties: false,
  },
};

/**
 * The findings in an answer; null for anything but exactly one report that fits and speaks of the files that were shown.
 * What blocks without evidence that stands in the diff is a warning: nobody could look at what it rests on.
 */
export function findingsIn(content: readonly AssistantBlock[], portion: Portion): ReviewFinding[] | null {
  const calls = content.filter(isToolUse);
  const [call] = calls;
  if (call === undefined || calls.length > 1 || call.name !== reportTool.name) return null;
  const parsed = Report.safeParse(call.input);
  if (!parsed.success) return null;
  const shown = flat(portion.text);
  const findings = parsed.data.findings.map(({ file, category, evidence, severity, ...rest }): ReviewFinding => {
    const quoted = evidence !== '' && evidence.split('\n').every(line => shown.includes(flat(line)));
    const held = severity === 'blocking' && !quoted ? 'warning' : severity;
    const id = findingId('model', file, category, evidence === '' ? rest.sentence : evidence);
    return { id, file, category, evidence, severity: held, ...rest, by: 'model' };
  });
  return findings.every(({ file }) => portion.files.includes(file)) ? findings : null;
}

/** Without blanks, so that indentation and the signs before lines do not matter. */
function flat(text: string): string {
  return text.replaceAll(/^\s*\d*\s*[+-]?/gm, '').replaceAll(/\s+/g, '');
}
