/**
 * What a page of the product may load, and from where. `files` is the origin of a bucket that browsers bring files to and
 * fetch them from. The softphone's signalling goes to Twilio or, by TWILIO_SIGNAL_URL, to another carrier: hence any
 * socket. Next writes its bootstrap inline, hence 'unsafe-inline' for scripts; nothing foreign can be loaded, framed or
 * posted to.
 */
export function contentSecurityPolicy({ files, development }: { files?: string; development: boolean }): string {
  const bucket = files === undefined ? "" : ` ${files}`;
  return [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${bucket}`,
    `media-src 'self' blob: https://*.twilio.com${bucket}`,
    `connect-src 'self' ws: wss: https://*.twilio.com${bucket}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
