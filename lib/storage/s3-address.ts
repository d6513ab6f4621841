export interface S3Place {
  bucket: string;
  region: string;
  /** Of a server other than Amazon's own; its buckets are told apart by path. */
  endpoint?: string | undefined;
}

/** The origin at which browsers reach a bucket's objects: the Content-Security-Policy must name it. */
export function s3Origin({ bucket, region, endpoint }: S3Place): string {
  return endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : new URL(endpoint).origin;
}
