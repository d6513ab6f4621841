"use client";

import { useId, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";

export interface SettingsSectionProps {
  title: string;
  /** One sentence: what these settings do. */
  about: ReactNode;
  /** Something differs from what is stored, and is fit to be stored. */
  ready: boolean;
  changed: boolean;
  busy: boolean;
  onSave: () => void;
  onReset: () => void;
  children: ReactNode;
}

/** Some settings that belong together and are saved together. */
export function SettingsSection(props: SettingsSectionProps) {
  const { title, about, ready, changed, busy, onSave, onReset, children } = props;
  const id = useId();
  return (
    <Card aria-labelledby={id} className="min-w-0">
      <CardHeader id={id} title={title} />
      <CardBody>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) onSave();
          }}
        >
          <p className="text-sm text-muted">{about}</p>
          {children}
          <div className="flex items-center gap-2">
            <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
              Save
            </Button>
            {changed && (
              <Button variant="ghost" onClick={onReset}>
                Undo changes
              </Button>
            )}
          </div>
        </form>
      </CardBody>
    </Card>
  );
}
