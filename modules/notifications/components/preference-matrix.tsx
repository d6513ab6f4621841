"use client";

import { useId } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Tooltip } from "@/components/ui/tooltip";
import type { PreferencesView } from "../schemas";
import { useChangePreferences } from "./preference-queries";

const COLUMNS = [
  { channel: "in_app", label: "In the app" },
  { channel: "email", label: "E-mail" },
  { channel: "sms", label: "SMS" },
] as const;

/** What a person is told of, by channel: each box is kept as it is pressed. */
export function PreferenceMatrix({ preferences }: { preferences: PreferencesView }) {
  const change = useChangePreferences();
  const reasonsId = useId();
  const { channels } = preferences;
  const { phone, proven } = channels.sms;
  const whyNot = {
    in_app: undefined,
    email: channels.email.available ? undefined : "No mail server is set up here.",
    sms: proven ? undefined : phone === null ? "Give your telephone number first." : "Confirm your number first.",
  };
  const reasons = [whyNot.email && `E-mail: ${whyNot.email}`, whyNot.sms && `SMS: ${whyNot.sms}`].filter(Boolean);
  return (
    <>
      {reasons.length > 0 && (
        <p id={reasonsId} className="border-b border-line bg-sunken px-4 py-2 text-xs text-muted">
          {reasons.join(" ")}
        </p>
      )}
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            <th scope="col" className="px-4 py-2 font-medium">
              What happens
            </th>
            {COLUMNS.map(({ channel, label }) => (
              <th key={channel} scope="col" className="w-20 px-2 py-2 text-center font-medium max-sm:w-14 max-sm:px-1">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {preferences.events.map(({ event, label, explanation, on }) => (
            <tr key={event}>
              <th scope="row" className="px-4 py-2.5 text-left font-normal">
                <span className="block font-medium">{label}</span>
                <span className="block text-xs text-muted max-sm:sr-only">{explanation}</span>
              </th>
              {COLUMNS.map(({ channel, label: way }) => {
                const why = whyNot[channel];
                const box = (
                  <Checkbox
                    aria-label={`${label}: ${way}`}
                    aria-describedby={why === undefined ? undefined : reasonsId}
                    // What cannot be sent is not promised; what was chosen is kept, and SMS can still be switched off.
                    checked={on[channel] && (channel !== "email" || why === undefined)}
                    disabled={why !== undefined && (channel === "email" || !on[channel])}
                    onCheckedChange={(next) => change.mutate({ choices: { [event]: { [channel]: next === true } } })}
                  />
                );
                return (
                  <td key={channel} className="px-2 py-2.5 text-center align-middle max-sm:px-1">
                    {why === undefined ? (
                      box
                    ) : (
                      <Tooltip content={why}>
                        <span>{box}</span>
                      </Tooltip>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
