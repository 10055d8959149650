// What the devices of a story run on: the world's own transport and uploads, with every frame written down and
// the balancer's choice steered to the node that the story names.
import type { DevicePorts, TransportHandler, UploadAnswer } from "../../sim/device/ports.ts";
import type { SimulatedWorld } from "../../sim/world/simulated.ts";
import type { SeenFrame } from "./story-record.ts";

export interface DeviceWatch {
  /** The node that the story wants this user to reach. */
  wish(user: number): string | undefined;
  frame(user: number, seen: SeenFrame): void;
  /** A download has ended. */
  answer(user: number, answer: UploadAnswer): void;
}

export function watchedDevicePorts(world: SimulatedWorld, watch: DeviceWatch): DevicePorts {
  const { kernel, ports } = world;
  const bearer = (token: string): number => world.tokens.checkNow(token, 0)?.user ?? 0;
  const steered = <T>(user: number, ask: () => T): T => steer(world, watch.wish(user), ask);
  return {
    ...ports,
    transport: {
      connect: (user, device, handler) => {
        const heard: TransportHandler = {
          opened: (via) => handler.opened(via),
          frame: (via, frame) => {
            watch.frame(user, { t: kernel.now, way: "down", frame });
            handler.frame(via, frame);
          },
          closed: (via, code, byDevice) => handler.closed(via, code, byDevice),
        };
        const via = steered(user, () => ports.transport.connect(user, device, heard));
        const send = via.send.bind(via);
        via.send = (frame) => {
          watch.frame(user, { t: kernel.now, way: "up", frame });
          send(frame);
        };
        return via;
      },
    },
    uploads: {
      put: (token, blob, chat, sealed, done) =>
        steered(bearer(token), () => ports.uploads.put(token, blob, chat, sealed, done)),
      get: (token, blob, done, key) => {
        const user = bearer(token);
        steered(user, () =>
          ports.uploads.get(
            token,
            blob,
            (answer) => {
              watch.answer(user, answer);
              done(answer);
            },
            key,
          ),
        );
      },
    },
  };
}

/** The balancer is asked while it sees but one node, if that one listens. */
function steer<T>(world: SimulatedWorld, node: string | undefined, ask: () => T): T {
  const { hosts } = world;
  const wished = hosts.find((host) => host.site === node);
  if (wished === undefined || !wished.listening) return ask();
  const seen = hosts.map((host) => host.listening);
  for (const host of hosts) host.listening = host === wished;
  const answer = ask();
  hosts.forEach((host, index) => (host.listening = seen[index]!));
  return answer;
}
