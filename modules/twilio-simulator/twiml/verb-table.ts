import type { Verb } from "./execution";
import type { VerbName } from "./grammar";
import { dial } from "./verbs/dial";
import { enqueue } from "./verbs/enqueue";
import { gather } from "./verbs/gather";
import { hangup } from "./verbs/hangup";
import { leaveQueue } from "./verbs/leave";
import { pauseVerb } from "./verbs/pause";
import { play } from "./verbs/play";
import { record } from "./verbs/record";
import { redirect } from "./verbs/redirect";
import { reject } from "./verbs/reject";
import { say } from "./verbs/say";

export const VERB_TABLE: Record<VerbName, Verb> = {
  Say: say,
  Play: play,
  Pause: pauseVerb,
  Gather: gather,
  Record: record,
  Redirect: redirect,
  Hangup: hangup,
  Reject: reject,
  Enqueue: enqueue,
  Leave: leaveQueue,
  Dial: dial,
};
