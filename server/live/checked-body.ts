// A body on its way into a store, checked as it passes: its last chunk is held back until length and SHA-256
// are known to be right.
import { createHash } from "node:crypto";
import { Transform, type Readable, type TransformCallback } from "node:stream";

/** The body is not what was declared. */
export class WrongBody extends Error {}

/** The sender went away, or its stream failed. */
class LostBody extends Error {}

export class CheckedBody extends Transform {
  /** Why it will never be complete. */
  failure: Error | undefined;
  /** The last bytes were let go: from here on the store may hold the whole body. */
  released = false;

  readonly #source: Readable;
  readonly #declaredBytes: number;
  readonly #declaredSha256: string;
  readonly #hash = createHash("sha256");
  readonly #lost: () => void;
  #bytes = 0;
  #held: Buffer | undefined;

  constructor(source: Readable, bytes: number, sha256: string) {
    super();
    this.#source = source;
    this.#declaredBytes = bytes;
    this.#declaredSha256 = sha256;
    this.#lost = () => {
      if (!source.readableEnded) this.#fail(new LostBody("the sender's stream ended early"));
    };
    source.once("error", this.#lost);
    source.once("close", this.#lost);
    // A sender that left before this was made tells no more of it.
    if (source.destroyed) this.#lost();
    else source.pipe(this);
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#declaredBytes) {
      this.#fail(new WrongBody(`more than ${this.#declaredBytes} bytes`));
      done();
      return;
    }
    this.#hash.update(chunk);
    const held = this.#held;
    this.#held = chunk;
    if (held === undefined) done();
    else done(null, held);
  }

  override _flush(done: TransformCallback): void {
    if (
      this.#bytes !== this.#declaredBytes ||
      this.#hash.digest("hex") !== this.#declaredSha256.toLowerCase()
    ) {
      this.#fail(new WrongBody("not the declared bytes"));
      return;
    }
    this.released = true;
    if (this.#held === undefined) done();
    else done(null, this.#held);
  }

  /** Lets what is left of the source run out, so that whoever sends it can be answered. */
  abandon(): void {
    this.#source.off("error", this.#lost);
    this.#source.off("close", this.#lost);
    this.#source.on("error", ignore);
    this.#source.unpipe(this);
    this.#source.resume();
    this.on("error", ignore);
    this.destroy();
  }

  #fail(failure: Error): void {
    this.failure ??= failure;
    this.destroy(failure);
  }
}

/** Nobody waits for this stream any more; its failure has been answered. */
function ignore(): void {}
