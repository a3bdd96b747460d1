export const root: string;
export const codeServerVersion: string;
export const codeServerFolder: string;
export const vscodeServer: string;
export const node: string;
export function environment(more?: Record<string, string | undefined>): NodeJS.ProcessEnv;
export function which(name: string): string | undefined;
