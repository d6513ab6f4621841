import type { OnMachine, OutboundMachine } from "../../domain/answering-machines";
import type { CallStrategy } from "../../domain/agent-choice-names";
import type { ExitKind, ExitOccasion } from "../../domain/queue-exits";

export const strategyWords: Readonly<Record<CallStrategy, string>> = {
  longest_idle: "Longest idle",
  round_robin: "In turn",
  least_calls: "Fewest calls today",
  performance_weighted: "Drawn by performance",
};

export const onMachineWords: Readonly<Record<OnMachine, string>> = {
  ignore: "Not asked whether one does",
  hang_up: "Hang up",
  leave_message: "Leave the message",
};

export const outboundMachineWords: Readonly<Record<OutboundMachine, string>> = {
  ignore: "Not asked whether one does",
  tell: "Tell the agent",
  hang_up: "Hang up",
  leave_message: "Leave the message; the agent is free",
};

export const occasionWords: Readonly<Record<ExitOccasion, { label: string; when: string }>> = {
  closed: { label: "Out of hours", when: "The calendar is closed." },
  full: { label: "Full", when: "As many wait as may." },
  max_wait: { label: "Waited too long", when: "The longest wait is over." },
  nobody: { label: "Nobody signed in", when: "Without a way out, callers wait until somebody is." },
  overflow: { label: "Overflow", when: "Waited the overflow time. Without a way out, callers wait on." },
};

export const exitWords: Readonly<Record<ExitKind, string>> = {
  message: "Message, then hang up",
  voicemail: "Voicemail",
  callback: "Callback",
  number: "Outside number",
  queue: "Another queue",
};
