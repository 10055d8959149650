// Stores that are spoken to over TLS, and that want a password: what reaches them, what is refused, and that no
// secret shows in what is said of a failure.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openCassandra } from "../../server/live/cassandra-client.ts";
import { cassandraMessages } from "../../server/live/cassandra-messages.ts";
import { migrate } from "../../server/live/cassandra-schema.ts";
import { streamOf } from "../../server/live/opaque.ts";
import { openRedisPresence } from "../../server/live/redis-presence.ts";
import { openS3Blobs } from "../../server/live/s3-blobs.ts";
import { freshName, type LiveServices, sharedServices } from "../support/live-services.ts";
import { RedisServer } from "../support/redis-server.ts";
import { type Certificate, makeCertificate, TlsProxy } from "../support/tls-proxy.ts";

const PASSWORD = "hunter2-of-the-stores";
const LEASE = { node: "node-1", incarnation: 1, state: "up", address: "a:1" } as const;

let services: LiveServices;
let certificate: Certificate;
let stranger: Certificate;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  services = await sharedServices();
  certificate = makeCertificate();
  stranger = makeCertificate();
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function addressOf(point: string): { readonly host: string; readonly port: number } {
  const [host, port] = point.split(":") as [string, string];
  return { host, port: Number(port) };
}

async function tlsBefore(point: string): Promise<TlsProxy> {
  const proxy = await TlsProxy.start(certificate, addressOf(point));
  closers.push(() => proxy.close());
  return proxy;
}

describe("Redis over TLS with a password", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start("--requirepass", PASSWORD);
  });
  afterAll(() => redis.stop());

  async function opened(given: {
    readonly password?: string;
    readonly tlsCa?: string | undefined;
  }) {
    const proxy = await tlsBefore(`127.0.0.1:${redis.port}`);
    const said: string[] = [];
    const presence = openRedisPresence({
      url: `rediss://:${given.password ?? PASSWORD}@localhost:${proxy.port}`,
      tlsCa: "tlsCa" in given ? given.tlsCa : certificate.ca,
      prefix: `${freshName("tls")}:`,
      callDeadlineMs: 1_000,
      onConnection: (up, why) => said.push(`${up} ${why}`),
    });
    closers.push(() => presence.close());
    return { presence, said, proxy };
  }

  it("is used as any other", async () => {
    const { presence, proxy } = await opened({});
    expect(await presence.connected(5_000)).toBe(true);
    expect(proxy.connections).toBeGreaterThan(0);
    expect((await presence.port.renewLease(LEASE)).kind).toBe("ok");
    expect((await presence.port.lookup(7)).kind).toBe("ok");
  });

  it("with another password never counts as connected, every call is refused, and no password is said", async () => {
    const { presence, said } = await opened({ password: "another-password" });
    expect(await presence.connected(1_500)).toBe(false);
    expect((await presence.port.lookup(7)).kind).toBe("refused");
    expect(said.join()).not.toMatch(/another-password|hunter2/);
  });

  it("is not spoken to where nobody trusted has signed its certificate", async () => {
    for (const tlsCa of [stranger.ca, undefined]) {
      const { presence, said, proxy } = await opened({ tlsCa });
      expect(await presence.connected(1_500)).toBe(false);
      expect((await presence.port.lookup(7)).kind).toBe("refused");
      expect(said.join()).toMatch(/certificate/i);
      expect(proxy.connections).toBe(0);
    }
  });
});

describe("Cassandra over TLS", () => {
  async function options(tls: boolean, tlsCa: string | undefined) {
    const { contactPoints, dataCenter } = services.endpoints.cassandra;
    const [point] = contactPoints;
    const proxy = await tlsBefore(point!);
    return {
      proxy,
      contactPoints: [point!],
      dataCenter,
      keyspace: freshName("tls"),
      replication: 1,
      translate: new Map([[point!, `127.0.0.1:${proxy.port}`]]),
      tls,
      tlsCa,
      callDeadlineMs: 10_000,
    };
  }

  it("is used as any other", async () => {
    const { proxy, ...given } = await options(true, certificate.ca);
    const { client, close } = await openCassandra(given);
    closers.push(async () => {
      await client.driver.execute(`DROP KEYSPACE ${given.keyspace}`, [], { readTimeout: 60_000 });
      await close();
    });
    await migrate(client);
    expect(proxy.connections).toBeGreaterThan(0);
    const store = cassandraMessages(client);
    expect((await store.registerLog({ chat: 1, user: 2, device: 3 })).kind).toBe("ok");
    expect(await store.logs(1)).toEqual({ kind: "ok", value: [{ chat: 1, user: 2, device: 3 }] });
  });

  it("is not spoken to without TLS, nor where nobody trusted has signed its certificate", async () => {
    for (const [tls, ca] of [
      [false, undefined],
      [true, stranger.ca],
      [true, undefined],
    ] as const) {
      const { proxy, ...given } = await options(tls, ca);
      await expect(openCassandra(given)).rejects.toThrow();
      expect(proxy.connections).toBe(0);
    }
  });
});

describe("Cassandra with a password", () => {
  it("is told user and password where it asks for them; a refusal repeats neither", async () => {
    const asked: string[] = [];
    const server = createServer((socket) => answerCql(socket, asked)).listen(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const opening = openCassandra({
      contactPoints: [`127.0.0.1:${port}`],
      dataCenter: "datacenter1",
      keyspace: "chatquake",
      replication: 1,
      translate: new Map(),
      login: { user: "messenger", password: PASSWORD },
      callDeadlineMs: 2_000,
    });
    const error = await opening.then(
      () => "opened",
      (failed: Error) => `${failed.message} ${JSON.stringify(failed)}`,
    );
    expect(asked[0]).toBe(`\0messenger\0${PASSWORD}`);
    expect(error).toMatch(/authenticat/i);
    expect(error).not.toContain(PASSWORD);
  });
});

describe("S3 over https", () => {
  async function opened(tlsCa: string | undefined) {
    const { url, bucket: _shared, ...keys } = services.endpoints.s3;
    const proxy = await tlsBefore(new URL(url).host);
    const opening = openS3Blobs({
      ...keys,
      url: `https://localhost:${proxy.port}`,
      bucket: freshName("tls").replaceAll("_", "-"),
      tlsCa,
      callDeadlineMs: 10_000,
    });
    return { proxy, opening };
  }

  it("is used as any other", async () => {
    const { proxy, opening } = await opened(certificate.ca);
    const { port, close } = await opening;
    closers.push(close);
    const bytes = randomBytes(100_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const body = { bytes: bytes.length, stream: Readable.from([bytes]) };
    const blob = randomBytes(16).toString("hex");
    expect(await port.put(blob, body, sha256)).toMatchObject({
      kind: "ok",
      value: { created: true },
    });
    const found = await port.get(blob);
    if (found.kind !== "ok" || found.value === undefined) throw new Error("not there");
    expect((await buffer(streamOf(found.value.body))).equals(bytes)).toBe(true);
    expect(proxy.connections).toBeGreaterThan(0);
  });

  it("is not spoken to where nobody trusted has signed its certificate", async () => {
    for (const ca of [stranger.ca, undefined]) {
      const { proxy, opening } = await opened(ca);
      await expect(opening).rejects.toThrow(/certificate/i);
      expect(proxy.connections).toBe(0);
    }
  });
});

const HEADER_BYTES = 9;
const OPCODE = { error: 0x00, authenticate: 0x03, authResponse: 0x0f };
const BAD_CREDENTIALS = 0x0100;

/** As much of Cassandra's protocol as a log-in that fails. */
function answerCql(socket: Socket, asked: string[]): void {
  let rest = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readInt32BE(5);
      if (rest.length < HEADER_BYTES + length) return;
      const body = rest.subarray(HEADER_BYTES, HEADER_BYTES + length);
      const stream = rest.readInt16BE(2);
      const version = rest[0]!;
      if (rest[4] === OPCODE.authResponse) {
        asked.push(body.subarray(4).toString());
        const code = Buffer.alloc(4);
        code.writeInt32BE(BAD_CREDENTIALS);
        socket.write(cqlFrame(version, stream, OPCODE.error, [code, cqlString("wrong")]));
      } else {
        const name = cqlString("org.apache.cassandra.auth.PasswordAuthenticator");
        socket.write(cqlFrame(version, stream, OPCODE.authenticate, [name]));
      }
      rest = rest.subarray(HEADER_BYTES + length);
    }
  });
}

function cqlString(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
}

function cqlFrame(version: number, stream: number, opcode: number, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.from([version | 0x80, 0, 0, 0, opcode, 0, 0, 0, 0]);
  header.writeInt16BE(stream, 2);
  header.writeInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}
