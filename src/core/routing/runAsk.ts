import type { Candidate, Lane } from './candidate.ts';
import type { ChatPart, ChatRequest } from './chat.ts';
import type { Preference } from './rank.ts';
import type { RouteTrace } from './routeTrace.ts';
import type { Scarcity } from './scarcity.ts';
import type { Sizer } from './sizing.ts';
import type { TimedOutKeys } from './timedOutKeys.ts';
import type { Ticket } from './waitingLine.ts';

/** What one request brings to its way through the keys. */
export type RunAsk = {
  readonly request: ChatRequest;
  readonly lanes: readonly Lane[];
  readonly wanted: (candidate: Candidate) => boolean;
  /** What served this conversation before. */
  readonly sameConversation: Preference['sameConversation'];
  readonly trace: RouteTrace;
  readonly sizer: Sizer;
  readonly scarcity: Scarcity;
  readonly isOffline: boolean;
  readonly timedOut: TimedOutKeys;
  /** Its place among the requests of this window that wait for one to end. */
  readonly ticket: Ticket;
  readonly signal: AbortSignal;
  readonly push: (part: ChatPart) => void;
};
