import { fence } from '../../markdown.ts';
import { type Section, time } from '../words.ts';

export const asked: Section = report => {
  const blocks = report.asked.map(({ at, text }, index) => `${index === 0 ? '' : `At ${time(at)}:\n\n`}${fence(text)}`);
  return `## What was asked\n\n${blocks.join('\n\n')}`;
};
