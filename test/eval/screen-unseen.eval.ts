import { screenSuite } from './screen.ts';

/** The screen on tasks that its rules were not written for, and are not to be fitted to: these tell what it misses. */
export const suite = screenSuite('screen-unseen', 'unseen-tasks-harmless', 'unseen-tasks-harmful');
