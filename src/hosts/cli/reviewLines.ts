import type { ReviewFinding, Severity } from '../../protocol/diffReview.ts';
import type { EventOf } from '../../protocol/event.ts';
import { findingPlace, kindWords, reviewedSentences, severityWords } from '../reviewWords.ts';
import type { Paint } from './paint.ts';
import { visible } from './plain.ts';
import { wrapped } from './prose.ts';
import type { Piece } from './transcript.ts';

interface Tools {
  lines: (...texts: string[]) => Piece[];
  status: (text: string | null) => Piece;
  paint: Paint;
  width: number;
}

const marks: Record<Severity, { mark: string; style: 'red' | 'yellow' | 'dim' }> = {
  blocking: { mark: '✗', style: 'red' },
  warning: { mark: '!', style: 'yellow' },
  note: { mark: '·', style: 'dim' },
};

/** One finding: where, how bad and what, then the lines that it rests on. */
export function findingLines(finding: ReviewFinding, paint: Paint, width: number): string[] {
  const { mark, style } = marks[finding.severity];
  const head = `${mark} ${visible(findingPlace(finding))}  ${severityWords[finding.severity]}, ${kindWords[finding.category]}`;
  const evidence = finding.evidence === '' ? [] : finding.evidence.split('\n').slice(0, 4);
  return [
    paint(style, head),
    ...wrapped(visible(finding.sentence), '  ', width),
    ...evidence.map(line => paint('dim', `  │ ${visible(line)}`.slice(0, width))),
  ];
}

type ReviewKind = 'review.started' | 'review.finished' | 'review.held' | 'finding.fixed' | 'finding.waived';

/** The reviewer before merge, in the transcript. */
export function reviewLines({ lines, status, paint, width }: Tools): {
  [K in ReviewKind]: (event: EventOf<K>) => Piece[];
} {
  const known = new Map<string, ReviewFinding>();
  const waived = new Map<string, string>();
  const waivedLines = (id: string, reason: string): string[] =>
    wrapped(`✓ ${place(id)} is waived: ${visible(reason)}`, '', width);
  const place = (id: string): string => {
    const finding = known.get(id);
    return finding === undefined ? 'A finding' : visible(findingPlace(finding));
  };
  return {
    'review.started': event => [status(`Reviewing the diff (${event.files} ${event.files === 1 ? 'file' : 'files'})`)],
    'review.finished': event => {
      for (const finding of event.findings) known.set(finding.id, finding);
      const style = event.outcome.type === 'none' ? 'yellow' : 'dim';
      const said = reviewedSentences(event).flatMap(sentence => wrapped(`◆ ${visible(sentence)}`, '', width));
      return [
        ...lines(
          ...said.map(row => paint(style, row)),
          ...event.findings.flatMap(finding => {
            const reason = waived.get(finding.id);
            return reason === undefined ? findingLines(finding, paint, width) : waivedLines(finding.id, reason);
          }),
        ),
        status(null),
      ];
    },
    'review.held': () => [
      ...lines(paint('yellow', '■ The run waits: what blocks has to be fixed, or waived by you.')),
      status(null),
    ],
    'finding.fixed': event => lines(paint('dim', `✓ ${place(event.finding)} is fixed.`)),
    'finding.waived': event => {
      waived.set(event.finding, event.reason);
      return lines(...waivedLines(event.finding, event.reason));
    },
  };
}
