import type { NextConfig } from "next";
import { contentSecurityPolicy } from "./lib/http/content-security-policy";
import { s3Origin } from "./lib/storage/s3-address";

// Browsers bring files to the bucket themselves, and fetch them there; a build is for one bucket, or for none.
const { S3_BUCKET: bucket, S3_REGION: region = "us-east-1", S3_ENDPOINT: endpoint } = process.env;
const policy = contentSecurityPolicy({
  development: process.env.NODE_ENV === "development",
  ...(bucket ? { files: s3Origin({ bucket, region, endpoint: endpoint || undefined }) } : {}),
});

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  images: { unoptimized: true },
  // Types and lint are checks of their own (npm test); building twice over them would only be slower.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "pino",
    "pino-pretty",
    "@node-rs/argon2",
    "pg",
    "pg-boss",
    "pg-copy-streams",
    "pdfkit",
    "fontkit",
    "subset-font",
    "hucre",
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
    "@aws-sdk/s3-request-presigner",
    "file-type",
    "yauzl",
    "image-size",
    "twilio",
  ],
  async headers() {
    return [
      {
        source: "/:path*",
        headers: [
          { key: "Content-Security-Policy", value: policy },
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
          { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(self)" },
        ],
      },
    ];
  },
};

export default config;
