// What keeps a live run from starting: exit code 115, said in one sentence with what to do about it.

export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}
