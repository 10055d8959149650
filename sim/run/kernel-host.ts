// What the pure kernel needs from Node: a macrotask whose boundary drains all microtasks, and word of
// rejections that nobody handled.

import type { KernelOptions } from "../kernel/kernel.ts";

/** Taken when the module loads, so that guards installed later do not reach it. */
const immediate = setImmediate;

export function hostKernelOptions(): Pick<KernelOptions, "macrotask" | "watchFailures"> {
  return { macrotask: (callback) => void immediate(callback), watchFailures };
}

function watchFailures(report: (error: unknown) => void): () => void {
  const listen = (reason: unknown): void =>
    report(reason ?? new Error("a promise was rejected without a reason"));
  process.on("unhandledRejection", listen);
  return () => process.off("unhandledRejection", listen);
}
