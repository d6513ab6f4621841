/** What goes wrong on purpose with the next webhooks that match. */
export interface WebhookFault {
  /** Text in the URL; undefined matches all. */
  path?: string | undefined;
  /** Exact purpose (twiml, call-status, conference, recording, queue-action) or event (ringing, participant-join, ...). */
  event?: string | undefined;
  /** How many further webhooks it hits; the retries of one belong to it. */
  times: number;
  /** Never arrives, nor do its retries; for TwiML requests, as if the server could not be reached. */
  drop?: boolean | undefined;
  /** Further copies that arrive, of the first attempt. */
  duplicate?: number | undefined;
  delayMs?: number | undefined;
  /** Arrives only after the next webhook did, or after 2 s. */
  reorder?: boolean | undefined;
  corruptSignature?: boolean | undefined;
  /** The first attempt arrives, but its answer counts as late (over 15 s) at once; retried where the URL says rp=rt. */
  loseAnswer?: boolean | undefined;
}

/** What goes wrong on purpose with the next REST requests that match. */
export interface RestFault {
  path?: string | undefined;
  method?: string | undefined;
  times: number;
  /** Refused with this status without being processed. */
  status?: 429 | 500 | 502 | 503 | 504 | undefined;
  /** Retry-After of a refusal, in seconds. */
  retryAfter?: number | undefined;
  /** Processed, but the connection is cut before the answer. */
  loseResponse?: boolean | undefined;
  /** Waits this long before it is processed. */
  delayMs?: number | undefined;
}

/** The faults that are still to come, in the order in which they were asked for. */
export class FaultPlan {
  private webhooks: WebhookFault[] = [];
  private rest: RestFault[] = [];

  add(faults: { webhooks?: WebhookFault[]; rest?: RestFault[] }): void {
    this.webhooks.push(...(faults.webhooks ?? []));
    this.rest.push(...(faults.rest ?? []));
  }

  clear(): void {
    this.webhooks = [];
    this.rest = [];
  }

  pending(): { webhooks: WebhookFault[]; rest: RestFault[] } {
    return { webhooks: this.webhooks.map((fault) => ({ ...fault })), rest: this.rest.map((fault) => ({ ...fault })) };
  }

  /** Takes the first fault that fits this webhook, if any; each taking uses one of its times. */
  takeForWebhook(webhook: { url: string; purpose: string; event?: string | undefined }): WebhookFault | undefined {
    const fault = this.webhooks.find(
      (one) =>
        (one.path === undefined || webhook.url.includes(one.path)) &&
        (one.event === undefined || one.event === webhook.event || one.event === webhook.purpose),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    this.webhooks = this.webhooks.filter((one) => one.times > 0);
    return fault;
  }

  takeForRest(request: { method: string; path: string }): RestFault | undefined {
    const fault = this.rest.find(
      (one) =>
        (one.path === undefined || request.path.includes(one.path)) &&
        (one.method === undefined || one.method.toUpperCase() === request.method),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    this.rest = this.rest.filter((one) => one.times > 0);
    return fault;
  }
}
