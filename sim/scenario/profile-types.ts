// A profile: how fast links, stores and processors are. Times are microseconds, sizes bytes. Plausible
// defaults come with the project (scenarios/profiles/); each number names its source there.
import type { Distribution } from "../kernel/distribution.ts";
import type { LinkProfile } from "../net/link.ts";
import type { StoreProfile } from "../stores/store-profile.ts";

export interface CpuProfile {
  /** Cores of the host that a node runs on. */
  readonly cores: number;
  /** Parsing, checking and handling a client's frame; answering included. */
  readonly frameUs: number;
  readonly pingUs: number;
  /** Continuing after a store's reply. */
  readonly storeReplyUs: number;
  readonly timerUs: number;
  /** A message from a peer node. */
  readonly linkUs: number;
  /** Accepting a connection, TLS included. */
  readonly acceptUs: number;
  /** Per MiB of an upload or download passing through. */
  readonly blobUsPerMiB: number;
  /** Pauses of the garbage collector: work between them, and their length. */
  readonly gcWorkUs: Distribution;
  readonly gcPauseUs: Distribution;
}

export interface Profile {
  readonly name: string;
  readonly links: {
    readonly userNode: LinkProfile;
    readonly nodeNode: LinkProfile;
    readonly nodeRedis: LinkProfile;
    readonly nodeCassandra: LinkProfile;
    readonly nodeS3: LinkProfile;
  };
  /** One user's own line. */
  readonly userBytesPerSecond: number;
  /** What the sockets of one connection take before anything counts as buffered. */
  readonly socketBufferBytes: number;
  readonly cpu: CpuProfile;
  readonly stores: StoreProfile;
  /** From start of the process to its first lease call. */
  readonly nodeStartUs: number;
}
