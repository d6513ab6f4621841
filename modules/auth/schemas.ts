import { z } from "zod";
import { contract } from "@/lib/http/contract";

export const credentialsSchema = z.strictObject({
  email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
  password: z.string().min(1).max(200),
});

export const issueToken = contract({
  method: "POST",
  path: "/api/auth/token",
  summary: "A bearer token for a person's e-mail and password",
  access: { kind: "public", why: "It is how a program signs in; attempts are limited per address." },
  body: credentialsSchema,
  response: z.strictObject({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().describe("seconds"),
  }),
});

export const nextAuthGet = contract({
  method: "GET",
  path: "/api/auth/{nextauth}",
  summary: "Sign-in pages and session of the browser (next-auth)",
  access: { kind: "public", why: "next-auth guards its own steps with a CSRF token." },
});

export const nextAuthPost = contract({
  method: "POST",
  path: "/api/auth/{nextauth}",
  summary: "Sign in and out in the browser (next-auth)",
  access: { kind: "public", why: "next-auth guards its own steps with a CSRF token." },
});

export const authContracts = [issueToken, nextAuthGet, nextAuthPost];
