export * from '../protocol/assessment.ts';
