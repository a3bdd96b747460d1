export interface Diagnostic {
  path: string;
  /** From 1. */
  line: number;
  column: number;
  severity: 'error' | 'warning' | 'info' | 'hint';
  message: string;
  source?: string;
}

/** The editor that a run lives in, where there is one. */
export interface Editor {
  diagnostics(path?: string): Promise<Diagnostic[]>;
  /** Calls `listener` with the absolute path of each file that is saved in it. Returns the way out. */
  onSaved?(listener: (path: string) => void): () => void;
}
