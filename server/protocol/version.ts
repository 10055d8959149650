// The wire's version. A change of the schemas without a new line here fails a test.

/** The WebSocket subprotocol, offered by the client and confirmed by the node. */
export const SUBPROTOCOL = "chatquake.v1.json";

export interface WireVersion {
  readonly version: number;
  /** SHA-256, hex, of the schemas' JSON text. */
  readonly schemaHash: string;
  readonly change: string;
}

/** Newest last. */
export const WIRE_HISTORY: readonly WireVersion[] = [
  {
    version: 1,
    schemaHash: "8741d923f8ce465c2baa8f2018f9a208483f6a2c7e76e7859a17c033cf86bd4e",
    change: "the first one",
  },
];

/** The largest frame on the wire; what could be larger is paged. */
export const FRAME_BYTES_MAX = 64 * 1024;
/** Logs in one page of `have`: a page stays within a frame. */
export const HAVE_LOGS_MAX = 1_000;
