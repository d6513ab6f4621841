import type { NextAuthOptions } from "next-auth";
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
          // A refusal is thrown: its message reaches the sign-in page as `error`.
          const session = await signIn.signIn(credentials.data.email, credentials.data.password, "browser");
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
