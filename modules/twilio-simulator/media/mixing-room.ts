import { FRAME_SAMPLES, type Frame, type Mix } from "../contract";

/** Someone in a room: what they say in the current 20 ms, already silenced when they are muted. */
export interface RoomMember {
  contribution(): Frame | null;
  /** Called when the room closes with the member still in it. */
  putOut(): void;
}

/** A room in which everybody hears everybody else, by adding all voices and taking one's own out again. */
export class MixingRoom implements Mix {
  readonly name: string;
  private readonly members = new Set<RoomMember>();
  private readonly total = new Int32Array(FRAME_SAMPLES);
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
    for (const member of this.members) {
      const frame = member.contribution();
      if (!frame) continue;
      for (let i = 0; i < FRAME_SAMPLES; i += 1) this.total[i] = (this.total[i] ?? 0) + (frame[i] ?? 0);
    }
  }

  /** What one member hears: everybody else, saturating at full scale instead of wrapping round. */
  heardBy(member: RoomMember): Frame {
    const own = member.contribution();
    const heard = new Int16Array(FRAME_SAMPLES);
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      const others = (this.total[i] ?? 0) - (own?.[i] ?? 0);
      heard[i] = Math.max(-32_768, Math.min(32_767, others));
    }
    return heard;
  }

  close(): void {
    for (const member of [...this.members]) member.putOut();
    this.members.clear();
    this.onClose(this);
  }
}
