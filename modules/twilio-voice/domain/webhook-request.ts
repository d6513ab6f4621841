/** A webhook as its handler sees it: signed, read once, bounded. */
export interface WebhookRequest {
  /** The form's fields; of a repeated one the last. */
  params: Readonly<Record<string, string | undefined>>;
  query: URLSearchParams;
  /** The address as the carrier knows it. */
  url: string;
  requestId: string;
}
