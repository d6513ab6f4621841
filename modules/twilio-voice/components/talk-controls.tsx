"use client";

import { Grid3x3, Pause, PhoneForwarded, Play } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Duration } from "@/components/ui/time";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import { Keypad } from "./keypad";
import { RecordingControl } from "./recording-control";
import { ThirdPerson } from "./third-person";
import { TransferPanel } from "./transfer-panel";
import type { Phone } from "./use-phone";
import { useTalkActions } from "./use-talk-actions";

/** In the call, beside muting and ending: hold, keypad, giving the call away, and who else is there. */
export function TalkControls({ phone, call }: { phone: Phone; call: CurrentCall }) {
  const actions = useTalkActions(call.callId);
  const [open, setOpen] = useState<"keypad" | "transfer">();
  const owner = call.role === "owner";
  const third = call.participants.find(({ role }) => role === "transfer" || role === "consult" || role === "member");
  const talking = call.state === "in_conversation";
  const toggle = (panel: "keypad" | "transfer"): void => setOpen(open === panel ? undefined : panel);
  const transferring = open === "transfer" && owner && third === undefined;
  const mayHold = owner && talking && third === undefined;
  const toggleHold = (): void => void (call.heldSince === null ? actions.hold() : actions.resume());
  useHoldKey(toggleHold, mayHold && actions.busy === undefined);
  return (
    <>
      {call.heldSince !== null && third === undefined && owner && (
        <p className="flex items-center justify-between rounded-md bg-caution-subtle px-3 py-2 text-sm text-caution-text">
          On hold, hearing music
          <Duration since={call.heldSince} className="font-semibold tabular-nums" />
        </p>
      )}
      {call.recording !== null && (
        <RecordingControl state={call.recording} mayChange={owner && talking} actions={actions} />
      )}
      {owner && third && <ThirdPerson call={call} third={third} actions={actions} />}
      <div className={owner ? "grid grid-cols-3 gap-2" : "grid gap-2"}>
        {owner && (
          <Control
            pressed={call.heldSince !== null}
            disabled={!mayHold}
            busy={actions.busy === "hold"}
            keys="Alt+L"
            testId="hold"
            onClick={toggleHold}
            icon={call.heldSince === null ? <Pause aria-hidden /> : <Play aria-hidden />}
          >
            {call.heldSince === null ? "Hold" : "Resume"}
          </Control>
        )}
        <Control
          pressed={open === "keypad"}
          disabled={!talking}
          testId="open-keypad"
          onClick={() => toggle("keypad")}
          icon={<Grid3x3 aria-hidden />}
        >
          Keypad
        </Control>
        {owner && (
          <Control
            pressed={transferring}
            disabled={!talking || third !== undefined}
            testId="open-transfer"
            onClick={() => toggle("transfer")}
            icon={<PhoneForwarded aria-hidden />}
          >
            Transfer
          </Control>
        )}
      </div>
      {open === "keypad" && <Keypad phone={phone} />}
      {transferring && <TransferPanel actions={actions} onDone={() => setOpen(undefined)} />}
    </>
  );
}

/** Alt+L, wherever the focus is. */
function useHoldKey(toggle: () => void, active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const press = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.code !== "KeyL") return;
      event.preventDefault();
      toggle();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [toggle, active]);
}

function Control(props: {
  pressed: boolean;
  disabled: boolean;
  busy?: boolean;
  keys?: string;
  testId: string;
  onClick: () => void;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Button
      variant={props.pressed ? "secondary" : "ghost"}
      disabled={props.disabled}
      busy={props.busy ?? false}
      aria-pressed={props.pressed}
      {...(props.keys !== undefined && { "aria-keyshortcuts": props.keys })}
      data-testid={props.testId}
      onClick={props.onClick}
      className="px-1.5"
    >
      {props.icon}
      {props.children}
    </Button>
  );
}
