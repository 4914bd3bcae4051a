// A CLR package of nanoFramework for the ESP32: a ZIP archive with bootloader.bin, nanoCLR.bin, a partition table for each size of flash, and
// native_assemblies.csv (nf-interpreter: azure-pipelines-templates, CMake/Modules/FindNF_NativeAssemblies.cmake).
import { FlashError } from "./errors.js";
import { readZip } from "./zip.js";

/** The target that the hub needs: an ESP32-S3 with octal PSRAM. */
export const TARGET = "ESP32_S3_OCTAL";
/** The least flash, in bytes. */
export const FLASH_BYTES = 16 << 20;

const CHIP_ID = 9;
const CHIP_NAMES = { 0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2", 13: "ESP32-C6", 16: "ESP32-H2", 18: "ESP32-P4", 20: "ESP32-C61", 23: "ESP32-C5" };
const BOOTLOADER = "bootloader.bin";
const CLR = "nanoCLR.bin";
const TABLE = "partitions_16mb.bin";
const CHECKSUMS = "native_assemblies.csv";
const BOOTLOADER_ADDRESS = 0;
const TABLE_ADDRESS = 0x8000;
const APP = 0;
const DATA = 1;
const DEPLOY = 0x84;

/**
 * Reads and checks a CLR package.
 * @param {ArrayBuffer} buffer the ZIP archive
 * @returns {Promise<{bootloader: Uint8Array, clr: Uint8Array, table: Uint8Array, partitions: object[], natives: Map<string, number>}>}
 * @throws {FlashError} notZip, zipDamaged, packageIncomplete, packageImage, packageChip, packageTarget, tableDamaged, tooLarge
 */
export async function readPackage(buffer) {
  const files = readZip(buffer);
  const file = (name) => {
    if (!files.has(name)) {
      throw new FlashError("packageIncomplete", { file: name });
    }

    return files.get(name)();
  };
  const bootloader = await file(BOOTLOADER);
  const clr = await file(CLR);
  for (const [name, bytes] of [[BOOTLOADER, bootloader], [CLR, clr]]) {
    checkChip(name, bytes);
  }

  if (!contains(clr, TARGET)) {
    throw new FlashError("packageTarget", { target: TARGET });
  }

  const table = await file(TABLE);
  const natives = readChecksums(new TextDecoder().decode(await file(CHECKSUMS)));
  const partitions = readTable(table);
  const factory = partitions.find((partition) => partition.type === APP);
  const deploy = partitions.find((partition) => partition.type === DATA && partition.subtype === DEPLOY);
  if (!factory || !deploy || partitions.some((partition) => partition.offset + partition.size > FLASH_BYTES)) {
    throw new FlashError("tableDamaged");
  }

  checkRoom(CLR, clr, factory.size);
  checkRoom(BOOTLOADER, bootloader, TABLE_ADDRESS);
  return { bootloader, clr, table, partitions, natives, factory, deploy };
}

/**
 * What is wrong between a CLR and an image.
 * @param {Map<string, number>} natives checksums of the CLR's native code, by assembly
 * @param {{name: string, checksum: number}[]} assemblies of the image
 * @returns {FlashError[]} one for each assembly that the CLR cannot run
 */
export function compareChecksums(natives, assemblies) {
  return assemblies
    .filter((assembly) => assembly.checksum !== 0 && natives.get(assembly.name) !== assembly.checksum)
    .map((assembly) => {
      const needed = hex(assembly.checksum);
      return natives.has(assembly.name)
        ? new FlashError("nativeDiffers", { assembly: assembly.name, needed, found: hex(natives.get(assembly.name)) })
        : new FlashError("nativeMissing", { assembly: assembly.name, needed });
    });
}

/**
 * What is to be written where.
 * @param {object} clrPackage from readPackage
 * @param {Uint8Array} image
 * @returns {Promise<{file: string, address: number, data: Uint8Array}[]>}
 * @throws {FlashError} tooLarge
 */
export async function partsToWrite(clrPackage, image) {
  checkRoom("image", image, clrPackage.deploy.size);
  return [
    { file: BOOTLOADER, address: BOOTLOADER_ADDRESS, data: await withFlashSize(clrPackage.bootloader) },
    { file: TABLE, address: TABLE_ADDRESS, data: clrPackage.table },
    { file: CLR, address: clrPackage.factory.offset, data: clrPackage.clr },
    { file: "image", address: clrPackage.deploy.offset, data: image },
  ];
}

/** A checksum as nanoFramework writes it. */
export function hex(value) {
  return "0x" + (value >>> 0).toString(16).toUpperCase().padStart(8, "0");
}

/** Lines of "System.Net,100.2.0.11,0x6DFA71D6". */
function readChecksums(text) {
  const natives = new Map();
  for (const line of text.split(/\r?\n/)) {
    const fields = line.split(",").map((field) => field.trim());
    if (fields.length >= 3 && /^0x[0-9a-f]{1,8}$/i.test(fields[2])) {
      natives.set(fields[0], Number(fields[2]) >>> 0);
    }
  }

  if (natives.size === 0) {
    throw new FlashError("packageIncomplete", { file: CHECKSUMS });
  }

  return natives;
}

function checkChip(file, bytes) {
  if (bytes.length < 24 || bytes[0] !== 0xe9) {
    throw new FlashError("packageImage", { file });
  }

  const chip = bytes[12] | (bytes[13] << 8);
  if (chip !== CHIP_ID) {
    throw new FlashError("packageChip", { file, chip: CHIP_NAMES[chip] ?? chip });
  }
}

/** ESP-IDF's partition table: 32 bytes each, ended by a checksum or erased flash. */
function readTable(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const partitions = [];
  for (let at = 0; at + 32 <= bytes.length && view.getUint16(at, true) === 0x50aa; at += 32) {
    partitions.push({ type: bytes[at + 2], subtype: bytes[at + 3], offset: view.getUint32(at + 4, true), size: view.getUint32(at + 8, true) });
  }

  return partitions;
}

function checkRoom(file, bytes, room) {
  if (bytes.length > room) {
    throw new FlashError("tooLarge", { file, size: bytes.length, room });
  }
}

/**
 * The bootloader with 16 MB in its header. As built it names 4 MB, and then it refuses partitions beyond; flashing tools set the real size.
 * esptool-js would change the byte but not the SHA-256 after the image.
 */
async function withFlashSize(bootloader) {
  const patched = bootloader.slice();
  patched[3] = (patched[3] & 0x0f) | 0x40;
  const hashed = imageLength(patched);
  if (patched[23] === 1 && hashed + 32 <= patched.length) {
    patched.set(new Uint8Array(await crypto.subtle.digest("SHA-256", patched.subarray(0, hashed))), hashed);
  }

  return patched;
}

/** Bytes of header, segments and checksum, padded to 16 (esptool's docs/en/advanced-topics/firmware-image-format.rst). */
function imageLength(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 24;
  for (let segments = bytes[1]; segments > 0; segments--) {
    if (at + 8 > bytes.length) {
      throw new FlashError("packageImage", { file: BOOTLOADER });
    }

    at += 8 + view.getUint32(at + 4, true);
  }

  return (at + 16) & ~15;
}

function contains(bytes, text) {
  const wanted = new TextEncoder().encode(text + "\0");
  for (let at = bytes.indexOf(wanted[0]); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) {
      return true;
    }
  }

  return false;
}
