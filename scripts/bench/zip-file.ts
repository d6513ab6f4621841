import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";

/** A file of an archive, made as it is packed. */
export interface ZipPart {
  name: string;
  pieces: () => Iterable<string | Uint8Array>;
  /** What the archive says of its unpacked size (ZIP64) instead of the truth. */
  says?: bigint;
}

interface Packed {
  name: Buffer;
  facts: Buffer;
  offset: number;
  says: bigint | undefined;
}

const DEFLATED = 8;
const MOST_32 = 0xffff_ffff;

/** Writes a ZIP archive of which no more is held than the piece that is packed; answers its bytes. */
export async function zipFile(path: string, parts: readonly ZipPart[]): Promise<number> {
  const file = await open(path, "wx");
  try {
    let at = 0;
    const write = async (bytes: Buffer): Promise<void> => {
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    const directory: Packed[] = [];
    for (const { name: text, pieces, says } of parts) {
      const name = Buffer.from(text);
      const offset = at;
      at += 30 + name.length;
      const sums = { crc: 0, unpacked: 0, packed: 0 };
      for await (const chunk of Readable.from(summed(pieces(), sums)).pipe(createDeflateRaw({ level: 6 }))) {
        sums.packed += (chunk as Buffer).length;
        await write(chunk as Buffer);
      }
      const facts = factsOf(sums, name.length);
      await file.write(Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), facts, name]), 0, null, offset);
      directory.push({ name, facts, offset, says });
    }
    const from = at;
    for (const entry of directory) await write(listed(entry));
    await write(endOf(directory.length, at - from, from));
    return at;
  } finally {
    await file.close();
  }
}

function* summed(pieces: Iterable<string | Uint8Array>, sums: { crc: number; unpacked: number }): Generator<Buffer> {
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    sums.crc = crc32(bytes, sums.crc);
    sums.unpacked += bytes.length;
    yield bytes;
  }
}

function factsOf({ crc, unpacked, packed }: { crc: number; unpacked: number; packed: number }, name: number): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(DEFLATED, 4);
  facts.writeUInt32LE(crc, 10);
  facts.writeUInt32LE(packed, 14);
  facts.writeUInt32LE(unpacked, 18);
  facts.writeUInt16LE(name, 22);
  return facts;
}

/** The entry of the directory. A size of more than 32 bits stands in a field of its own behind the name. */
function listed({ name, facts, offset, says }: Packed): Buffer {
  const own = Buffer.from(facts);
  const extra = Buffer.alloc(says === undefined ? 0 : 12);
  if (says !== undefined) {
    own.writeUInt32LE(MOST_32, 18);
    own.writeUInt16LE(extra.length, 24);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(says, 4);
  }
  const place = Buffer.alloc(14);
  place.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from("PK\u0001\u0002\u002d\u0000", "latin1"), own, place, name, extra]);
}

function endOf(entries: number, bytes: number, from: number): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(from, 16);
  return end;
}
