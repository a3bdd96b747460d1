import type { SecretStorage } from 'vscode';

/** API keys, each under the origin that it was entered for: a key never reaches another one. */
export interface Keys {
  get(baseUrl: string): Promise<string | null>;
  set(baseUrl: string, key: string): Promise<void>;
  remove(baseUrl: string): Promise<void>;
}

export function createKeys(secrets: SecretStorage): Keys {
  const place = (baseUrl: string): string => `apiKey:${new URL(baseUrl).origin}`;
  return {
    async get(baseUrl) {
      const key = await secrets.get(place(baseUrl));
      return key === undefined || key === '' ? null : key;
    },
    async set(baseUrl, key) {
      await secrets.store(place(baseUrl), key);
    },
    async remove(baseUrl) {
      await secrets.delete(place(baseUrl));
    },
  };
}
