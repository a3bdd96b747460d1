import picomatch from 'picomatch';
import type { Subject } from './subject.ts';

/**
 * Programs that work on the project by its own rules, or see only names. The folders that they touch are not places that
 * the command was pointed at, so that a rule about some file in there is not about every test and commit.
 */
const projectTools = new Set(
  (
    'ls cd pwd echo printf true false npm pnpm yarn bun deno node cargo rustc go make just gradle mvn dotnet tsc ' +
    'eslint biome oxlint prettier vitest jest mocha pytest ruff mypy vite esbuild webpack rollup playwright'
  ).split(' '),
);

/** Commands of git that give out what files hold; the others are about names, or about its own store. */
const gitShows = /^git(\s+-\S+)*\s+(grep|show|diff|archive|cat-file|bundle|format-patch|stash\s+show)\b/;

/** Whether a folder that the subject touches may hold something that the pattern names. */
export function mayHold(pattern: string): (subject: Subject) => boolean {
  const wanted = pattern.split('/').map(partOf);
  const anywhere = !pattern.includes('/');
  return ({ folders, parts }) =>
    folders.length > 0 &&
    !(parts.length > 0 && parts.every(isProjectTool)) &&
    folders.some(folder => anywhere || leadsTo(folder.split('/')));

  function leadsTo(folder: readonly string[]): boolean {
    for (const [i, name] of folder.entries()) {
      const part = wanted[i];
      if (part === undefined) return false;
      if (part.any) return true;
      if (!part.test(name)) return false;
    }
    return true;
  }
}

function isProjectTool({ program, text }: Subject['parts'][number]): boolean {
  return program === 'git' ? !gitShows.test(text) : projectTools.has(program);
}

function partOf(part: string): { any: boolean; test: (name: string) => boolean } {
  if (part === '') return { any: false, test: name => name === '' };
  return { any: part === '**', test: picomatch(part, { dot: true, nocase: true }) };
}
