"use client";

import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  LoaderCircle,
  Stethoscope,
  TriangleAlert,
} from "lucide-react";
import { Button } from "@/components/ui/button";
import type { DeviceTest, TestStep, TestStepName } from "../client/device-test";
import type { Phone } from "./use-phone";

const STEPS: Readonly<Record<TestStepName, string>> = {
  microphone: "Microphone",
  speaker: "Loudspeaker",
  registration: "Signing on with the carrier",
  connection: "A call to the carrier and back",
};

const STATES: Readonly<Record<TestStep["state"], { Icon: typeof CircleCheck; className: string; words: string }>> = {
  waiting: { Icon: CircleDashed, className: "text-muted", words: "to come" },
  running: { Icon: LoaderCircle, className: "text-info-text motion-safe:animate-spin", words: "being tested" },
  passed: { Icon: CircleCheck, className: "text-positive-text", words: "works" },
  noticed: { Icon: TriangleAlert, className: "text-caution-text", words: "works, with a remark" },
  failed: { Icon: CircleX, className: "text-danger-text", words: "does not work" },
  skipped: { Icon: CircleMinus, className: "text-muted", words: "not tested" },
};

/** The button that tests the phone, and under it each step with what came of it and what to do. */
export function DeviceTestPanel({ phone }: { phone: Phone }) {
  const { test } = phone.state;
  const running = test?.outcome === "running";
  return (
    <section aria-label="Test of the phone" className="flex flex-col gap-2" data-testid="device-test">
      <Button
        size="sm"
        className="self-start"
        busy={running}
        onClick={() => void phone.run({ type: "test", id: crypto.randomUUID() })}
      >
        <Stethoscope aria-hidden />
        {running ? "Testing…" : test === null ? "Test my device" : "Test again"}
      </Button>
      {test !== null && (
        <>
          <ul className="flex flex-col gap-1.5">
            {test.steps.map((step) => (
              <Step key={step.name} step={step} test={test} />
            ))}
          </ul>
          <p role="status" className="text-xs" data-testid="device-test-outcome" data-outcome={test.outcome}>
            {outcomeWords(test)}
          </p>
        </>
      )}
    </section>
  );
}

function Step({ step, test }: { step: TestStep; test: DeviceTest }) {
  const { Icon, className, words } = STATES[step.state];
  const finding = test.findings.find(({ code }) => code === step.problem);
  return (
    <li className="flex gap-1.5 text-xs" data-state={step.state}>
      <Icon aria-hidden className={`mt-px size-3.5 shrink-0 ${className}`} />
      <div className="min-w-0">
        <span className={finding && "font-medium"}>{STEPS[step.name]}</span>
        <span className="sr-only">: {words}</span>
        {finding && (
          <p className="text-muted">
            {finding.message} {finding.remedy}
          </p>
        )}
      </div>
    </li>
  );
}

function outcomeWords({ outcome, returned }: DeviceTest): string {
  switch (outcome) {
    case "running":
      return "A voice tells you in a moment that it works.";
    case "passed":
      return returned ? "The test passed, and you are back: calls ring here again." : "The test passed.";
    case "failed":
      return "The test did not pass.";
    case "untold":
      return "Evenhand could not be told of the test. Try again in a moment.";
  }
}
