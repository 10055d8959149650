// The process of the proxies: they have an event loop of their own, so that neither the generator nor the judge
// delays a byte. It obeys commands from the run and ends with it.
import type { Server } from "node:net";
import { ByteProxy } from "./byte-proxy.ts";
import { CallRules } from "./call-rules.ts";
import { cassandraCalls } from "./cassandra-calls.ts";
import { httpCalls } from "./http-calls.ts";
import type { Answered, Asked, Command, ProxyCount, ProxySpec } from "./messages.ts";
import { redisCalls } from "./redis-calls.ts";

interface Proxy {
  readonly bytes: ByteProxy;
  readonly calls: CallRules;
}

const proxies = new Map<string, Proxy>();

// Ctrl-C reaches the whole group; the run says when its proxies end.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", ({ call, command }: Asked) => {
  const answer = (answered: Answered): void => void process.send?.(answered);
  void obey(command).then(
    (value) => answer({ call, value }),
    (error: unknown) =>
      answer({ call, error: error instanceof Error ? error.message : String(error) }),
  );
});

async function obey(command: Command): Promise<unknown> {
  switch (command.do) {
    case "open":
      return open(command.spec);
    case "bytes":
      for (const name of command.proxies) named(name).bytes.add(command.id, command.rule);
      return true;
    case "calls":
      for (const name of command.proxies) named(name).calls.add(command.id, command.rule);
      return true;
    case "lift":
      for (const { bytes, calls } of proxies.values()) {
        bytes.lift(command.id);
        calls.lift(command.id);
      }
      return true;
    case "reset":
      for (const name of command.proxies) named(name).bytes.reset();
      return true;
    case "count": {
      const counts: Record<string, ProxyCount> = {};
      for (const [name, { bytes, calls }] of proxies)
        counts[name] = { connections: bytes.connections, open: bytes.open, hits: calls.hits };
      return counts;
    }
  }
}

function named(name: string): Proxy {
  const proxy = proxies.get(name);
  if (proxy === undefined) throw new Error(`there is no proxy ${name}`);
  return proxy;
}

/** Bytes first, then calls where they are read: each proxy does one thing. */
async function open(spec: ProxySpec): Promise<number> {
  const calls = new CallRules();
  const target = spec.calls
    ? { host: "127.0.0.1", port: await listen(callServer(spec, calls)) }
    : spec.target;
  const bytes = new ByteProxy(target);
  const port = await bytes.listen();
  proxies.set(spec.name, { bytes, calls });
  return port;
}

function callServer(spec: ProxySpec, rules: CallRules): Server {
  switch (spec.speech) {
    case "cassandra":
      return cassandraCalls(spec.target, rules);
    case "redis":
      return redisCalls(spec.target, rules);
    case "http":
      return httpCalls(spec.target, rules);
    case "plain":
      throw new Error(`${spec.name} carries no calls`);
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no TCP address");
      resolve(address.port);
    });
  });
}
