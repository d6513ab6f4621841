import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LogoMark } from "@/components/logo";
import { safeReturnPath } from "@/lib/client/return-path";
import { currentPrincipal, homeOf } from "../../current-principal";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type Search = Promise<{ return?: string | string[] }>;

export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).return;
  const returnTo = safeReturnPath(typeof given === "string" ? given : undefined);
  const principal = await currentPrincipal();
  if (principal) redirect(returnTo ?? homeOf(principal));
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 pt-10 pb-[14vh]">
      <div className="w-full max-w-88">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <LogoMark className="size-9" />
          <h1 className="text-xl font-semibold">Sign in to Evenhand</h1>
        </div>
        <SignInForm returnTo={returnTo ?? "/"} />
      </div>
    </main>
  );
}
