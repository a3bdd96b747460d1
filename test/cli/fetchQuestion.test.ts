import assert from 'node:assert/strict';
import { outcomeOf, subjectOf } from '../../src/hosts/cli/describe.ts';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import { askedOf } from '../../src/hosts/cli/question.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { OutcomeRecord } from '../../src/protocol/event.ts';
import { assessFetch } from '../../src/risk/fetch/assess.ts';
import { factsOf } from '../risk/shell/support.ts';

const url = 'https://nodejs.org/api/http.html?x=\u202e';
const value = { kind: 'fetch' as const, url: new URL(url).href };

function question(lasting: boolean): Question {
  const { assessment } = assessFetch(value, factsOf());
  const reasons = assessment.findings.map(({ code, args }) => ({ code, args }));
  const decision = { verdict: 'ask' as const, by: { type: 'static' as const }, reasons };
  const terms = { profile: 'uncontained' as const, hosts: [], writes: [] };
  return { id: 'q', effect: 'e', value, decision, assessment, terms, lasting };
}

describe('a page of the web, in the terminal', () => {
  it('is asked about by its host and its whole address, with what the answer may hold for', () => {
    const [once, lasting] = [false, true].map(each => askedOf(question(each), '/w', noPaint, 80, 20).lines.join('\n'));
    assert.match(once ?? '', /\? Read this page of nodejs\.org\?/);
    assert.match(once ?? '', /https:\/\/nodejs\.org\/api\/http\.html\?x=%E2%80%AE/);
    assert.match(once ?? '', /Risk: medium[^]*That host is not among those\s+that you trust/);
    assert.doesNotMatch(once ?? '', /For this run|sandbox|whatever you can do/);
    assert.match(lasting ?? '', /“For this run” holds for other\s+pages of this host too/);
  });

  it('is told by its address and by what came of it', () => {
    const outcome = (over: Partial<Extract<OutcomeRecord, { kind: 'fetch' }>>): string =>
      outcomeOf(
        { kind: 'fetch', url, status: 200, contentType: 'text/html', bytes: 20_480, movedTo: null, ...over },
        value,
      );
    assert.equal(subjectOf(value, '/w'), value.url);
    assert.deepEqual(
      [outcome({}), outcome({ status: 404, bytes: 9 }), outcome({ status: 302, movedTo: 'https://evil.example/x' })],
      ['20 KiB', 'HTTP 404, 9 bytes', 'moved to evil.example'],
    );
  });
});
