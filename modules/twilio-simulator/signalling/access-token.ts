import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Account } from "../contract";

/** Codes of signalling errors that the Voice SDK turns into its own: 31204 into 20101, 31205 into 20104. */
export const TOKEN_INVALID = 31_204;
export const TOKEN_EXPIRED = 31_205;

/** What a valid access token allows its bearer. */
export interface Grant {
  identity: string;
  incomingAllow: boolean;
  /** The TwiML App that device.connect() goes to; undefined when the token does not allow outgoing calls. */
  applicationSid: string | undefined;
  /** Milliseconds since the epoch. */
  expiresAtMs: number;
}

export type TokenCheck = { grant: Grant } | { error: { code: number; message: string } };

const claims = z.object({
  sub: z.string(),
  exp: z.number(),
  grants: z.object({
    identity: z.string().regex(/^[A-Za-z0-9_]{1,121}$/),
    voice: z
      .object({
        incoming: z.object({ allow: z.boolean().optional() }).optional(),
        outgoing: z.object({ application_sid: z.string().optional() }).optional(),
      })
      .optional(),
  }),
});

/**
 * Checks an access token of the Voice SDK: HS256 with the secret of the API key, issued by that key for this account,
 * not expired, with an identity of letters, digits and underscores. Never throws; wrong tokens yield an error.
 */
export async function checkAccessToken(token: string, account: Account): Promise<TokenCheck> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(account.apiKeySecret), {
      algorithms: ["HS256"],
      issuer: account.apiKeySid,
      subject: account.accountSid,
    });
    const { exp, grants } = claims.parse(payload);
    return {
      grant: {
        identity: grants.identity,
        incomingAllow: grants.voice?.incoming?.allow === true,
        applicationSid: grants.voice?.outgoing?.application_sid,
        expiresAtMs: exp * 1_000,
      },
    };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      return { error: { code: TOKEN_EXPIRED, message: "The access token has expired." } };
    const reason = error instanceof errors.JOSEError ? error.message : "its claims are not those of a Voice SDK token";
    return { error: { code: TOKEN_INVALID, message: `The access token is not valid: ${reason}.` } };
  }
}
