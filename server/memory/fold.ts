/** Mixes a number of up to 53 bits into 32: a checksum, no protection. */
export function fold(into: number, value: number): number {
  let mixed = Math.imul(into ^ (value | 0), 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed ^ Math.floor(value / 4294967296), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}
