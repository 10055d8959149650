// The secrets of one live run: drawn anew, kept in a folder of their own outside the run directory, gone with the
// run. The harness plays the identity provider, so it holds the key of the tokens; it also holds the master keys,
// because the scan at the end opens what is stored.
import { randomBytes } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEY_BYTES = 32;

export class Secrets {
  readonly tokenKey = randomBytes(KEY_BYTES).toString("hex");
  readonly linkKey = randomBytes(KEY_BYTES).toString("hex");
  readonly testToken = randomBytes(KEY_BYTES).toString("hex");
  readonly masterKeyFile: string;
  readonly #folder: string;
  readonly #masterKeys: Record<string, string> = {};
  #current = "";
  /** The one key of the file that stands in the place of the right one; undefined where the right one does. */
  #stray: string | undefined = undefined;
  /** What nodes may have wrapped under such a key in the meantime must open again. */
  readonly #strays: Record<string, string> = {};

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "chatquake-run-"));
    this.masterKeyFile = join(this.#folder, "master-keys.json");
    this.rotate();
  }

  get currentMasterKey(): string {
    return this.#current;
  }

  masterKey(id: string): Buffer | undefined {
    const key = this.#masterKeys[id] ?? this.#strays[id];
    return key === undefined ? undefined : Buffer.from(key, "base64");
  }

  /** A new master key becomes the current one; the old ones stay. Nodes read the file again when told. */
  rotate(): void {
    this.#current = `kek-${Object.keys(this.#masterKeys).length + 1}`;
    this.#masterKeys[this.#current] = randomBytes(KEY_BYTES).toString("base64");
    this.#write();
  }

  /** Another file stands in the place of the right one, as after a wrong roll-out. */
  takeAway(): void {
    this.#stray = `stray-${Object.keys(this.#strays).length + 1}`;
    this.#strays[this.#stray] = randomBytes(KEY_BYTES).toString("base64");
    this.#write();
  }

  bringBack(): void {
    this.#stray = undefined;
    this.#write();
  }

  #write(): void {
    const stray = this.#stray;
    const file =
      stray === undefined
        ? // Oldest first: what is under a stray key is wrapped anew.
          { current: this.#current, keys: { ...this.#strays, ...this.#masterKeys } }
        : { current: stray, keys: { [stray]: this.#strays[stray] } };
    const text = JSON.stringify(file);
    // Whoever reads sees the old file or the new one, never half of it.
    writeFileSync(`${this.masterKeyFile}.new`, text, { mode: 0o600 });
    renameSync(`${this.masterKeyFile}.new`, this.masterKeyFile);
  }

  /** What must stand nowhere: the run's keys, without those of friendships. */
  secrets(): readonly Buffer[] {
    const keys = [...Object.values(this.#masterKeys), ...Object.values(this.#strays)];
    const masters = keys.map((key) => Buffer.from(key, "base64"));
    const others = [this.tokenKey, this.linkKey, this.testToken];
    return [...others.map((key) => Buffer.from(key, "hex")), ...masters];
  }

  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
