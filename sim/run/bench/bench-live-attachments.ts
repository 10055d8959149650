// How fast pictures go through a node, against the bare S3 client in the same minute: both ways, in turns, so that
// whatever else the machine does falls on both.
import { createHash, randomBytes } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { performance } from "node:perf_hooks";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { s3Client } from "../../world/live/services/store-clients.ts";
import type { Bench } from "./bench-kernel.ts";
import { deploy, type Deployment } from "./bench-live-deployment.ts";

const MB = 1_000_000;
const PICTURE_BYTES = 10 * MB;
const AT_ONCE = 4;
const ROUNDS = 4;
const PICTURES = 12;
const CHAT = 7_000_001;
const USER = 1;

interface Ratios {
  readonly put: number;
  readonly get: number;
}

let measured: Promise<Ratios> | undefined;
const ratios = (): Promise<Ratios> => (measured ??= measure());

/** One way of moving a picture. */
interface Way {
  readonly put: (name: string) => Promise<void>;
  readonly get: (name: string) => Promise<void>;
}

async function measure(): Promise<Ratios> {
  const deployment = await deploy([{ low: USER, high: USER + 1, chat: CHAT }]);
  try {
    const picture = randomBytes(PICTURE_BYTES);
    const node = throughNode(deployment, picture);
    const bare = bareS3(deployment, picture);
    const seconds = { nodePut: 0, nodeGet: 0, barePut: 0, bareGet: 0 };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const names = (): string[] =>
        Array.from({ length: PICTURES }, () => randomBytes(16).toString("hex"));
      const nodeNames = names();
      const bareNames = names();
      const spent = {
        nodePut: await timed(nodeNames, node.put),
        barePut: await timed(bareNames, bare.put),
        nodeGet: await timed(nodeNames, node.get),
        bareGet: await timed(bareNames, bare.get),
      };
      // The first round warms everything up.
      if (round === 0) continue;
      seconds.nodePut += spent.nodePut;
      seconds.barePut += spent.barePut;
      seconds.nodeGet += spent.nodeGet;
      seconds.bareGet += spent.bareGet;
    }
    return { put: seconds.barePut / seconds.nodePut, get: seconds.bareGet / seconds.nodeGet };
  } finally {
    await deployment.close();
  }
}

async function timed(names: readonly string[], move: (name: string) => Promise<void>) {
  const startMs = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < names.length) await move(names[next++]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return (performance.now() - startMs) / 1000;
}

function throughNode({ nodes, identity }: Deployment, picture: Buffer): Way {
  const { host, port } = nodes[0]!.spec;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const token = identity.issueToken(USER, identity.newDeviceId(USER));
  const sha256 = createHash("sha256").update(picture).digest("hex");
  const move = (method: "PUT" | "GET", name: string, body?: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { authorization: `Bearer ${token}` };
      if (body !== undefined) {
        headers["x-chat"] = CHAT;
        headers["x-sha256"] = sha256;
        headers["content-length"] = body.length;
      }
      const asked = httpRequest(
        { host, port, agent, method, path: `/blobs/${name}`, headers },
        (answer) => {
          buffer(answer).then((got) => {
            const status = answer.statusCode ?? 0;
            const whole = method === "PUT" ? status === 201 : got.length === PICTURE_BYTES;
            if (whole) resolve();
            else reject(new Error(`${method} of a picture was answered ${status}`));
          }, reject);
        },
      );
      asked.once("error", reject);
      asked.end(body);
    });
  return {
    put: (name) => move("PUT", name, picture),
    get: (name) => move("GET", name),
  };
}

function bareS3({ endpoints, bucket }: Deployment, picture: Buffer): Way {
  const client = s3Client(endpoints.s3, {
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    put: async (name) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: picture }));
    },
    get: async (name) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      const got = await buffer(Body as Readable);
      if (got.length !== PICTURE_BYTES) throw new Error("a picture came back cut");
    },
  };
}

const METHOD = `MB/s through a node against the bare S3 client, ${ROUNDS} rounds of ${PICTURES} pictures of 10 MB, ${AT_ONCE} at once, in turns`;

export const liveAttachmentBenches: readonly Bench[] = [
  {
    name: "attachment_put_ratio",
    unit: "ratio",
    method: METHOD,
    run: async () => (await ratios()).put,
  },
  {
    name: "attachment_get_ratio",
    unit: "ratio",
    method: METHOD,
    run: async () => (await ratios()).get,
  },
];
