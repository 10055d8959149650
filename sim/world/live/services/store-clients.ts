// Clients of the harness's own for S3 and Cassandra: for what it makes, empties and reads there itself, never for
// the messenger. Whoever asks for one closes it.
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { Client, type ClientOptions } from "cassandra-driver";
import type { ServiceEndpoints } from "./endpoints.ts";

export function s3Client(
  { url, accessKey, secretKey }: ServiceEndpoints["s3"],
  more: S3ClientConfig = {},
): S3Client {
  // The client is pinned to a version that runs on this Node; its word on later ones is no news here.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  return new S3Client({
    endpoint: url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    ...more,
  });
}

export function cassandraClient(
  { contactPoints, dataCenter }: ServiceEndpoints["cassandra"],
  readTimeoutMs: number,
  more: ClientOptions = {},
): Client {
  return new Client({
    contactPoints: [...contactPoints],
    localDataCenter: dataCenter,
    // The driver looks for the other nodes at this port, whatever they say: a stranger's may listen at its own.
    protocolOptions: { port: Number(contactPoints[0]?.split(":")[1]) },
    socketOptions: { readTimeout: readTimeoutMs },
    ...more,
  });
}
