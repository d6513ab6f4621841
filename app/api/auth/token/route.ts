import { container, route } from "@/modules/container";
import { issueToken } from "@/modules/auth/schemas";

export const POST = route(issueToken, async ({ body }) => {
  const { signIn, principals } = container();
  const session = await signIn.signIn(body.email, body.password, "token");
  return {
    access_token: await principals.issueBearer(session.sessionId, session.expiresInSeconds),
    token_type: "Bearer",
    expires_in: session.expiresInSeconds,
  };
});
