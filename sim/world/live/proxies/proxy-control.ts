// The run's hand on the process of its proxies: opens them, puts rules on them and lifts them again.
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  Answered,
  Asked,
  ByteRule,
  CallRule,
  Command,
  ProxyCount,
  ProxySpec,
} from "./messages.ts";

export type Lift = () => Promise<void>;

export class ProxyControl {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >();
  #calls = 0;
  #rules = 0;
  #closed = false;
  #failure: Error | undefined = undefined;

  constructor() {
    const isSource = import.meta.url.endsWith(".ts");
    const file = new URL(`./proxy-process.${isSource ? "ts" : "js"}`, import.meta.url);
    this.#child = fork(fileURLToPath(file), [], {
      execArgv: isSource ? ["--import", "tsx"] : [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", (answered: Answered) => this.#answered(answered));
    this.#child.on("error", (error) => this.#ended(error));
    this.#child.on("exit", (code) =>
      this.#ended(new Error(`the process of the proxies ended with ${code ?? "a signal"}`)),
    );
  }

  /** What ended the proxies before their time: no verdict can come of a run without them. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The port, on this machine, that leads through the proxy to its target. */
  async open(spec: ProxySpec): Promise<number> {
    return (await this.#ask({ do: "open", spec })) as number;
  }

  async bytes(proxies: readonly string[], rule: ByteRule): Promise<Lift> {
    const id = ++this.#rules;
    await this.#ask({ do: "bytes", id, proxies, rule });
    return async () => void (await this.#ask({ do: "lift", id }));
  }

  async calls(proxies: readonly string[], rule: CallRule): Promise<Lift> {
    const id = ++this.#rules;
    await this.#ask({ do: "calls", id, proxies, rule });
    return async () => void (await this.#ask({ do: "lift", id }));
  }

  async reset(proxies: readonly string[]): Promise<void> {
    await this.#ask({ do: "reset", proxies });
  }

  async counts(): Promise<Readonly<Record<string, ProxyCount>>> {
    return (await this.#ask({ do: "count" })) as Record<string, ProxyCount>;
  }

  close(): void {
    this.#closed = true;
    if (this.#child.connected) this.#child.disconnect();
  }

  #ask(command: Command): Promise<unknown> {
    const call = ++this.#calls;
    if (!this.#child.connected) return Promise.reject(new Error("the proxies have ended"));
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      const asked: Asked = { call, command };
      this.#child.send(asked);
    });
  }

  #answered(answered: Answered): void {
    const waiting = this.#waiting.get(answered.call);
    this.#waiting.delete(answered.call);
    if ("error" in answered) waiting?.reject(new Error(answered.error));
    else waiting?.resolve(answered.value);
  }

  #ended(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (!this.#closed) this.#failure ??= error;
  }
}
