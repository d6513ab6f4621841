"use client";

import { Settings2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Popover } from "@/components/ui/popover";
import { Select } from "@/components/ui/select";
import type { Phone } from "./use-phone";

/** Which microphone and speaker, and whether a ring may show a notification while the tab is hidden. */
export function DeviceSettings({ phone }: { phone: Phone }) {
  const { audio, microphone } = phone.state;
  return (
    <Popover
      label="Sound and notifications"
      align="end"
      side="top"
      trigger={
        <IconButton label="Sound and notifications" size="sm" className="text-muted">
          <Settings2 />
        </IconButton>
      }
    >
      <div className="flex flex-col gap-3">
        {microphone === "ask" || microphone === "unknown" ? (
          <div className="text-xs text-muted">
            The browser asks once whether Evenhand may use the microphone.
            <Button size="sm" className="mt-2 block" onClick={() => void phone.askForMicrophone()}>
              Allow the microphone
            </Button>
          </div>
        ) : (
          <Field label="Microphone">
            {(control) => (
              <Select
                {...control}
                value={audio.inputId ?? "default"}
                onChange={(deviceId) => void phone.run({ type: "input", deviceId })}
                options={optionsOf(audio.inputs, audio.inputId)}
                disabled={audio.inputs.length === 0}
                placeholder="The browser's choice"
              />
            )}
          </Field>
        )}
        {audio.canChooseOutput && (
          <Field label="Speaker" hint="Calls and the ringtone">
            {(control) => (
              <Select
                {...control}
                value={audio.outputId ?? "default"}
                onChange={(deviceId) => void phone.run({ type: "output", deviceId })}
                options={optionsOf(audio.outputs, audio.outputId)}
                disabled={audio.outputs.length === 0}
                placeholder="The browser's choice"
              />
            )}
          </Field>
        )}
        <NotificationPermissionRow />
      </div>
    </Popover>
  );
}

function optionsOf(devices: readonly { id: string; label: string }[], chosen: string | null) {
  const listed = devices.filter((device) => device.id !== "").map(({ id, label }) => ({ value: id, label }));
  const known = listed.some((option) => option.value === (chosen ?? "default"));
  return known ? listed : [{ value: chosen ?? "default", label: "The browser's choice" }, ...listed];
}

function NotificationPermissionRow() {
  const [permission, setPermission] = useState(() =>
    typeof Notification === "undefined" ? "none" : Notification.permission,
  );
  if (permission === "none") return null;
  const words = {
    granted: "A ring shows a notification while this tab is hidden.",
    denied: "Notifications are blocked for this page in the browser's settings.",
    default: "A ring can show a notification while this tab is hidden.",
  }[permission];
  return (
    <div className="border-t border-line pt-3 text-xs text-muted">
      {words}
      {permission === "default" && (
        <Button
          size="sm"
          className="mt-2 block"
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          Allow notifications
        </Button>
      )}
    </div>
  );
}
