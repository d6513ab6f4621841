import twilio from "twilio";

export interface AccessTokenKeys {
  accountSid: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** The TwiML application that answers what the softphone dials. */
  applicationSid: string;
}

/** Signs a Voice SDK access token that lets `identity` be rung and dial out for `ttlSeconds`. */
export function signAccessToken(keys: AccessTokenKeys, identity: string, ttlSeconds: number): string {
  const { AccessToken } = twilio.jwt;
  const token = new AccessToken(keys.accountSid, keys.apiKeySid, keys.apiKeySecret, { identity, ttl: ttlSeconds });
  token.addGrant(
    new AccessToken.VoiceGrant({
      incomingAllow: true,
      outgoingApplicationSid: keys.applicationSid,
    }),
  );
  return token.toJwt();
}
