export interface Suite {
  title: string;
  args: string[];
  style: string;
  minutes: number;
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  problem?: string;
}

export const suites: Record<string, Suite>;
export function runSuite(suite: Suite, env: Record<string, string | undefined>): Promise<Counts>;
