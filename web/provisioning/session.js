// Login and seal of one connection (docs/provisioning.md#login). Knows bytes and keys, but no radio.

const NONCE_BYTES = 16;
const COUNTER_BYTES = 4;
const IV_BYTES = 16;
const MAC_BYTES = 32;
const ITERATIONS = 1000;
const CODE_LENGTH = 12;

const utf8 = new TextEncoder();

/** The pairing code as the hub knows it: capitals without dashes. Null when it cannot be one. */
export function normalizedCode(typed) {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B');
  return code.length === CODE_LENGTH && /^[A-Z2-7]*$/.test(code) ? code : null;
}

/** K: what both sides make of the code. */
export async function pairingKey(code, deviceId) {
  const password = await crypto.subtle.importKey('raw', utf8.encode(code), 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: utf8.encode(deviceId), iterations: ITERATIONS }, password, 256);
  return macKey(bits);
}

/** One login: from the hello to the sealed messages. */
export class Session {
  #ownNonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  #nonces = null;
  #pairingKey = null;
  #own = null;
  #hub = null;
  #sent = 0;
  #received = -1;

  hello() {
    return { type: 'hello', version: 1, nonce: toBase64(this.#ownNonce) };
  }

  /** The central's login, after the hub's hello. */
  async login(hello, key) {
    this.#nonces = join(this.#ownNonce, fromBase64(hello.nonce));
    this.#pairingKey = key;
    return { type: 'login', proof: toBase64(await this.#derive('login central')) };
  }

  /** Checks the hub's proof, and makes the keys. False when it does not know the code. */
  async accept(login) {
    const proof = fromBase64(login.proof);
    if (!(await crypto.subtle.verify('HMAC', this.#pairingKey, proof, this.#text('login hub')))) {
      return false;
    }

    [this.#own, this.#hub] = await Promise.all([this.#keysOf('central'), this.#keysOf('hub')]);
    return true;
  }

  get isOpen() {
    return this.#hub !== null;
  }

  /** Seals a message. Calls must not overlap: the counter has to grow as the messages leave. */
  async seal(message) {
    const counter = new Uint8Array(COUNTER_BYTES);
    new DataView(counter.buffer).setUint32(0, this.#sent++);
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const text = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, this.#own.cipher, message));
    const body = join(counter, iv, text);
    return join(body, new Uint8Array(await crypto.subtle.sign('HMAC', this.#own.mac, body)));
  }

  /** Opens a sealed message. Calls must not overlap. Null when the seal is wrong. */
  async open(message) {
    if (message.length < COUNTER_BYTES + IV_BYTES + MAC_BYTES) {
      return null;
    }

    const body = message.subarray(0, message.length - MAC_BYTES);
    if (!(await crypto.subtle.verify('HMAC', this.#hub.mac, message.subarray(body.length), body))) {
      return null;
    }

    const counter = new DataView(body.buffer, body.byteOffset).getUint32(0);
    if (counter <= this.#received) {
      return null;
    }

    this.#received = counter;
    const iv = body.subarray(COUNTER_BYTES, COUNTER_BYTES + IV_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, this.#hub.cipher, body.subarray(COUNTER_BYTES + IV_BYTES)));
  }

  async #keysOf(side) {
    const key = (await this.#derive(`${side} key`)).subarray(0, 16);
    return {
      cipher: await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt', 'decrypt']),
      mac: await macKey(await this.#derive(`${side} mac`)),
    };
  }

  async #derive(label) {
    return new Uint8Array(await crypto.subtle.sign('HMAC', this.#pairingKey, this.#text(label)));
  }

  #text(label) {
    return join(utf8.encode(label), this.#nonces);
  }
}

function macKey(bytes) {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function join(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }

  return joined;
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
