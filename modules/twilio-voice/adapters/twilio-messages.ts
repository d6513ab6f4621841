import type { SendOutcome, Sms, SmsSender } from "@/modules/notifications/domain/outgoing";
import { CarrierError } from "../domain/carrier";
import type { CarrierCircuit } from "./carrier-circuit";
import { TwilioAccess, type TwilioSettings } from "./twilio-access";

/** Messages to one number that are looked through for one of ours. */
const MOST_LOOKED_THROUGH = 50;
/** Milliseconds by which the carrier's clock may be behind the database's; earlier messages of ours are known by their SID. */
const CLOCK_TOLERANCE_MS = 600_000;

/** SMS through Twilio's Messages API, from the call centre's number. */
export class TwilioMessages implements SmsSender {
  private readonly access: TwilioAccess;

  constructor(
    private readonly settings: TwilioSettings,
    circuit?: CarrierCircuit,
  ) {
    this.access = new TwilioAccess(settings, circuit);
  }

  async send({ to, body, statusUrl }: Sms): Promise<SendOutcome> {
    try {
      const { sid, status } = await this.access.ask(async (client) =>
        client.messages.create({
          to,
          from: this.settings.callerNumber,
          body,
          ...(statusUrl === undefined ? {} : { statusCallback: statusUrl }),
        }),
      );
      return { kind: "accepted", providerId: sid, providerStatus: status };
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      const { failure } = error;
      const code = error.code === undefined ? `carrier_${failure}` : `carrier_${error.code}`;
      const why = error.message.slice(0, 300);
      if (failure === "refused" || failure === "gone") return { kind: "refused", code, why };
      const unreachable = failure === "unreachable" || failure === "circuit_open";
      return { kind: "later", code, why, unreachable, uncertain: failure === "unknown_outcome" };
    }
  }

  async find({ to, body }: Sms, since: Date): Promise<{ providerId: string; providerStatus: string }[]> {
    const messages = await this.access.ask(async (client) =>
      client.messages.list({ to, limit: MOST_LOOKED_THROUGH, pageSize: MOST_LOOKED_THROUGH }),
    );
    const earliest = since.getTime() - CLOCK_TOLERANCE_MS;
    return messages
      .filter((message) => message.body === body && message.dateCreated.getTime() >= earliest)
      .map(({ sid, status }) => ({ providerId: sid, providerStatus: status }));
  }
}
