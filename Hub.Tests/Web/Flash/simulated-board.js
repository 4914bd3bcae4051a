// A board at a serial port, for the tests of web/flash: stands in for navigator.serial. The ROM loader and the stub speak what
// Espressif documents (esptool, docs/en/advanced-topics/serial-protocol.rst). The flash is one that must be erased before it is written.
(() => {
  const SECTOR = 4096;
  const REG = { block1: 0x60007044, mac: 0x60007044, spiCmd: 0x60002000, spiUser2: 0x60002020, spiW0: 0x60002058, magic: 0x40001000 };
  const SPI_START = 1 << 18;
  const READ_ID = 0x9f;
  const LOG_BAUD = 921600;
  const ROM_BAUD = 115200;

  class SimulatedBoard extends EventTarget {
    // options: chipId, magic, flashMb, psram (2 bits of efuse), secured, silent, busy, pullAtWrite, spoilFlash, usb, deafAfter, badStub
    constructor(options = {}) {
      super();
      Object.assign(this, { chipId: 9, magic: 9, flashMb: 16, psram: 1, ...options });
      this.flash = new Uint8Array(this.flashMb << 20).fill(0xff);
      this.restarts = 0;
      this.writes = 0;
      this.erased = 0;
      this.begun = 0;
      this.writable = this.readable = null;
      this.power();
    }

    // ---- the port

    getInfo() {
      return this.usb ? { usbVendorId: 0x303a, usbProductId: 0x1001 } : { usbVendorId: 0x10c4, usbProductId: 0xea60 };
    }

    async open({ baudRate }) {
      if (this.busy || this.pulled) {
        throw new DOMException("Failed to open serial port.", "NetworkError");
      }

      if (this.readable) {
        throw new DOMException("The port is already open.", "InvalidStateError");
      }

      this.baud = baudRate;
      const board = this;
      this.readable = new ReadableStream({ start: (controller) => (board.toHost = controller) });
      this.writable = new WritableStream({ write: (bytes) => board.written(bytes) });
    }

    async close() {
      if (!this.readable) {
        throw new DOMException("The port is already closed.", "InvalidStateError");
      }

      if (this.readable.locked || this.writable.locked) {
        throw new TypeError("Cannot close a locked stream.");
      }

      this.toHost = this.readable = this.writable = null;
    }

    async setSignals({ dataTerminalReady, requestToSend }) {
      if (!this.readable) {
        throw new DOMException("The port is closed.", "InvalidStateError");
      }

      const before = { dtr: this.dtr, rts: this.rts };
      this.dtr = dataTerminalReady ?? this.dtr;
      this.rts = requestToSend ?? this.rts;
      // The chip's own USB remembers DTR without RTS as the wish for the loader; a USB bridge has DTR on BOOT and RTS on RESET.
      this.wish = this.usb ? this.wish || (this.dtr && !this.rts) : this.dtr;
      if (before.rts && !this.rts) {
        this.power(this.wish);
        this.wish = false;
      }
    }

    pull() {
      this.pulled = true;
      const lost = () => new DOMException("The device has been lost.", "NetworkError");
      this.toHost?.error(lost());
      this.toHost = this.readable = this.writable = null;
      this.power();
      this.dispatchEvent(new Event("disconnect"));
      return lost();
    }

    plugIn() {
      this.pulled = false;
    }

    async written(bytes) {
      this.writes++;
      if (this.writes === this.pullAtWrite) {
        throw this.pull();
      }

      if (this.silent || this.writes > this.deafAfter || !this.loader || (this.chipBaud && this.chipBaud !== this.baud)) {
        return;
      }

      for (const byte of bytes) {
        if (byte !== 0xc0) {
          this.packet.push(byte);
        } else if (this.packet.length > 0) {
          const packet = this.packet;
          this.packet = [];
          await this.command(unescape(packet));
        }
      }
    }

    send(bytes, baud = this.chipBaud) {
      // At another speed nothing of it can be read.
      const received = baud && baud !== this.baud && !this.usb ? bytes.map((byte) => byte | 0x80) : bytes;
      this.toHost?.enqueue(Uint8Array.from(received));
    }

    // ---- the chip

    power(loader = false) {
      this.restarts++;
      Object.assign(this, { loader, stub: false, chipBaud: null, packet: [], registers: new Map(), download: null, ram: 0 });
      if (!loader) {
        setTimeout(() => this.boot(), 0);
      }
    }

    boot() {
      const text = (line, baud) => this.send([...new TextEncoder().encode(line + "\r\n")], baud);
      text("ESP-ROM:esp32s3-20210327 rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)", ROM_BAUD);
      if (this.flash[0] !== 0xe9) {
        text("invalid header: 0xffffffff", ROM_BAUD);
      } else {
        text("9 info firmware: print-farm hub 0.1.0", LOG_BAUD);
        text("12 info firmware: pairing code: ABCD-EFGH-IJ27", LOG_BAUD);
        text("14 info firmware: device id: esp32-240ac4123450", LOG_BAUD);
      }
    }

    answer(op, value = 0, data = [], status = 0, error = 0) {
      const tail = this.stub ? [status, error] : [status, error, 0, 0];
      const body = [...data, ...tail];
      this.packetToHost([1, op, body.length & 0xff, body.length >> 8, ...word(value), ...body]);
    }

    packetToHost(bytes) {
      this.send([0xc0, ...bytes.flatMap((byte) => (byte === 0xc0 ? [0xdb, 0xdc] : byte === 0xdb ? [0xdb, 0xdd] : [byte])), 0xc0]);
    }

    async command(packet) {
      const op = packet[1];
      const data = Uint8Array.from(packet.slice(8));
      const view = new DataView(data.buffer);
      const arg = (index) => view.getUint32(4 * index, true);
      const checked = () => {
        const block = data.subarray(16, 16 + arg(0));
        const sum = block.reduce((all, byte) => all ^ byte, 0xef);
        return sum === packet[4] && block.length === arg(0) ? block : null;
      };
      switch (op) {
        case 0x08:
          for (let copy = 0; copy < 8; copy++) {
            this.answer(op, this.stub ? 0 : 0x20120707);
          }

          return;
        case 0x0a:
          return this.answer(op, arg(0) === REG.magic ? this.magic : this.register(arg(0)));
        case 0x09:
          this.setRegister(arg(0), arg(1));
          return this.answer(op);
        case 0x14:
          // The ESP32 does not know it; the ESP32-S2 leaves out the chip's id.
          return this.chipId === 0
            ? this.answer(op, 0, [], 1, 5)
            : this.answer(op, 0, [...word(this.secured ? 4 : 0), 0, ...new Array(7).fill(0), ...(this.chipId === 2 ? [] : [...word(this.chipId), ...word(0)])]);
        case 0x05:
          this.ram = arg(0);
          return this.answer(op);
        case 0x07:
          this.ram -= checked()?.length ?? 0;
          return this.badStub ? this.answer(op, 0, [], 1, 7) : this.answer(op);
        case 0x06:
          this.answer(op, 0, [], this.ram === 0 ? 0 : 1, 6);
          this.stub = this.ram === 0;
          return this.packetToHost([..."OHAI"].map((letter) => letter.charCodeAt(0)));
        case 0x0f:
          this.answer(op);
          this.chipBaud = arg(0);
          return;
        case 0xd0:
          this.flash.fill(0xff);
          this.erased++;
          return this.answer(op);
        case 0x10:
          this.begin(arg(0), arg(1), arg(3));
          return this.answer(op);
        case 0x11: {
          const block = checked();
          if (!block || arg(1) !== this.download.next) {
            return this.answer(op, 0, [], 1, 0xc1);
          }

          await this.take(block);
          return this.answer(op);
        }

        case 0x12:
          return this.answer(op);
        case 0x13: {
          const { md5 } = await import("/flash/md5.js");
          await this.download?.done;
          const digest = md5(this.flash.subarray(arg(0), arg(0) + arg(1)));
          return this.answer(op, 0, digest.match(/../g).map((pair) => parseInt(pair, 16)));
        }

        default:
          return this.answer(op, 0, [], 1, this.stub ? 0xff : 5);
      }
    }

    register(address) {
      if (address === REG.block1 + 16) {
        return this.psram << 3;
      }

      return { [REG.mac]: 0xc4123450, [REG.mac + 4]: 0x240a }[address] ?? this.registers.get(address) ?? 0;
    }

    setRegister(address, value) {
      this.registers.set(address, value);
      if (address === REG.spiCmd && value & SPI_START) {
        this.registers.set(REG.spiCmd, 0);
        if ((this.registers.get(REG.spiUser2) & 0xff) === READ_ID) {
          this.registers.set(REG.spiW0, 0xef | (0x40 << 8) | (Math.log2(this.flashMb << 20) << 16));
        }
      }
    }

    // ---- the flash

    begin(size, blocks, address) {
      this.begun++;
      this.flash.fill(0xff, address, Math.min(this.flash.length, Math.ceil((address + size) / SECTOR) * SECTOR));
      const stream = new DecompressionStream("deflate");
      const writer = stream.writable.getWriter();
      const download = { next: 0, blocks, at: address, writer };
      download.done = (async () => {
        const reader = stream.readable.getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          // Writing can only clear bits.
          for (const byte of part.value) {
            this.flash[download.at++] &= byte;
          }
        }

        if (this.spoilFlash !== undefined) {
          this.flash[this.spoilFlash] ^= 1;
        }
      })();
      download.done.catch(() => {});
      this.download = download;
    }

    async take(block) {
      const download = this.download;
      download.next++;
      const last = download.next === download.blocks;
      await download.writer.write(block.slice());
      if (last) {
        await download.writer.close();
      }
    }
  }

  function word(value) {
    return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  }

  function unescape(packet) {
    const bytes = [];
    for (let at = 0; at < packet.length; at++) {
      bytes.push(packet[at] !== 0xdb ? packet[at] : packet[++at] === 0xdc ? 0xc0 : 0xdb);
    }

    return bytes;
  }

  // Waits of the library are for real chips: resets, and drivers that reopen a port.
  const realTimeout = window.setTimeout.bind(window);
  const due = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => due.shift()();
  window.setTimeout = (work, ms = 0, ...values) => {
    if (ms > 4) {
      return realTimeout(work, ms / 50, ...values);
    }

    due.push(() => work(...values));
    channel.port2.postMessage(0);
    return 0;
  };

  window.SimulatedBoard = SimulatedBoard;
  window.board = new SimulatedBoard();
  const serial = new EventTarget();
  serial.requestPort = async () => {
    if (!window.board) {
      throw new DOMException("No port selected by the user.", "NotFoundError");
    }

    return window.board;
  };
  Object.defineProperty(navigator, "serial", { configurable: true, get: () => serial });
})();
