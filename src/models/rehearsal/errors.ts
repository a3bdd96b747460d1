/** The API's error types by status; what is not listed is an `api_error`, or an `invalid_request_error` below 500. */
const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const messages: Readonly<Record<string, string>> = {
  authentication_error: 'invalid x-api-key',
  rate_limit_error: 'This request would exceed your rate limit.',
  overloaded_error: 'Overloaded',
  api_error: 'Internal server error',
};

export function typeOfStatus(status: number): string {
  return types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}

/** The envelope in which the API reports every error, in a body as in a stream. */
export function errorEnvelope(type: string, message: string | undefined, requestId: string, code?: string) {
  const details = code === undefined ? {} : { details: { error_code: code } };
  return {
    type: 'error',
    error: { type, message: message ?? messages[type] ?? type, ...details },
    request_id: requestId,
  };
}
