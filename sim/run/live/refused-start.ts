// What kept a live run from starting, as an exit code and the words for it; whatever else was thrown is a defect.
import type { Problem } from "../../scenario/problem.ts";
import { EnvironmentError } from "../../world/live/environment-error.ts";
import { ServiceCannot, ServicesNotReady } from "../../world/live/services/not-ready.ts";
import { EXIT } from "../exit-codes.ts";
import { LiveRefused } from "./live-request.ts";

export interface RefusedStart {
  readonly exitCode: number;
  /** With their places in the scenario; none where the message says it all. */
  readonly problems: readonly Problem[];
  readonly message: string;
}

export function refusedStart(error: unknown): RefusedStart | undefined {
  if (error instanceof LiveRefused)
    return { exitCode: EXIT.badInput, problems: error.problems, message: "" };
  if (error instanceof ServiceCannot)
    return { exitCode: EXIT.badInput, problems: [], message: error.message };
  if (error instanceof EnvironmentError || error instanceof ServicesNotReady)
    return { exitCode: EXIT.environment, problems: [], message: error.message };
  return undefined;
}
