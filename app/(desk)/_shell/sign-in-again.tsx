"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { PasswordField } from "@/components/sign-in-fields";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SignInFailure, useSignIn } from "@/components/use-sign-in";
import { useMe } from "@/lib/client/me";
import { settleSignIn, useSignInNeeded } from "@/lib/client/sign-in-gate";

/** Asks the same person to sign in again over the page, so that nothing typed there is lost. */
export function SignInAgain() {
  const needed = useSignInNeeded();
  return (
    <Dialog
      open={needed}
      onOpenChange={(open) => !open && settleSignIn(false)}
      title="Sign in again"
      description="Your session has ended. Everything on this page stays as it is."
      size="sm"
      dismissible={false}
    >
      <SignInAgainForm />
    </Dialog>
  );
}

function SignInAgainForm() {
  const me = useMe();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const { busy, failure, waitSeconds, attempt } = useSignIn();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || waitSeconds > 0 || !password || !(await attempt(me.email, password))) return;
    settleSignIn(true);
    await queries.invalidateQueries();
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4 pb-2">
      {failure && (
        <Banner tone={failure.kind === "wrong_credentials" ? "danger" : "caution"}>
          <SignInFailure failure={failure} waitSeconds={waitSeconds} />
        </Banner>
      )}
      <p className="text-sm">
        <span className="text-muted">E-mail</span> <span className="font-medium">{me.email}</span>
      </p>
      <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
      <PasswordField value={password} onChange={setPassword} autoFocus />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={() => window.location.assign("/sign-in")}>
          Leave this page
        </Button>
        <Button type="submit" variant="primary" busy={busy} disabled={waitSeconds > 0}>
          {waitSeconds > 0 ? `Wait ${waitSeconds} s` : "Sign in"}
        </Button>
      </div>
    </form>
  );
}
