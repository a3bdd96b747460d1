import type { Usage } from '../protocol/budget.ts';
import { type Failure, GatehouseError } from '../protocol/failure.ts';
import type { AssistantBlock, Message } from '../protocol/message.ts';

export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema of the input, an object at the top. */
  input_schema: { type: 'object'; [key: string]: unknown };
}

/** One call. `system` and `tools` hold nothing of the workspace, so that every run shares their cached prefix. */
export interface ModelRequest {
  model: string;
  system: string;
  tools: readonly ToolSpec[];
  messages: readonly Message[];
  maxTokens: number;
  /** The one tool that it must call, by its name, instead of saying anything. */
  mustCall?: string;
}

export interface ModelTurn {
  content: AssistantBlock[];
  stopReason: string;
  /** The model that answered, as the API names it. */
  model: string;
  usage: Usage;
  /** US dollars, or null where the price of the model is not known. */
  usd: number | null;
  /** Size of the request's body, and how much of its beginning equals the last request's. */
  requestBytes: number;
  repeatedBytes: number;
}

/**
 * What a call used. Of one that broke off the server bills an unknown amount: `output` is then the worst case of what had
 * arrived, one token for each byte, or what the server had told where that is more.
 */
export interface Spent {
  usage: Usage;
  /** US dollars, or null where the price of the model is not known. */
  usd: number | null;
}

/** Why there is no turn, and what it cost all the same; null where the server had told nothing. */
export class ModelError extends GatehouseError {
  readonly spent: Spent | null;

  constructor(failure: Failure, spent: Spent | null, cause?: unknown) {
    super(failure, cause);
    this.name = 'ModelError';
    this.spent = spent;
  }
}

export interface Retry {
  /** 1 for the first retry. */
  attempt: number;
  /** `rate_limited`, `overloaded`, `server_error`, `stream_cut`, `stream_idle`, `connection`. */
  code: string;
  waitMs: number;
  /** What the attempt before used, where the server had told any of it. */
  spent: Spent | null;
}

export interface ModelIo {
  signal: AbortSignal;
  /** Text as it streams. A turn that is retried starts again: `onRetry` says that what was streamed is void. */
  onText(delta: string): void;
  onRetry(retry: Retry): Promise<void>;
}

/** A language model. Resolves with a whole turn or rejects with a GatehouseError (a ModelError where it used tokens); never with half a turn. */
export interface Model {
  respond(request: ModelRequest, io: ModelIo): Promise<ModelTurn>;
}
