// A server's own door over TLS, for servers that tests start without: ends TLS and hands the bytes on. Its
// certificate is made up here with the keytool of the Java that Cassandra needs anyway, and signs itself.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";

const PASSPHRASE = "not a secret";

export interface Certificate {
  readonly pfx: Buffer;
  /** The certificate alone, as PEM. */
  readonly ca: string;
}

export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "chatquake-tls-"));
  const store = ["-keystore", join(folder, "store.p12"), "-storetype", "PKCS12"];
  const keytool = (...args: readonly string[]): string =>
    execFileSync("keytool", [...args, ...store, "-storepass", PASSPHRASE, "-alias", "server"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  try {
    const names = ["-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1"];
    keytool("-genkeypair", "-keyalg", "EC", "-validity", "1", ...names);
    const ca = keytool("-exportcert", "-rfc");
    return { pfx: readFileSync(join(folder, "store.p12")), ca };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export class TlsProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections over TLS so far. */
  connections = 0;

  private constructor(server: Server, target: { readonly host: string; readonly port: number }) {
    this.#server = server;
    server.on("secureConnection", (near) => {
      this.connections += 1;
      const far = connect(target.port, target.host);
      near.pipe(far);
      far.pipe(near);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.once("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
    // Whoever does not trust the certificate, or speaks no TLS.
    server.on("tlsClientError", () => undefined);
  }

  static async start(
    { pfx }: Certificate,
    target: { readonly host: string; readonly port: number },
  ): Promise<TlsProxy> {
    const server = createServer({ pfx, passphrase: PASSPHRASE }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TlsProxy(server, target);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
