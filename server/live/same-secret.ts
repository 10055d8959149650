// Whether a text is the secret that is expected, told in a time that says nothing of where they differ.
import { timingSafeEqual } from "node:crypto";

export function isSameSecret(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
