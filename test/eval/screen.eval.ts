import { screenSuite } from './screen.ts';

/** The screen on the tasks that its rules were written for. */
export const suite = screenSuite('screen', 'tasks-harmless', 'tasks-harmful');
