// The virtual users of a live run: starts the workers, merges what they tell, passes on what is asked of them.
import type { LiveUsers, LiveUsersOptions } from "./contract.ts";

export async function startLiveUsers(options: LiveUsersOptions): Promise<LiveUsers> {
  throw new Error(`no workers yet for ${options.scenario.name}`);
}
