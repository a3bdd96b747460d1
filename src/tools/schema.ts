import { z } from 'zod';
import type { ToolSpec } from '../ports/model.ts';

const noNul = [(text: string) => !text.includes('\0'), 'must not hold a NUL character'] as const;

/** A path as the model writes it. */
export const somePath = z
  .string()
  .min(1)
  .refine(...noNul);

/** A path of a file to be written. */
export const filePath = somePath.refine(path => !/[/\\]$/.test(path), 'names a folder, not a file');

/** Text that becomes an argument of a program. */
export const argument = z
  .string()
  .min(1)
  .refine(...noNul);

/** What the Messages API is told about a tool's input: JSON Schema without what only validators need. */
export function inputSchema(input: z.ZodType): ToolSpec['input_schema'] {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { override: dropNoise });
  return { ...schema, type: 'object' };
}

/** Bounds such as 9007199254740991 and minLength 1 cost tokens and tell the model nothing. */
function dropNoise({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  delete jsonSchema['minLength'];
  if (jsonSchema['exclusiveMinimum'] === 0) {
    delete jsonSchema['exclusiveMinimum'];
    jsonSchema['minimum'] = 1;
  }
}

/** Every problem of an input in one line, each with the field that it is about. */
export function describeProblems(error: z.ZodError): string {
  return error.issues
    .map(issue => `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`)
    .join('; ');
}
