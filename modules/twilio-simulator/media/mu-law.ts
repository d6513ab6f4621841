/**
 * mu-law companding after ITU-T Recommendation G.711 (11/88), section 3.2 and tables 2a/2b, in the usual 16-bit
 * arrangement: the 14-bit magnitudes of the tables are scaled by 4, so the bias of 33 becomes 132 and full scale 32,124.
 */

const BIAS = 132;
const CLIP = 32_635;

/** The code of digital silence (positive zero; all bits are inverted on the line). */
export const MU_LAW_SILENCE = 0xff;

function decodeByFormula(code: number): number {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 0x07;
  const mantissa = bits & 0x0f;
  const magnitude = ((mantissa << 3) + BIAS) * 2 ** exponent - BIAS;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}

function encodeByFormula(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  // The segment is the position of the highest set bit above bit 7: biased magnitudes start at 132, so it is never < 0.
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

const DECODED = Int16Array.from({ length: 256 }, (_, code) => decodeByFormula(code));
const ENCODED = Uint8Array.from({ length: 65_536 }, (_, index) => encodeByFormula(index - 32_768));

/** Expands mu-law codes into 16-bit linear samples. */
export function decodeMuLaw(codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length);
  for (let i = 0; i < codes.length; i += 1) samples[i] = DECODED[codes[i] ?? MU_LAW_SILENCE] ?? 0;
  return samples;
}

/** Compresses 16-bit linear samples into mu-law codes; magnitudes above 32,635 clip. */
export function encodeMuLaw(samples: Int16Array): Uint8Array {
  const codes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) codes[i] = ENCODED[(samples[i] ?? 0) + 32_768] ?? MU_LAW_SILENCE;
  return codes;
}
