// The board's log on the serial port.

/**
 * The ROM and the bootloader speak at 115200 baud. nanoCLR sets its UART to 921600 (nf-interpreter: WireProtocol_Uart_Pins.h). The chip's own USB
 * port has no speed. The log begins at the CLR's and changes over when what arrives is not text.
 */
export const LOG_BAUDS = [921600, 115200];

const PAIRING_CODE = /pairing code: ([A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4})/;
const JUDGED_BYTES = 64;
// The bootloader speaks for less than a second after a restart, and must not change the speed.
const GARBLED_MS = 5000;
const MAX_LINE = 2000;

/** Whether bytes are what text at another speed looks like. */
export function looksGarbled(bytes) {
  let odd = 0;
  for (const byte of bytes) {
    odd += (byte < 32 && byte !== 10 && byte !== 13 && byte !== 9 && byte !== 27) || byte > 126 ? 1 : 0;
  }

  return bytes.length > 0 && odd * 3 > bytes.length;
}

/** The pairing code in a line of the hub's log, or null. */
export function pairingCode(line) {
  return PAIRING_CODE.exec(line)?.[1] ?? null;
}

/** What is readable at the end of a line: what came before at another speed is cut off. */
function readable(line) {
  return line.replace(/^.*[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/u, "");
}

/** Follows the log until it is stopped or the port is gone. */
export class Log {
  #port;
  #reader = null;
  #stopped = false;
  #done = null;
  #line;
  #garbledMs;

  /**
   * @param {SerialPort} port a closed one
   * @param {(line: string) => void} line called for each line
   * @param {number} garbledMs how long garbled text is borne before the speed changes
   */
  constructor(port, line, garbledMs = GARBLED_MS) {
    this.#port = port;
    this.#line = line;
    this.#garbledMs = garbledMs;
  }

  /**
   * Opens the port and reads. Resolves when stopped, rejects with the port's error.
   * @returns {Promise<void>}
   */
  run() {
    this.#done = this.#run();
    this.#done.catch(() => {});
    return this.#done;
  }

  /** Ends the reading and closes the port. */
  async stop() {
    this.#stopped = true;
    try {
      await this.#reader?.cancel();
    } catch {
      // The port has gone.
    }

    await this.#done?.catch(() => {});
  }

  /** Restarts the board: what it logs at its start comes again. */
  async restartBoard() {
    await this.#port.setSignals({ dataTerminalReady: false, requestToSend: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await this.#port.setSignals({ dataTerminalReady: false, requestToSend: false });
  }

  async #run() {
    for (let next = 0; !this.#stopped; next = (next + 1) % LOG_BAUDS.length) {
      await this.#port.open({ baudRate: LOG_BAUDS[next] });
      try {
        if (await this.#readAtOneSpeed()) {
          return;
        }
      } finally {
        try {
          await this.#port.close();
        } catch {
          // Gone with its cable.
        }
      }
    }
  }

  /** True when the log is over, false when the speed is wrong. */
  async #readAtOneSpeed() {
    const decoder = new TextDecoder();
    let text = "";
    let judged = [];
    let garbledSince = 0;
    this.#reader = this.#port.readable.getReader();
    try {
      while (!this.#stopped) {
        const { value, done } = await this.#reader.read();
        if (done) {
          return true;
        }

        judged = [...judged, ...value].slice(-JUDGED_BYTES);
        const garbled = looksGarbled(judged);
        garbledSince = garbled ? garbledSince || performance.now() : 0;
        if (garbled && performance.now() - garbledSince > this.#garbledMs) {
          await this.#reader.cancel();
          return this.#stopped;
        }

        text += decoder.decode(value, { stream: true });
        const lines = text.split(/\r?\n/);
        text = lines.pop().slice(-MAX_LINE);
        lines.map(readable).filter((line) => line !== "").forEach(this.#line);
      }

      return true;
    } finally {
      this.#reader.releaseLock();
      this.#reader = null;
    }
  }
}
