// How SeaweedFS is started: `weed mini` is master, volume server, filer and S3 in one process.
import type { ServiceEndpoints } from "./endpoints.ts";
import type { Launch } from "./service-process.ts";

export const SEAWEEDFS_PORTS = [
  "s3",
  "s3Grpc",
  "master",
  "masterGrpc",
  "volume",
  "volumeGrpc",
  "filer",
  "filerGrpc",
] as const;
export type SeaweedfsPorts = Readonly<Record<(typeof SEAWEEDFS_PORTS)[number], number>>;

export function seaweedfsLaunch(
  weed: string,
  host: string,
  ports: SeaweedfsPorts,
  { bucket, accessKey, secretKey }: ServiceEndpoints["s3"],
): Launch {
  return {
    command: weed,
    args: [
      "mini",
      "-dir=data",
      `-ip=${host}`,
      `-ip.bind=${host}`,
      `-s3.port=${ports.s3}`,
      `-s3.port.grpc=${ports.s3Grpc}`,
      `-master.port=${ports.master}`,
      `-master.port.grpc=${ports.masterGrpc}`,
      `-volume.port=${ports.volume}`,
      `-volume.port.grpc=${ports.volumeGrpc}`,
      `-filer.port=${ports.filer}`,
      `-filer.port.grpc=${ports.filerGrpc}`,
      `-bucket=${bucket}`,
      "-admin.ui=false",
      "-webdav=false",
      "-s3.port.iceberg=0",
      "-s3.port.lance=0",
      "-master.telemetry=false",
    ],
    // With no keys set, S3 would let anybody in.
    env: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
  };
}
