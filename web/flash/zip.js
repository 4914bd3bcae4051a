// Reads a ZIP archive in the page: the central directory (APPNOTE.TXT 4.3.12), files stored or deflated.
import { FlashError } from "./errors.js";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const MAX_UNPACKED_BYTES = 64 << 20;

/**
 * The files of an archive by name.
 * @param {ArrayBuffer} buffer
 * @returns {Map<string, () => Promise<Uint8Array>>} each unpacks its file
 * @throws {FlashError} notZip, zipDamaged
 */
export function readZip(buffer) {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  // A comment of up to 64 KiB may follow the end record.
  const first = Math.max(0, end - 0xffff);
  while (end >= first && view.getUint32(end, true) !== END_OF_DIRECTORY) {
    end--;
  }

  if (end < first || buffer.byteLength < 22) {
    throw new FlashError("notZip");
  }

  const files = new Map();
  try {
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== DIRECTORY_ENTRY) {
        throw new FlashError("zipDamaged");
      }

      const entry = {
        method: view.getUint16(at + 10, true),
        crc: view.getUint32(at + 16, true),
        packed: view.getUint32(at + 20, true),
        size: view.getUint32(at + 24, true),
        local: view.getUint32(at + 42, true),
      };
      const nameLength = view.getUint16(at + 28, true);
      const name = new TextDecoder().decode(new Uint8Array(buffer, at + 46, nameLength));
      // Archives made on Windows may have backslashes; only the file's own name counts.
      files.set(name.replace(/^.*[\\/]/, ""), () => unpack(buffer, entry));
      at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    throw error instanceof FlashError ? error : new FlashError("zipDamaged");
  }

  return files;
}

async function unpack(buffer, { method, crc, packed, size, local }) {
  try {
    const view = new DataView(buffer);
    if (view.getUint32(local, true) !== LOCAL_ENTRY || size > MAX_UNPACKED_BYTES) {
      throw new FlashError("zipDamaged");
    }

    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const bytes = new Uint8Array(buffer, from, packed);
    let unpacked = bytes.slice();
    if (method === 8) {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      unpacked = await readExactly(stream, size);
    } else if (method !== 0) {
      throw new FlashError("zipDamaged");
    }

    if (unpacked.length !== size || crc32(unpacked) !== crc) {
      throw new FlashError("zipDamaged");
    }

    return unpacked;
  } catch (error) {
    throw error instanceof FlashError ? error : new FlashError("zipDamaged");
  }
}

/** An archive may hold far more than it says: reading ends at the size that its directory names. */
async function readExactly(stream, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of stream) {
    if (at + chunk.length > size) {
      throw new FlashError("zipDamaged");
    }

    bytes.set(chunk, at);
    at += chunk.length;
  }

  return bytes.subarray(0, at);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }

  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff];
  }

  return ~crc >>> 0;
}
