"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toastDone } from "@/components/ui/toast";
import { useNumberWords } from "@/lib/client/locale";
import { TimeZoneField } from "@/modules/call-queue/components/time-zone-field";
import type { PreferencesView } from "../schemas";
import { PhoneProof } from "./phone-proof";
import { useChangePreferences } from "./preference-queries";

const DIGESTS = [
  { value: "0", label: "At once" },
  { value: "15", label: "After 15 minutes" },
  { value: "60", label: "After an hour" },
  { value: "240", label: "After 4 hours" },
  { value: "1440", label: "Once a day" },
] as const;
type Digest = (typeof DIGESTS)[number]["value"];
const NIGHT = { from: "22:00", until: "07:00" };

/** Where and when messages reach a person. */
export function ReachCard({ preferences }: { preferences: PreferencesView }) {
  const change = useChangePreferences();
  const quietId = useId();
  const figure = useNumberWords();
  const savedPhone = preferences.channels.sms.phone;
  const [phone, setPhone] = useState(savedPhone ?? "");
  const [timeZone, setTimeZone] = useState(preferences.timeZone);
  const [quiet, setQuiet] = useState(preferences.quiet);
  const [digest, setDigest] = useState(String(preferences.digestMinutes));
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const wish = {
      phone: phone.trim() === "" ? null : phone,
      timeZone: timeZone === preferences.ownTimeZone ? null : timeZone,
      quiet,
      digestMinutes: Number(digest),
    };
    change.mutate(wish, { onSuccess: () => toastDone("Saved") });
  };
  const digests = DIGESTS.some(({ value }) => value === digest)
    ? DIGESTS
    : [...DIGESTS, { value: digest as Digest, label: `After ${figure(Number(digest))} minutes` }];
  return (
    <Card aria-labelledby="reach-title">
      <CardHeader id="reach-title" title="Where and when" />
      <CardBody>
        <form onSubmit={save} className="flex flex-col gap-4">
          <p className="text-sm">
            <span className="font-medium">E-mail</span>
            <span className="block text-muted wrap-anywhere">
              {preferences.channels.email.available
                ? preferences.channels.email.address
                : "E-mail is not set up here: an admin names a mail server (SMTP_URL) at the start."}
            </span>
          </p>
          <Field label="Telephone for SMS" hint="With its country code, such as +49 30 123456" optional>
            {(control) => (
              <Input
                {...control}
                type="tel"
                autoComplete="tel"
                value={phone}
                onChange={(e) => setPhone(e.target.value)}
              />
            )}
          </Field>
          {savedPhone !== null && !preferences.channels.sms.proven && (
            <PhoneProof key={savedPhone} phone={savedPhone} />
          )}
          <Field label="What can wait is gathered" hint="Callbacks, calls, exports and alerts do not wait.">
            {(control) => <Select {...control} value={digest as Digest} onChange={setDigest} options={digests} />}
          </Field>
          <div className="flex items-center gap-2">
            <Checkbox
              id={quietId}
              checked={quiet !== null}
              onCheckedChange={(on) => setQuiet(on === true ? NIGHT : null)}
            />
            <label htmlFor={quietId} className="text-sm font-medium">
              Quiet hours for e-mail and SMS
            </label>
          </div>
          {quiet !== null && (
            <div className="grid grid-cols-2 gap-3">
              <Field label="From">
                {(control) => (
                  <Input
                    {...control}
                    type="time"
                    required
                    value={quiet.from}
                    onChange={(e) => setQuiet({ ...quiet, from: e.target.value })}
                  />
                )}
              </Field>
              <Field label="Until">
                {(control) => (
                  <Input
                    {...control}
                    type="time"
                    required
                    value={quiet.until}
                    onChange={(e) => setQuiet({ ...quiet, until: e.target.value })}
                  />
                )}
              </Field>
            </div>
          )}
          <TimeZoneField
            label="Time zone"
            hint="Whose clock the quiet hours go by"
            value={timeZone}
            onChange={setTimeZone}
          />
          <Button type="submit" variant="primary" busy={change.isPending} className="self-start">
            Save
          </Button>
        </form>
      </CardBody>
    </Card>
  );
}
