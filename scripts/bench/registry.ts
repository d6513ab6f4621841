import { agentMemory } from "./agent-memory.bench";
import { assignment } from "./assignment.bench";
import { bulk } from "./bulk.bench";
import { callPath } from "./call-path.bench";
import { coldStart } from "./cold-start.bench";
import { dispatch } from "./dispatch.bench";
import { exporting } from "./export.bench";
import { filing } from "./files.bench";
import { flapping } from "./flapping.bench";
import { grid } from "./grid.bench";
import { heartbeat } from "./heartbeat.bench";
import { importing } from "./import.bench";
import { mixedLoad } from "./mixed-load.bench";
import { presence } from "./presence.bench";
import { ringing } from "./ringing.bench";
import { search } from "./search.bench";
import { waitEstimate } from "./wait-estimate.bench";
import type { Bench } from "./figure";

/** Every bench, in the order they run. A new one is a file beside this and a line here. */
export const BENCHES: readonly Bench[] = [
  coldStart,
  assignment,
  bulk,
  search,
  grid,
  exporting,
  importing,
  filing,
  mixedLoad,
  heartbeat,
  presence,
  agentMemory,
  dispatch,
  callPath,
  flapping,
  ringing,
  waitEstimate,
];
