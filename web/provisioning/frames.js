// Messages in chunks (docs/provisioning.md#chunks).

const HEADER_BYTES = 6;
const MAX_MESSAGE_BYTES = 61508;

export const PLAIN = 0;
export const SEALED = 1;

/** Longest message that the hub accepts, in bytes. */
export const MAX_TO_HUB_BYTES = 8192;

/**
 * Cuts a message into chunks.
 * @param {Uint8Array} message what to send
 * @param {number} number counts messages, 0 to 255
 * @param {number} kind PLAIN or SEALED
 * @param {number} chunkBytes longest chunk, its header included
 * @returns {Uint8Array[]}
 */
export function cut(message, number, kind, chunkBytes) {
  const chunks = [];
  const step = chunkBytes - HEADER_BYTES;
  for (let offset = 0; offset < message.length; offset += step) {
    const part = message.subarray(offset, offset + step);
    const chunk = new Uint8Array(HEADER_BYTES + part.length);
    const view = new DataView(chunk.buffer);
    view.setUint8(0, number);
    view.setUint8(1, kind);
    view.setUint16(2, message.length);
    view.setUint16(4, offset);
    chunk.set(part, HEADER_BYTES);
    chunks.push(chunk);
  }

  return chunks;
}

/** Joins chunks, which may come in any order and more than once. */
export class ChunkReader {
  #number = -1;
  #kind = PLAIN;
  #message = null;
  #have = null;
  #missing = 0;

  /**
   * @param {DataView} chunk as it was received
   * @returns {{kind: number, message: Uint8Array} | null} the message that this chunk completes
   */
  add(chunk) {
    if (chunk.byteLength <= HEADER_BYTES) {
      return null;
    }

    const number = chunk.getUint8(0);
    const kind = chunk.getUint8(1);
    const length = chunk.getUint16(2);
    const offset = chunk.getUint16(4);
    const part = new Uint8Array(chunk.buffer, chunk.byteOffset + HEADER_BYTES, chunk.byteLength - HEADER_BYTES);
    if (length > MAX_MESSAGE_BYTES || offset + part.length > length) {
      this.#number = -1;
      return null;
    }

    if (number !== this.#number) {
      this.#number = number;
      this.#kind = kind;
      this.#message = new Uint8Array(length);
      this.#have = new Uint8Array(length);
      this.#missing = length;
    }

    if (!this.#message || kind !== this.#kind || length !== this.#message.length) {
      return null;
    }

    for (let i = 0; i < part.length; i++) {
      if (!this.#have[offset + i]) {
        this.#have[offset + i] = 1;
        this.#missing--;
      }
    }

    this.#message.set(part, offset);
    if (this.#missing > 0) {
      return null;
    }

    const message = this.#message;
    this.#message = null;
    return { kind, message };
  }
}
