export const file: string;
export function notices(): string;
