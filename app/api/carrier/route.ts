import { container, route } from "@/modules/container";
import { readCarrier } from "@/modules/twilio-voice/carrier.schemas";

export const GET = route(readCarrier, async () => container().carrierHealth.read());
