import { probeSuite } from './probe.ts';

/** The probe on texts that its rules were not written for, and are not to be fitted to: these tell what it misses. */
export const suite = probeSuite('probe-unseen', 'unseen-harmless', 'unseen-poisoned');
