import type { LiveEvent } from "../topics";
import { writePosition, type Position } from "./position";

/**
 * The text of the stream (WHATWG HTML, "Server-sent events"). A block with an id and no data moves the browser's
 * Last-Event-ID without an event: that is how the sign of life keeps a quiet listener able to resume.
 */
const block = (lines: readonly string[]): string => `${lines.join("\n")}\n\n`;

export const changeBlock = (event: LiveEvent, position: Position): string =>
  block([`id: ${writePosition(position)}`, `data: ${JSON.stringify({ topic: event.topic, ...event.data })}`]);

/** First of all: how long to wait before coming back, and where the stream begins. */
export const helloBlock = (position: Position, retryMs: number): string =>
  block([`retry: ${Math.round(retryMs)}`, `id: ${writePosition(position)}`, "event: hello", "data: {}"]);

/** What was missed is not kept any more: everything has to be read again. */
export const resetBlock = (position: Position): string =>
  block([`id: ${writePosition(position)}`, "event: reset", "data: {}"]);

export const aliveBlock = (position: Position): string => block([": alive", `id: ${writePosition(position)}`]);
