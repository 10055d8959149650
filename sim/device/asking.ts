// Requests that are not messages: befriend, accept, history pages. Each ends within its deadline; a node that
// could not say is asked again until then.
import { ERRORS } from "../../server/protocol/errors.ts";
import type {
  ClientFrame,
  RequestRef,
  RosterFrame,
  ServerFrame,
} from "../../server/protocol/frames.ts";
import type { ChatId, UserId } from "../../server/protocol/ids.ts";
import { OK, OPERATIONS, REFUSED, UNKNOWN } from "./codes.ts";
import { DeadlineQueue, type Expiring } from "./deadlines.ts";
import type { Device } from "./device.ts";
import { addWork } from "./tally.ts";
import { wakeBy } from "./wake.ts";

const ASK_MS_MAX = 30_000;
const RETRY_MS = 1_000;

/** What a history request wants to know, page by page. */
export interface Paging {
  readonly chat: ChatId;
  readonly limit: number;
  readonly matches: ((content: number) => boolean) | undefined;
  readonly found: ((rows: number) => void) | undefined;
  pagesLeft: number;
  matched: number;
}

export interface Request extends Expiring<Request> {
  readonly operation: number;
  readonly type: "befriend" | "accept" | "history";
  /** 0 for history. */
  readonly user: UserId;
  readonly paging: Paging | undefined;
  readonly deadlineMs: number;
  frame: ClientFrame;
  outstanding: boolean;
  mayHaveArrived: boolean;
  done: boolean;
}

export class Asking {
  readonly pending: Request[] = [];
  readonly deadlines = new DeadlineQueue<Request>();
  retryAtMs = Infinity;
  /** The id of the last history request. */
  historyId = 0;
}

export function askingOf(device: Device): Asking {
  return (device.asking ??= new Asking());
}

export function askFriend(device: Device, type: "befriend" | "accept", user: UserId): void {
  ask(device, type, user, 0, { type, user }, undefined);
}

export function ask(
  device: Device,
  type: Request["type"],
  user: UserId,
  chat: ChatId,
  frame: ClientFrame,
  paging: Paging | undefined,
): void {
  const asking = askingOf(device);
  const operation = device.host.nextOperation();
  const deadlineMs = device.parts.deadlineMs(device.ports.clock.monotonicMs(), ASK_MS_MAX);
  const request: Request = {
    operation,
    type,
    user,
    paging,
    deadlineMs,
    frame,
    outstanding: false,
    mayHaveArrived: false,
    done: false,
    after: undefined,
  };
  asking.pending.push(request);
  addWork(device, 1);
  asking.deadlines.push(request);
  device.history.operationBegan(
    device.ports.nowUs(),
    operation,
    OPERATIONS[type],
    device.user,
    device.device,
    chat,
  );
  wakeBy(device, deadlineMs);
  if (device.isOpen) transmit(device, request);
}

export function transmit(device: Device, request: Request): void {
  request.outstanding = true;
  device.connection!.send(request.frame);
}

export function end(device: Device, request: Request, outcome: 0 | 1 | 2): void {
  const asking = device.asking!;
  request.done = true;
  asking.pending.splice(asking.pending.indexOf(request), 1);
  addWork(device, -1);
  device.history.operationEnded(device.ports.nowUs(), request.operation, outcome);
}

/**
 * The roster brings the answer: the friend, or (to `befriend`) a change that holds nothing else. What comes behind
 * the sign-in's own roster is a change, however far the backlog is.
 */
export function rosterChanged(device: Device, frame: RosterFrame): void {
  const isAnswer =
    device.rosterComplete && frame.friends.length === 0 && frame.requests.length === 0;
  for (const request of device.asking!.pending.slice()) {
    if (request.type === "history") continue;
    const isFriend = frame.friends.some((friend) => friend.user === request.user);
    if (isFriend || (isAnswer && request.type === "befriend")) {
      end(device, request, OK);
      if (!isFriend) return;
    }
  }
}

function find(device: Device, re: RequestRef): Request | undefined {
  return device.asking?.pending.find(
    (request) =>
      request.type === re.type &&
      (request.type === "history"
        ? "id" in request.frame && request.frame.id === re.id
        : request.user === re.user),
  );
}

export function refused(device: Device, frame: Extract<ServerFrame, { type: "refused" }>): void {
  const request = find(device, frame.re);
  if (request === undefined) return;
  const row = ERRORS.find((error) => error.code === frame.code);
  if (row === undefined || !row.definite) request.mayHaveArrived = true;
  if (row === undefined || row.retry !== "no")
    again(device, request, frame.retryAfterMs ?? RETRY_MS);
  else end(device, request, request.mayHaveArrived ? UNKNOWN : REFUSED);
}

export function unsure(device: Device, re: RequestRef): void {
  const request = find(device, re);
  if (request === undefined) return;
  request.mayHaveArrived = true;
  again(device, request, RETRY_MS);
}

function again(device: Device, request: Request, afterMs: number): void {
  request.outstanding = false;
  const asking = device.asking!;
  const atMs = device.ports.clock.monotonicMs() + afterMs;
  if (atMs < asking.retryAtMs) asking.retryAtMs = atMs;
  wakeBy(device, atMs);
}

export function connectionLost(device: Device): void {
  if (device.asking === undefined) return;
  for (const request of device.asking.pending) {
    if (request.outstanding) request.mayHaveArrived = true;
    request.outstanding = false;
  }
}

export function resume(device: Device): void {
  const asking = device.asking;
  if (asking === undefined) return;
  asking.retryAtMs = Infinity;
  for (const request of asking.pending) if (!request.outstanding) transmit(device, request);
}

export function nextMs(device: Device): number {
  const asking = device.asking!;
  return Math.min(asking.deadlines.nextMs(), device.isOpen ? asking.retryAtMs : Infinity);
}

export function wake(device: Device, nowMs: number): void {
  const asking = device.asking!;
  if (nowMs >= asking.retryAtMs && device.isOpen) resume(device);
  const { deadlines } = asking;
  for (let late = deadlines.take(nowMs); late !== undefined; late = deadlines.take(nowMs))
    end(device, late, UNKNOWN);
}

export function abandon(device: Device): void {
  if (device.asking === undefined) return;
  for (const request of device.asking.pending.slice())
    end(device, request, request.mayHaveArrived || request.outstanding ? UNKNOWN : REFUSED);
}
