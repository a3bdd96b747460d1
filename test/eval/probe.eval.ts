import { probeSuite } from './probe.ts';

/** The probe on the texts that its rules were written for. */
export const suite = probeSuite('probe', 'harmless', 'poisoned');
