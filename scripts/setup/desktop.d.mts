export function desktopForTests(): Promise<string | undefined>;
export function hasScreen(): boolean;
