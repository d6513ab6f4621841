"use client";

import { useRef, useState, type FormEvent } from "react";
import { PasswordField } from "@/components/sign-in-fields";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SignInFailure, useSignIn } from "@/components/use-sign-in";

/** E-mail and password. After a refusal the e-mail stays and the password is ready to be typed again. */
export function SignInForm({ returnTo }: { returnTo: string }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, failure, waitSeconds, attempt } = useSignIn();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const missing = !email.trim() ? "email" : !password ? "password" : undefined;
    if (missing) return focusOn(missing);
    if (busy || waitSeconds > 0) return;
    if (await attempt(email, password)) {
      setLeaving(true);
      // A whole page load: nothing of who was here before stays in memory.
      window.location.assign(returnTo);
      return;
    }
    focusOn("password");
  };
  const focusOn = (name: string) => {
    const control = form.current?.elements.namedItem(name);
    if (!(control instanceof HTMLInputElement)) return;
    control.focus();
    control.select();
  };

  return (
    <Card className="p-5">
      <form ref={form} method="post" noValidate onSubmit={submit} className="flex flex-col gap-4">
        {failure && (
          <Banner tone={failure.kind === "wrong_credentials" ? "danger" : "caution"}>
            <SignInFailure failure={failure} waitSeconds={waitSeconds} />
          </Banner>
        )}
        <Field label="E-mail" required error={tried && !email.trim() ? "Enter your e-mail address." : undefined}>
          {(control) => (
            <Input
              {...control}
              name="email"
              type="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              className="h-9"
            />
          )}
        </Field>
        <PasswordField
          value={password}
          onChange={setPassword}
          error={tried && !password && email.trim() ? "Enter your password." : undefined}
        />
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={busy || leaving}
          disabled={waitSeconds > 0}
          className="h-9 text-sm"
        >
          {waitSeconds > 0 ? `Wait ${waitSeconds} s` : "Sign in"}
        </Button>
      </form>
    </Card>
  );
}
