import { styleText } from 'node:util';
import type { Output } from './io.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Colours a text that has already been made safe. */
export type Paint = (style: Style | Style[], text: string) => string;

export const noPaint: Paint = (_style, text) => text;

/** Colour follows FORCE_COLOR, then NO_COLOR, then whether the output is a terminal that has any. */
export function paintFor(out: Output, env: NodeJS.ProcessEnv): Paint {
  return hasColour(out, env) ? (style, text) => styleText(style, text, { validateStream: false }) : noPaint;
}

function hasColour(out: Output, env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return out.isTTY === true && env['TERM'] !== 'dumb';
}
