import { FRAME_SAMPLES, SAMPLE_RATE_HZ, type Frame } from "../contract";
import { frameEnergy, SILENCE } from "./frames";
import { decodeMuLaw, encodeMuLaw, MU_LAW_SILENCE } from "./mu-law";
import { encodeWav } from "./wav";

const FRAMES_PER_SECOND = SAMPLE_RATE_HZ / FRAME_SAMPLES;
const KEPT_SECONDS = 10;

/**
 * The last ten seconds of one direction of a leg, and how loud the last of them was. Kept as mu-law, which is what the
 * line carries, in blocks of a second; silent blocks take no memory, so scripted callers stay cheap.
 */
export class SoundHistory {
  private readonly blocks: (Uint8Array | null)[] = Array.from({ length: KEPT_SECONDS }, () => null);
  private readonly energies = new Float64Array(FRAMES_PER_SECOND);
  private frames = 0;

  add(frame: Frame): void {
    const second = Math.floor(this.frames / FRAMES_PER_SECOND) % KEPT_SECONDS;
    const place = this.frames % FRAMES_PER_SECOND;
    if (place === 0) this.blocks[second] = null;
    const energy = frame === SILENCE ? 0 : frameEnergy(frame);
    this.energies[place] = energy;
    this.frames += 1;
    if (energy === 0) return;
    const block = this.blocks[second] ?? new Uint8Array(SAMPLE_RATE_HZ).fill(MU_LAW_SILENCE);
    block.set(encodeMuLaw(frame), place * FRAME_SAMPLES);
    this.blocks[second] = block;
  }

  /** Root mean square of the last second, 0..1. */
  level(): number {
    const heard = Math.min(this.frames, FRAMES_PER_SECOND);
    if (heard === 0) return 0;
    let sum = 0;
    for (const energy of this.energies) sum += energy;
    return Math.sqrt(sum / (heard * FRAME_SAMPLES));
  }

  /** A WAV file of what is kept: 9 to 10 s, or everything of a younger leg. */
  toWav(): Buffer {
    const current = Math.floor(this.frames / FRAMES_PER_SECOND);
    const first = Math.max(0, current - KEPT_SECONDS + 1);
    const samples = new Int16Array(this.frames * FRAME_SAMPLES - first * SAMPLE_RATE_HZ);
    for (let second = first; second <= current; second += 1) {
      const block = this.blocks[second % KEPT_SECONDS];
      const at = (second - first) * SAMPLE_RATE_HZ;
      if (block) samples.set(decodeMuLaw(block.subarray(0, samples.length - at)), at);
    }
    return encodeWav(samples, SAMPLE_RATE_HZ);
  }
}
