// The hub's image: assemblies (.pe files) one after the other, each padded to 4 bytes (build/nano-image.targets).
import { FlashError } from "./errors.js";

const MARKER = "NFMRK1\0\0";
const HEADER_BYTES = 0x7c;
const STRINGS_TABLE = 11;
const END_OF_ASSEMBLY = 15;

/**
 * The assemblies of an image and the native code that each needs.
 * The layout is that of CLR_RECORD_ASSEMBLY in nf-interpreter, src/CLR/Include/nanoCLR_Types.h.
 * @param {Uint8Array} bytes
 * @returns {{name: string, version: string, checksum: number}[]} checksum 0: all of it is managed
 * @throws {FlashError} notImage, imageDamaged
 */
export function readImage(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const assemblies = [];
  let at = 0;
  while (at < bytes.length) {
    const room = bytes.length - at;
    if (room < HEADER_BYTES || text(bytes, at, at + 8) !== MARKER) {
      throw new FlashError(assemblies.length === 0 ? "notImage" : "imageDamaged");
    }

    const table = (index) => view.getUint32(at + 0x28 + 4 * index, true);
    const size = table(END_OF_ASSEMBLY);
    if (size < HEADER_BYTES || size > room || table(STRINGS_TABLE) > size) {
      throw new FlashError("imageDamaged");
    }

    const version = [0, 2, 4, 6].map((part) => view.getUint16(at + 0x1c + part, true)).join(".");
    assemblies.push({ name: name(bytes, at, table(STRINGS_TABLE), size, view.getUint16(at + 0x24, true)), version, checksum: view.getUint32(at + 0x14, true) });
    at += (size + 3) & ~3;
  }

  if (assemblies.length === 0) {
    throw new FlashError("notImage");
  }

  return assemblies;
}

function name(bytes, assembly, strings, size, offset) {
  const from = assembly + strings + offset;
  const end = bytes.indexOf(0, from);
  // A name beyond the assembly's own strings is in the CLR's table. Of those, only mscorlib has native code.
  return strings + offset >= size || end < 0 || end >= assembly + size ? "mscorlib" : text(bytes, from, end);
}

function text(bytes, from, to) {
  return String.fromCharCode(...bytes.subarray(from, to));
}
