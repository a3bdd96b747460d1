import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDrill } from '../../src/hosts/drill/drill.ts';
import { createNarrator, type DrillLine } from '../../src/hosts/drill/narrator.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { project } from './support.ts';

/** Compares with the file beside this one. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, name);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

describe('the drill', () => {
  it('goes as it should, and leaves nothing behind', async () => {
    const lines: DrillLine[] = [];
    const result = await runDrill({
      media: join(project, 'media'),
      assets: join(project, 'dist'),
      env: process.env,
      version: '0.0.0',
      keep: false,
      signal: new AbortController().signal,
      say: line => lines.push(line),
    });
    const text = lines.map(({ kind, text: said }) => `${kind.padEnd(5)}  ${said}\n`).join('');
    const folder = /\S+gatehouse-drill-\w+/.exec(text)?.[0] ?? '';
    assert.ok(folder !== '' && !existsSync(folder));
    assert.ok(result.ok, text);
    const normal = text.replaceAll(/\S+gatehouse-drill-\w+/g, 'FOLDER').replaceAll(process.env['HOME'] ?? '?', 'HOME');
    matches('drill.txt', normal.replaceAll(/journal's \d+/g, 'journal’s N'));
  });

  it('says of each step that was not dealt with that it did not go as it should', () => {
    const said: DrillLine[] = [];
    const narrator = createNarrator(line => said.push(line));
    const bodies: EventBody[] = [1, 2, 3].map(turn => ({ kind: 'turn.started', turn }));
    for (const [seq, body] of bodies.entries())
      narrator.take({ v: 1, seq, at: 0, prev: '0'.repeat(64), hash: '0'.repeat(64), ...body } satisfies RunEvent);
    assert.deepEqual(
      narrator.end().map(({ ok }) => ok),
      [false, false, false, false, false, false],
    );
    assert.equal(said.filter(({ kind }) => kind === 'bad').length, 3);
    assert.equal(said.filter(({ kind }) => kind === 'good').length, 0);
  });
});
