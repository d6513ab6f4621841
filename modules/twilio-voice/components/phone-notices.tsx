"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { DateTime } from "@/components/ui/time";
import { useConnection } from "@/lib/client/connection";
import type { Lapse } from "../client/phone-state";
import type { Phone } from "./use-phone";

/** Reasons of the server for a status nobody chose. */
const MISSED_RINGS = "missed_rings";

/** Everything the person must know beside the call: each says what happened and offers the way on. */
export function PhoneNotices({ phone }: { phone: Phone }) {
  const { state, phase } = phone;
  const unreachable = useConnection() === "lost" || state.missedBeats >= 2;
  return (
    <div className="flex flex-col gap-2 empty:hidden">
      {state.trouble !== null && <TroubleNotice phone={phone} />}
      {phase === "elsewhere" && (
        <Banner tone="info">
          Your phone is in use in another browser, so this one is silent.
          <Button variant="primary" size="sm" className="mt-2 block" onClick={() => void phone.choose("available")}>
            Use here instead
          </Button>
        </Banner>
      )}
      {!state.signedIn && <Banner tone="caution">Your sign-in has ended, so calls cannot ring here.</Banner>}
      {unreachable && state.signedIn && state.choice.status !== "offline" && (
        <Banner tone="caution">
          Evenhand cannot be reached. {phone.leg ? "Your call goes on; " : "No call can ring here; "}
          the phone tries again by itself.
        </Banner>
      )}
      {state.lapse !== null && phase !== "ringing" && <LapseNotice lapse={state.lapse} phone={phone} />}
      {phase === "away" && state.session?.statusReason === MISSED_RINGS && (
        <Banner tone="caution">
          You were set to away because calls rang here and nobody answered. If you were here and heard nothing, test
          your device.
          <Button variant="primary" size="sm" className="mt-2 block" onClick={() => void phone.choose("available")}>
            I’m back
          </Button>
        </Banner>
      )}
      <MicrophoneNotice phone={phone} />
    </div>
  );
}

function TroubleNotice({ phone }: { phone: Phone }) {
  const { trouble } = phone.state;
  if (trouble === null) return null;
  return (
    <Banner tone="danger" key={trouble.id}>
      <span className="font-medium">{trouble.message}</span> {trouble.remedy}
      <span className="mt-2 flex gap-2">
        {trouble.hangUpAnyway && (
          <Button variant="danger" size="sm" onClick={() => void phone.run({ type: "hang_up_anyway" })}>
            Hang up anyway
          </Button>
        )}
        <Button size="sm" onClick={() => void phone.run({ type: "dismiss_trouble" })}>
          Close
        </Button>
      </span>
    </Banner>
  );
}

function LapseNotice({ lapse, phone }: { lapse: Lapse; phone: Phone }) {
  return (
    <Banner tone="caution">
      Nothing was heard from this page from <DateTime at={lapse.from} show="time" /> to{" "}
      <DateTime at={lapse.until} show="time" />, so you were signed out and no call could ring. You are back by
      yourself. If the browser had put the tab to sleep, exempt Evenhand from its energy saver.
      <Button size="sm" className="mt-2 block" onClick={() => void phone.run({ type: "dismiss_lapse" })}>
        Close
      </Button>
    </Banner>
  );
}

const MICROPHONE = {
  denied:
    "The browser does not let Evenhand use the microphone. Click the icon at the left of the address bar, allow the microphone, then try again.",
  missing: "No microphone was found. Plug in a headset; the phone notices by itself.",
  in_use: "Another program is using the microphone. Close it, then try again.",
} as const;

function MicrophoneNotice({ phone }: { phone: Phone }) {
  const { microphone, choice } = phone.state;
  if (choice.status === "offline") return null;
  if (microphone !== "denied" && microphone !== "missing" && microphone !== "in_use") return null;
  return (
    <Banner tone="danger">
      {MICROPHONE[microphone]}
      <Button size="sm" className="mt-2 block" onClick={() => void phone.askForMicrophone()}>
        Try again
      </Button>
    </Banner>
  );
}
