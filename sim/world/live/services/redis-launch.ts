// How redis-server is started: nothing is kept on disk, so a killed Redis comes back empty. Presence must heal.
import type { Launch } from "./service-process.ts";

export function redisLaunch(redisServer: string, host: string, port: number): Launch {
  const settings = { port: String(port), bind: host, save: "", appendonly: "no", daemonize: "no" };
  return {
    command: redisServer,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  };
}
