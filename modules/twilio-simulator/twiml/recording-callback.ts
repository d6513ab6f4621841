import { httpMethod } from "../engine/documents";
import type { RecordingCallback } from "../engine/recording-events";
import { absoluteUrl, type Execution } from "./execution";
import type { TwimlElement } from "./parse";

/** Whom an element wants told of its recording; of its completion unless it says otherwise. */
export function readRecordingCallback(run: Execution, { attributes }: TwimlElement): RecordingCallback | null {
  const { recordingStatusCallback: url, recordingStatusCallbackEvent: events = "completed" } = attributes;
  if (url === undefined || url === "") return null;
  return {
    url: absoluteUrl(run, url),
    method: httpMethod(attributes.recordingStatusCallbackMethod),
    events: new Set(events.split(/[\s,]+/).filter((word) => word !== "")),
  };
}
