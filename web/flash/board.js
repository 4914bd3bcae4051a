// A board at a serial port: chip check, writing, restart. The serial protocol is esptool-js's; what can go wrong gets words here.
import { FlashError } from "./errors.js";
import { md5 } from "./md5.js";
import { FLASH_BYTES } from "./package.js";

const CHIP = "ESP32-S3";
const FLASHING_BAUD = 921600;
const PSRAM_8_MB = 1;
const PSRAM_2_MB = 2;

/** esptool-js. Throws FlashError noLibrary where `npm ci` was not run. */
export async function loadLibrary() {
  try {
    return await import("./library.js");
  } catch {
    throw new FlashError("noLibrary");
  }
}

/**
 * The serial port as the library sees it. After `end` it is dead for the library, whatever that still waits for or tries again;
 * the real port is then free for the next attempt.
 */
class Line {
  #port;
  #end;
  #dead = null;
  #lost = () => this.end(new FlashError("cable"));

  constructor(port) {
    this.#port = port;
    /** Rejects when the line ends. */
    this.ended = new Promise((_, reject) => (this.#end = reject));
    this.ended.catch(() => {});
    port.addEventListener("disconnect", this.#lost);
  }

  end(reason) {
    this.#dead ??= reason;
    this.#port.removeEventListener("disconnect", this.#lost);
    this.#end(reason);
  }

  get dead() {
    return this.#dead;
  }

  get readable() {
    return this.#dead ? null : this.#port.readable;
  }

  get writable() {
    this.#check();
    return this.#port.writable;
  }

  getInfo() {
    return this.#port.getInfo();
  }

  async open(options) {
    this.#check();
    try {
      await this.#port.open(options);
    } catch (error) {
      throw this.#dead ?? new FlashError("busy", { detail: error.message });
    }
  }

  async close() {
    this.#check();
    await this.#port.close();
  }

  async setSignals(signals) {
    this.#check();
    await this.#port.setSignals(signals);
  }

  #check() {
    if (this.#dead) {
      throw this.#dead;
    }
  }
}

/** One connection to a board's loader. After an error it is over: close it and connect again. */
export class Board {
  #port;
  #line;
  #library;
  #transport;
  #loader;

  /**
   * @param {SerialPort} port
   * @param {object} library from loadLibrary
   * @param {(line: string) => void} log what the library reports
   */
  constructor(port, library, log) {
    this.#port = port;
    this.#line = new Line(port);
    this.#library = library;
    this.#transport = new library.Transport(this.#line, false);
    this.#transport.trace = () => {};
    const terminal = { clean() {}, write: log, writeLine: log };
    this.#loader = new library.ESPLoader({ transport: this.#transport, baudrate: FLASHING_BAUD, romBaudrate: 115200, terminal });
  }

  /**
   * Puts the board into its ROM loader, and checks what it is. Nothing in its flash changes.
   * @returns {Promise<{chip: string, mac: string, flashBytes: number, psram: "8"|"unknown"}>}
   * @throws {FlashError} busy, noSync, wrongChip, unknownChip, secured, smallFlash, smallPsram, cable, stopped
   */
  connect() {
    return this.#guard(async () => {
      const loader = this.#loader;
      try {
        await loader.detectChip();
      } catch (error) {
        const { UnexpectedChipIdError, UnexpectedChipMagicError } = this.#library;
        if (error instanceof FlashError || this.#line.dead) {
          throw error;
        }

        throw new FlashError(error instanceof UnexpectedChipIdError || error instanceof UnexpectedChipMagicError ? "unknownChip" : "noSync", { detail: error.message });
      }

      if (loader.chip.CHIP_NAME !== CHIP) {
        throw new FlashError("wrongChip", { chip: loader.chip.CHIP_NAME });
      }

      if (loader.secureDownloadMode) {
        throw new FlashError("secured");
      }

      const chip = await loader.chip.getChipDescription(loader);
      const psram = await loader.chip.getPsramCap(loader);
      const mac = await loader.chip.readMac(loader);
      await loader.runStub();
      await loader.changeBaud();
      const size = await loader.detectFlashSize();
      const flashBytes = size ? loader.flashSizeBytes(size) : 0;
      if (flashBytes < FLASH_BYTES) {
        throw new FlashError("smallFlash", { found: size ?? "?" });
      }

      if (psram === PSRAM_2_MB) {
        throw new FlashError("smallPsram");
      }

      return { chip, mac, flashBytes, psram: psram === PSRAM_8_MB ? "8" : "unknown" };
    });
  }

  /**
   * Writes all parts and compares the MD5 of each with the flash.
   * @param {{file: string, address: number, data: Uint8Array}[]} parts
   * @param {{eraseAll: boolean, progress: (step: {file: string, phase: "erase"|"write"|"verified", written: number, total: number}) => void}} options
   *   written and total: bytes of all parts
   * @throws {FlashError} cable, canceled, verify, stopped
   */
  write(parts, { eraseAll, progress }) {
    return this.#guard(async () => {
      const total = parts.reduce((sum, part) => sum + part.data.length, 0);
      if (eraseAll) {
        progress({ file: "", phase: "erase", written: 0, total });
        await this.#loader.eraseFlash();
      }

      let before = 0;
      for (const { file, address, data } of parts) {
        const report = (phase, bytes) => progress({ file, phase, written: before + bytes, total });
        try {
          await this.#loader.writeFlash({
            fileArray: [{ data, address }],
            flashMode: "keep",
            flashFreq: "keep",
            flashSize: "keep",
            compress: true,
            reportProgress: (_, sent, packed) => report("write", packed === 0 ? 0 : Math.floor((data.length * sent) / packed)),
            calculateMD5Hash: md5,
          });
        } catch (error) {
          throw /md5 of file/i.test(error.message) ? new FlashError("verify", { file }) : error;
        }

        report("verified", data.length);
        before += data.length;
      }
    });
  }

  /** Leaves the loader and starts what was written. The port is closed then. */
  async restart() {
    await this.#guard(async () => {
      await this.#line.setSignals({ dataTerminalReady: false, requestToSend: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await this.#line.setSignals({ dataTerminalReady: false, requestToSend: false });
    });
    await this.close();
  }

  /** Ends whatever is in progress, at once. Rejects it with FlashError canceled. */
  async cancel() {
    this.#line.end(new FlashError("canceled"));
    await this.close();
  }

  /** Frees the port. Throws nothing. */
  async close() {
    const { readable, writable } = this.#port;
    this.#line.end(new FlashError("canceled"));
    try {
      await this.#transport.reader?.cancel();
    } catch {
      // The stream has failed already.
    }

    // The library lets go of its writer when its write ends, and of its reader when the cancel does.
    for (let attempt = 0; attempt < 50 && (readable?.locked || writable?.locked); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }

    try {
      await this.#port.close();
    } catch {
      // Closed, or gone.
    }
  }

  async #guard(work) {
    const working = work();
    working.catch(() => {});
    try {
      return await Promise.race([working, this.#line.ended]);
    } catch (error) {
      if (this.#line.dead) {
        throw this.#line.dead;
      }

      if (error instanceof FlashError) {
        throw error;
      }

      throw new FlashError(error?.name === "NetworkError" ? "cable" : "stopped", { detail: String(error?.message ?? error) });
    }
  }
}
