import type { ToolSpec } from '../ports/model.ts';
import type { AgentName } from '../protocol/event.ts';

/** One of the two that talk with the model. `system` and `tools` hold nothing of the workspace, so that runs share them. */
export interface Agent {
  name: AgentName;
  system: string;
  tools: readonly ToolSpec[];
}
