import { GatehouseError } from '../../src/protocol/failure.ts';

/** The code of the failure that a promise rejects with; 'none' where it does not. Other errors stay as they are. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof GatehouseError) return error.failure.code;
    throw error;
  }
}
