// Tells a log's owner of new messages, one `deliver` in flight per log. Nothing relies on its reply: the
// audit entry covers whatever is lost here.
import type { LinkReply } from "../ports/node-link.ts";
import type { MessageRow } from "../ports/message-store.ts";
import { ok, type Outcome } from "../ports/outcome.ts";
import type { Epoch } from "../ports/presence-store.ts";
import type { NodeId, UserId } from "../protocol/ids.ts";
import type { NodeContext } from "./context.ts";
import type { LogWriter } from "./session.ts";

export async function tellOwner(node: NodeContext, writer: LogWriter): Promise<void> {
  writer.telling = true;
  node.telling += 1;
  while (writer.untold.length > 0) {
    const rows = writer.untold;
    writer.untold = [];
    await tellRows(node, writer.recipient, rows);
  }
  writer.telling = false;
  node.telling -= 1;
}

async function tellRows(
  node: NodeContext,
  user: UserId,
  rows: readonly MessageRow[],
): Promise<void> {
  let refusals = 0;
  let index = 0;
  for (;;) {
    const answer = await node.parts.lookupOwner(node, user);
    const owner = answer.owner;
    let notOwner = false;
    if (owner !== undefined) {
      node.ports.trace.point("send:lookup/deliver");
      while (index < rows.length && !notOwner) {
        const outcome = await node.parts.forward(node, user, owner, rows[index]!);
        notOwner = outcome.kind === "ok" && outcome.value.type === "not-owner";
        if (!notOwner) index += 1;
        if (!notOwner && index < rows.length) node.ports.trace.point("send:deliver/deliver");
      }
    }
    if (notOwner) {
      refusals += 1;
      if (node.parts.lookAgain(node, refusals)) continue;
    }
    if (answer.final) return;
    // An answer that is not final may have missed the owner: from the start, the owner drops repeats.
    index = 0;
    refusals = 0;
    await node.ports.clock.sleep(node.config.retryMs);
  }
}

export async function forward(
  node: NodeContext,
  user: UserId,
  owner: { readonly node: NodeId; readonly epoch: Epoch },
  message: MessageRow,
): Promise<Outcome<LinkReply>> {
  if (owner.node === node.config.id)
    return ok(node.parts.deliver(node, user, owner.epoch, message));
  node.ports.trace.event("forwarded", user, message.chat, message.device, message.n);
  return node.ports.link.request(owner.node, {
    type: "deliver",
    user,
    epoch: owner.epoch,
    message,
  });
}

/** One fresh look-up; after that the audit entry covers it. */
export function lookAgain(_node: NodeContext, refusals: number): boolean {
  return refusals <= 1;
}
