import { container, route } from "@/modules/container";
import { voiceToken } from "@/modules/twilio-voice/schemas";

export const GET = route(voiceToken, async ({ principal }) => container().voiceTokens.issue(principal));
