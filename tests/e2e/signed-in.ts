import type { BrowserContext } from "playwright-core";
import { z } from "zod";

export const PASSWORD = "evenhand-demo";

/**
 * Signs somebody of the demo in, by the requests that the sign-in page makes and without the page: the tests of that
 * page are in screens.test.ts, all others need no more than the cookie.
 */
export async function signedIn(context: BrowserContext, address: string, person: string): Promise<void> {
  const csrf = await context.request.get(`${address}/api/auth/csrf`);
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await csrf.json());
  const form = { email: `${person}@evenhand.test`, password: PASSWORD, csrfToken, redirect: "false", json: "true" };
  const answer = await context.request.post(`${address}/api/auth/callback/credentials`, { form });
  const { url } = z.object({ url: z.string() }).parse(await answer.json());
  if (!answer.ok() || url.includes("error=")) throw new Error(`${person} could not sign in: ${answer.status()} ${url}`);
}
