import { FRAME_SAMPLES, type Frame, type Mix, type MixRecorder } from "../contract";
import { RoomRecorder } from "./room-recorder";

/** Someone in a room: what they say in the current 20 ms, already silenced when they are muted. */
export interface RoomMember {
  contribution(): Frame | null;
  /** Whom alone this member's voice reaches; null for everybody. */
  coaches(): RoomMember | null;
  /** Called when the room closes with the member still in it. */
  putOut(): void;
}

/** A room in which everybody hears everybody else, by adding all voices and taking one's own out again. */
export class MixingRoom implements Mix {
  readonly name: string;
  private readonly members = new Set<RoomMember>();
  private readonly total = new Int32Array(FRAME_SAMPLES);
  /** What is whispered to whom in the current 20 ms. */
  private readonly coached = new Map<RoomMember, Int32Array>();
  private readonly recorders = new Set<RoomRecorder>();
  private readonly onClose: (room: MixingRoom) => void;

  constructor(name: string, onClose: (room: MixingRoom) => void) {
    this.name = name;
    this.onClose = onClose;
  }

  enter(member: RoomMember): void {
    this.members.add(member);
  }

  exit(member: RoomMember): void {
    this.members.delete(member);
  }

  /** Adds up the current 20 ms of everybody; comes before `heardBy` in every frame. */
  sum(): void {
    this.total.fill(0);
    this.coached.clear();
    for (const member of this.members) {
      const frame = member.contribution();
      if (!frame) continue;
      const pupil = member.coaches();
      addTo(pupil === null ? this.total : this.whispersTo(pupil), frame);
    }
    for (const recorder of this.recorders) recorder.add(clamp(this.total));
  }

  /** What one member hears: everybody else, saturating at full scale instead of wrapping round. */
  heardBy(member: RoomMember): Frame {
    const own = member.coaches() === null ? member.contribution() : null;
    const whispered = this.coached.get(member);
    const heard = new Int32Array(FRAME_SAMPLES);
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      heard[i] = (this.total[i] ?? 0) - (own?.[i] ?? 0) + (whispered?.[i] ?? 0);
    }
    return clamp(heard);
  }

  record(): MixRecorder {
    const recorder = new RoomRecorder(() => this.recorders.delete(recorder));
    this.recorders.add(recorder);
    return recorder;
  }

  private whispersTo(pupil: RoomMember): Int32Array {
    const whispered = this.coached.get(pupil) ?? new Int32Array(FRAME_SAMPLES);
    this.coached.set(pupil, whispered);
    return whispered;
  }

  close(): void {
    for (const member of [...this.members]) member.putOut();
    this.members.clear();
    this.onClose(this);
  }
}

function addTo(sum: Int32Array, frame: Frame): void {
  for (let i = 0; i < FRAME_SAMPLES; i += 1) sum[i] = (sum[i] ?? 0) + (frame[i] ?? 0);
}

/** Saturates at full scale instead of wrapping round. */
function clamp(sum: Int32Array): Frame {
  return Int16Array.from(sum, (sample) => Math.max(-32_768, Math.min(32_767, sample)));
}
