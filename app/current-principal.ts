import { cookies } from "next/headers";
import { cache } from "react";
import type { Principal } from "@/lib/principal";
import { container } from "@/modules/container";

/** Who asks for this page, by the same check of the session that every route makes; once a request. */
export const currentPrincipal = cache(async (): Promise<Principal | undefined> => {
  const jar = await cookies();
  const { env, principals } = container();
  const found = await principals.authenticate(
    new Request(env.PUBLIC_BASE_URL, { headers: { cookie: jar.toString() } }),
  );
  return found?.principal;
});

/** The page a person begins on. */
export function homeOf(principal: Principal): "/dashboard" | "/my-work" {
  return principal.role === "agent" ? "/my-work" : "/dashboard";
}
