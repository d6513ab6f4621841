"use client";

import { ChevronDown, ChevronUp, Phone as PhoneIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "@/components/cn";
import { StatusDot } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { Duration } from "@/components/ui/time";
import { useMe } from "@/lib/client/me";
import { useStore } from "@/lib/client/store";
import { LiveUpdates } from "@/modules/realtime/components/live-updates";
import { callOutWish } from "../client/call-out-wish";
import type { Phase } from "../client/phone-view";
import { CallOutForm } from "./call-out-form";
import { callerName } from "./caller-summary";
import { DeviceTestPanel } from "./device-test-panel";
import { DeviceSettings } from "./device-settings";
import { InCallCard } from "./in-call-card";
import { IncomingCard } from "./incoming-card";
import { announcementOf, phaseWords } from "./phase-words";
import { PhoneNotices } from "./phone-notices";
import { ReadinessPanel } from "./readiness-panel";
import { SoftphoneProvider } from "./softphone-context";
import { StatusSwitch } from "./status-switch";
import { useAppRing } from "./use-app-ring";
import { useAttention } from "./use-attention";
import { useFolded } from "./use-folded";
import { usePhone, type Phone } from "./use-phone";
import { usePhoneKeys } from "./use-phone-keys";
import { WrapUpCard } from "./wrap-up-card";

/**
 * The agent's softphone, on every page of the desk, and the live updates of this tab: they are one with it, since the
 * tab that leads the phone must hear of calls while it is hidden too. People who take no calls get the updates alone.
 */
export function SoftphoneDock() {
  const { agentId } = useMe();
  if (agentId === undefined) return <LiveUpdates />;
  return (
    <SoftphoneProvider key={agentId} agentId={agentId}>
      <Dock />
    </SoftphoneProvider>
  );
}

/** Phases in which the dock opens by itself: somebody is, or was just now, at the other end. */
const WITH_CALL: ReadonlySet<Phase> = new Set(["ringing", "connecting", "in_call", "wrap_up"]);
/** Phases in which it cannot be folded away. */
const URGENT: ReadonlySet<Phase> = new Set(["ringing", "connecting"]);

function Dock() {
  const phone = usePhone();
  const { phase, call, leg } = phone;
  const [idleFolded, setIdleFolded] = useFolded();
  const [foldedCall, setFoldedCall] = useState<string>();
  const who = callerName(call, leg);
  useAttention(
    phase === "ringing",
    who,
    call === null ? "" : `${call.queueName} · ${call.why}`,
    call?.callId ?? "call",
  );
  useAppRing(phone);
  usePhoneKeys(phone);
  useDialing(phone.run);
  const listensHidden = phone.role === "leader" && phone.state.choice.status !== "offline";
  const withCall = WITH_CALL.has(phase);
  const callKey = `${call?.callId ?? ""} ${phase}`;
  const folded = withCall ? !URGENT.has(phase) && foldedCall === callKey : idleFolded;
  const fold = (next: boolean): void => (withCall ? setFoldedCall(next ? callKey : undefined) : setIdleFolded(next));
  return (
    <aside
      aria-label="Softphone"
      data-testid="softphone"
      data-phase={phase}
      data-role={phone.role}
      className="pointer-events-none z-40 flex shrink-0 justify-end max-md:relative max-md:min-h-12 md:fixed md:right-4 md:bottom-4"
    >
      <LiveUpdates keepWhenHidden={listensHidden} onEvent={phone.hear} />
      <p className="sr-only" role={phase === "ringing" ? "alert" : "status"}>
        {phone.role === "waiting" ? "" : announcementOf(phase, who)}
      </p>
      {folded ? <Pill phone={phone} onOpen={() => fold(false)} /> : <Panel phone={phone} onFold={() => fold(true)} />}
    </aside>
  );
}

/** What a button on some page has called is dialled into here. */
function useDialing(run: Phone["run"]): void {
  const wish = useStore(callOutWish);
  useEffect(() => {
    if (wish === null) return;
    callOutWish.set(null);
    void run({ type: "dial", ...wish });
  }, [wish, run]);
}

function Pill({ phone, onOpen }: { phone: Phone; onOpen: () => void }) {
  const words = phaseWords[phone.phase];
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-expanded={false}
      className={cn(
        "pointer-events-auto flex items-center gap-2 bg-raised text-sm font-medium hover:bg-hover",
        "max-md:h-12 max-md:w-full max-md:border-t max-md:border-line max-md:px-4",
        "md:h-9 md:rounded-full md:px-3.5 md:shadow-pop",
      )}
    >
      <PhoneIcon aria-hidden className="size-4 text-muted" />
      <StatusDot tone={words.tone} pulse={words.pulse ?? false}>
        {words.label}
      </StatusDot>
      {phone.phase === "in_call" && phone.call?.connectedAt && <Duration since={phone.call.connectedAt} />}
      <ChevronUp aria-hidden className="size-4 text-muted max-md:ml-auto" />
      <span className="sr-only">Open the softphone</span>
    </button>
  );
}

function Panel({ phone, onFold }: { phone: Phone; onFold: () => void }) {
  const { phase, state } = phone;
  const words = phaseWords[phase];
  return (
    <div
      className={cn(
        "pointer-events-auto flex flex-col overflow-hidden bg-raised shadow-pop",
        "max-md:absolute max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[78dvh] max-md:rounded-t-xl",
        "md:max-h-[calc(100dvh-2rem)] md:w-[22rem] md:rounded-xl",
        phase === "ringing" && "animate-rise outline-2 outline-accent",
      )}
    >
      <header className="flex items-center gap-2 border-b border-line py-1.5 pr-1.5 pl-3.5">
        <h2 className="text-sm font-semibold">
          <StatusDot tone={words.tone} pulse={words.pulse ?? false}>
            {words.label}
          </StatusDot>
        </h2>
        <span className="ml-auto flex items-center">
          <DeviceSettings phone={phone} />
          {!URGENT.has(phase) && (
            <IconButton label="Fold the softphone" size="sm" className="text-muted" aria-expanded onClick={onFold}>
              <ChevronDown />
            </IconButton>
          )}
        </span>
      </header>
      <div className="flex flex-col gap-3 overflow-y-auto p-3.5">
        <PhoneNotices phone={phone} />
        <Body phone={phone} />
      </div>
      {phase !== "ringing" && phase !== "elsewhere" && (
        <footer className="border-t border-line p-2">
          <StatusSwitch
            value={state.choice.status}
            onChange={(status) => void phone.choose(status)}
            disabled={phone.role === "waiting"}
          />
        </footer>
      )}
    </div>
  );
}

function Body({ phone }: { phone: Phone }) {
  switch (phone.phase) {
    case "ringing":
      return <IncomingCard phone={phone} />;
    case "connecting":
    case "in_call":
      return <InCallCard phone={phone} />;
    case "wrap_up":
      return phone.call === null ? null : <WrapUpCard key={phone.call.callId} call={phone.call} />;
    case "elsewhere":
      return null;
    case "signed_out":
      return <p className="text-xs text-muted">Choose Available to take calls in this browser.</p>;
    default:
      return phone.state.session === null ? (
        <p className="text-xs text-muted">The phone is signing on with the carrier…</p>
      ) : (
        <>
          <ReadinessPanel readiness={phone.state.session.readiness} />
          <DeviceTestPanel phone={phone} />
          {phone.phase === "ready" && <CallOutForm />}
        </>
      );
  }
}
