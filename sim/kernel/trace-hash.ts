// The rolling fingerprint of a run: two 32-bit mixes over integers, cheap enough to be always on. It finds
// divergence, not forgery: it is no cryptographic hash.

export class TraceHash {
  lo = 0x2545f491 | 0;
  hi = 0x6c078965 | 0;

  mix(value: number): void {
    let a = Math.imul(this.lo ^ value, 0xcc9e2d51 | 0);
    a = (a << 15) | (a >>> 17);
    let b = Math.imul(this.hi ^ value, 0x85ebca6b | 0);
    b = (b << 13) | (b >>> 19);
    this.lo = (Math.imul(a, 5) + 0x38495ab5 + b) | 0;
    this.hi = (Math.imul(b, 9) + 0x561ccd1b) ^ a;
  }

  hex(): string {
    return hex32(this.hi) + hex32(this.lo);
  }
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
