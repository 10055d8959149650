// Where values of Redis' protocol (RESP 2 and 3) end in a stream of bytes: enough to tell one call and one reply
// from the next without reading them.

const CR = 13;
const STAR = 42; // *
const DOLLAR = 36; // $
const EQUALS = 61; // =
const EXCLAMATION = 33; // !
const TILDE = 126; // ~
const PERCENT = 37; // %
const BAR = 124; // |
export const PUSH = 62; // >

/** End of the value that begins at `start`; -1 where it is not all there yet. */
export function valueEnd(bytes: Buffer, start: number): number {
  const lineEnd = bytes.indexOf(CR, start);
  if (lineEnd < 0 || lineEnd + 2 > bytes.length) return -1;
  const after = lineEnd + 2;
  const type = bytes[start];
  switch (type) {
    case DOLLAR:
    case EQUALS:
    case EXCLAMATION: {
      const length = lengthIn(bytes, start, lineEnd);
      if (length < 0) return after;
      return after + length + 2 <= bytes.length ? after + length + 2 : -1;
    }
    case STAR:
    case TILDE:
    case PUSH:
      return manyEnd(bytes, after, lengthIn(bytes, start, lineEnd));
    case PERCENT:
      return manyEnd(bytes, after, 2 * lengthIn(bytes, start, lineEnd));
    case BAR: {
      // Attributes stand before the value that they are of.
      const end = manyEnd(bytes, after, 2 * lengthIn(bytes, start, lineEnd));
      return end < 0 ? -1 : valueEnd(bytes, end);
    }
    default:
      return after;
  }
}

function manyEnd(bytes: Buffer, start: number, count: number): number {
  let end = start;
  for (let index = 0; index < count; index += 1) {
    if (end >= bytes.length) return -1;
    end = valueEnd(bytes, end);
    if (end < 0) return -1;
  }
  return end;
}

function lengthIn(bytes: Buffer, start: number, lineEnd: number): number {
  return Number(bytes.toString("latin1", start + 1, lineEnd));
}

/** The first word of a call, in capitals: EVALSHA, HGETALL … */
export function verbOf(call: Buffer): string {
  const words = call.toString("latin1", 0, 64).split("\r\n");
  return (words[2] ?? "").toUpperCase();
}

/** Cuts a stream into values; whole ones only are told. */
export function values(tell: (value: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length > 0) {
      const end = valueEnd(rest, 0);
      if (end < 0) return;
      tell(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
