import type { NextAuthOptions } from "next-auth";
import { toAppError } from "@/lib/http/problem";
import { logger } from "@/lib/logger";
import CredentialsProvider from "next-auth/providers/credentials";
import { credentialsSchema } from "./schemas";
import type { SignInService } from "./services/sign-in.service";

/** next-auth with e-mail and password. The cookie holds only the id of a session row, checked on each request. */
export function nextAuthOptions(signIn: SignInService, secret: string, secureCookies: boolean): NextAuthOptions {
  return {
    secret,
    useSecureCookies: secureCookies,
    session: { strategy: "jwt", maxAge: 12 * 3_600 },
    pages: { signIn: "/sign-in" },
    providers: [
      CredentialsProvider({
        name: "E-mail and password",
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given) {
          const credentials = credentialsSchema.safeParse({ email: given?.email, password: given?.password });
          if (!credentials.success) return null;
          const session = await signIn
            .signIn(credentials.data.email, credentials.data.password, "browser")
            .catch((error: unknown) => {
              throw speakable(error);
            });
          return { id: session.userId, name: session.name, email: session.email, sessionId: session.sessionId };
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (user && "sessionId" in user) token.sid = user.sessionId;
        return token;
      },
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.sid === "string") await signIn.signOut(token.sid);
      },
    },
  };
}

/** next-auth shows the text of what is thrown: only refusals that are meant for people may pass. */
function speakable(error: unknown): Error {
  const refusal = toAppError(error);
  if (refusal.status >= 500) logger("auth").error({ err: error }, "sign-in failed");
  return new Error(refusal.message);
}
