import type { Usage } from '../protocol/budget.ts';
import { type Failure, GatehouseError } from '../protocol/failure.ts';
import type { AssistantBlock, CompactionBlock, Message } from '../protocol/message.ts';

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

/** What an attempt that gave no turn cost all the same. */
export interface Lost {
  /** What the server had told of it; null where it had told nothing. */
  spent: Spent | null;
  /**
   * Whether it may bill more than that, up to all that the call could use. Not so where the request never got there, the
   * server refused it, or told all of it.
   */
  open: boolean;
}

export const nothingLost: Lost = { spent: null, open: false };

/** Why there is no turn, and what its last attempt cost all the same. */
export class ModelError extends GatehouseError implements Lost {
  readonly spent: Spent | null;
  readonly open: boolean;

  constructor(failure: Failure, { spent, open }: Lost, cause?: unknown) {
    super(failure, cause);
    this.name = 'ModelError';
    this.spent = spent;
    this.open = open;
  }
}

/** An attempt that came to nothing, what it cost, and when the next one follows. */
export interface Retry extends Lost {
  /** 1 for the first retry. */
  attempt: number;
  /** `rate_limited`, `overloaded`, `server_error`, `stream_cut`, `stream_idle`, `connection`. */
  code: string;
  /** Why there was no connection, in the words of the system. */
  problem?: string;
  waitMs: number;
}

export interface ModelIo {
  signal: AbortSignal;
  /** Text as it streams. A turn that is retried starts again: `onRetry` says that what was streamed is void. */
  onText(delta: string): void;
  onRetry(retry: Retry): Promise<void>;
}

/** What asking a server for its summary came to. */
export interface Compaction extends Spent {
  /** null where it made none: `stopReason` has its word for why. */
  block: CompactionBlock | null;
  stopReason: string;
  /** The model that wrote it, as the API names it. */
  model: string;
}

/** A language model. Resolves with a whole turn or rejects with a GatehouseError (a ModelError once a request was made); never with half a turn. */
export interface Model {
  respond(request: ModelRequest, io: ModelIo): Promise<ModelTurn>;
  /**
   * Asks the server to sum up all messages of the request, which end in no call without its result. Rejects as `respond`
   * does: with `model.badRequest` where the server does not offer it. Absent where nobody could be asked.
   */
  compact?(request: ModelRequest, io: Omit<ModelIo, 'onText'>): Promise<Compaction>;
}
