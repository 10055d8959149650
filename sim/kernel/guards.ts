// While a simulation runs, the machine's clock, timers and randomness fail with a reason instead of leaking
// into the world. The host must take what it needs of them for itself before it installs these.

/** Marks a guarded object: how many installs are in force, and how to undo them. */
const INSTALLED = Symbol.for("chatquake.guards");

interface Installed {
  count: number;
  readonly undo: (() => void)[];
}

type Guardable = Record<PropertyKey, unknown>;

const CLOCK = "the simulated world may not read the machine's clock: use the Clock port";
const TIMER = "the simulated world may not use the machine's timers: use the Clock port";
const CHANCE = "the simulated world may not use the machine's randomness: use the Random port";

const FORBIDDEN: readonly (readonly [owner: string, name: string, reason: string])[] = [
  ["", "setTimeout", TIMER],
  ["", "setInterval", TIMER],
  ["Math", "random", CHANCE],
  ["performance", "now", CLOCK],
  ["process", "hrtime", CLOCK],
  ["process", "uptime", CLOCK],
  ["crypto", "randomUUID", CHANCE],
  ["crypto", "getRandomValues", CHANCE],
];

/** Guards a global object; the returned function restores it. Installs nest: the last to be restored, in
 * whatever order, brings the originals back. */
export function installGuards(target: object): () => void {
  const global = target as Guardable;
  const installed = (global[INSTALLED] as Installed | undefined) ?? guard(global);
  installed.count += 1;
  let restored = false;
  return () => {
    if (restored) return;
    restored = true;
    installed.count -= 1;
    if (installed.count > 0) return;
    for (const undo of installed.undo) undo();
    delete global[INSTALLED];
  };
}

function guard(global: Guardable): Installed {
  const undo: (() => void)[] = [];
  for (const [ownerName, name, reason] of FORBIDDEN) {
    const owner = ownerName === "" ? global : (global[ownerName] as Guardable | undefined);
    if (owner !== undefined && name in owner) undo.push(replace(owner, name, thrower(reason)));
  }
  if ("Date" in global) undo.push(replace(global, "Date", forbiddenDate(global["Date"] as object)));
  const installed: Installed = { count: 0, undo };
  Object.defineProperty(global, INSTALLED, { value: installed, configurable: true });
  return installed;
}

/** Throws however it is reached: process.hrtime also has a `bigint`. */
function thrower(reason: string): () => never {
  const fail = (): never => {
    throw new Error(reason);
  };
  return Object.assign(fail, { bigint: fail });
}

/** Date without its clock: called, constructed or asked for now it fails; `instanceof` still works. */
function forbiddenDate(original: object): object {
  const fail = thrower(CLOCK);
  return new Proxy(original, {
    apply: fail,
    construct: fail,
    get: (date, name): unknown => (name === "now" ? fail : (Reflect.get(date, name) as unknown)),
  });
}

/** Some of these live on a prototype: then an own property hides them and deleting it brings them back. */
function replace(owner: Guardable, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (own === undefined) delete owner[name];
    else Object.defineProperty(owner, name, own);
  };
}
