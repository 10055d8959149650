// The process of the proxies may die: the run is told, and nothing is thrown where nobody catches it.
import { describe, expect, it } from "vitest";
import { ProxyControl } from "../../../sim/world/live/proxies/proxy-control.ts";

const TARGET = { host: "127.0.0.1", port: 1 };

describe("the proxies' process", () => {
  it("that is killed is a failure of the run, for whoever asks it too", async () => {
    const proxies = new ProxyControl();
    await proxies.open({ name: "a", target: TARGET, speech: "plain", calls: false });
    expect(proxies.failure).toBeUndefined();
    const asked = proxies.open({ name: "b", target: TARGET, speech: "plain", calls: false });
    process.kill(proxies.pid!, "SIGKILL");
    await asked.catch((error: unknown) => error);
    while (proxies.failure === undefined) await new Promise((settle) => setTimeout(settle, 10));
    expect(proxies.failure.message).toBe("the process of the proxies ended with a signal");
    await expect(proxies.counts()).rejects.toThrow("the proxies have ended");
  });

  it("that the run ends is none", async () => {
    const proxies = new ProxyControl();
    await proxies.open({ name: "a", target: TARGET, speech: "plain", calls: false });
    const { pid } = proxies;
    proxies.close();
    const isThere = (): boolean => {
      try {
        return process.kill(pid!, 0);
      } catch {
        return false;
      }
    };
    while (isThere()) await new Promise((settle) => setTimeout(settle, 10));
    expect(proxies.failure).toBeUndefined();
  });
});
