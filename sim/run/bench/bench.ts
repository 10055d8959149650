// All benchmarks of the project, by name; each gives one figure.
import { benches as kernelBenches, type Bench } from "./bench-kernel.ts";
import { exploreBenches } from "./bench-explore.ts";
import { liveAttachmentBenches } from "./bench-live-attachments.ts";
import { liveServerBenches } from "./bench-live-server.ts";
import { liveGeneratorBenches } from "./bench-live-generator.ts";
import { messengerBenches } from "./bench-messenger.ts";

export type { Bench } from "./bench-kernel.ts";

export const BENCHES: readonly Bench[] = [
  ...kernelBenches,
  ...messengerBenches,
  ...exploreBenches,
  ...liveGeneratorBenches,
  ...liveServerBenches,
  ...liveAttachmentBenches,
];

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly method: string;
}

/** Runs one benchmark, or all, in order; each figure is told as soon as it is there. */
export async function runBench(
  name: string | undefined,
  onFigure: (figure: Figure) => void,
): Promise<void> {
  for (const bench of BENCHES) {
    if (name !== undefined && bench.name !== name) continue;
    const measured = await bench.run();
    const value = measured >= 100 ? Math.round(measured) : Math.round(measured * 1000) / 1000;
    onFigure({ name: bench.name, value, unit: bench.unit, method: bench.method });
  }
}
