// The flashing page: files → board → write → log → provisioning.
import { Board, loadLibrary } from "./board.js";
import { builtImage } from "./built-image.js";
import { FlashError } from "./errors.js";
import { readImage } from "./image.js";
import { Log, pairingCode } from "./log.js";
import { compareChecksums, partsToWrite, readPackage } from "./package.js";
import { addLine, currentLanguage, element, errorText, show, startLanguages, text } from "./page.js";

/** More than any CLR package or image has: such a file is not read at all. */
const MAX_FILE_BYTES = 64 << 20;

/** Where the provisioning page of the same origin finds the pairing code, for as long as the tab is open. */
const CODE_KEY = "hub.pairing-code";

let library = null;
let parts = null;
let board = null;
let port = null;
let log = null;
let busy = false;
let checks = 0;
/** The provisioning flow, once it is on this page. */
let setup = null;
let seenCode = "";

startLanguages(() => setup?.setLanguage(currentLanguage()));
element("package").addEventListener("change", checkFiles);
element("image").addEventListener("change", checkFiles);
element("connect").addEventListener("click", connect);
element("write").addEventListener("click", write);
element("cancel").addEventListener("click", () => board?.cancel());
element("follow").addEventListener("click", follow);
element("restart").addEventListener("click", () => log?.restartBoard().catch(() => {}));
element("next").addEventListener("click", goOn);
addEventListener("beforeunload", (event) => {
  if (busy) {
    event.preventDefault();
  }
});
await start();

async function start() {
  element("built-image").hidden = !builtImage;
  if (!isSecureContext) {
    fail("browser", new FlashError("insecure"));
  } else if (!navigator.serial) {
    fail("browser", new FlashError("noSerial"));
  } else {
    try {
      library = await loadLibrary();
    } catch (error) {
      fail("browser", error);
    }
  }

  if (builtImage) {
    await checkFiles();
  }

  refresh();
}

function refresh() {
  element("connect").disabled = busy || !library || !parts || Boolean(log);
  element("write").disabled = busy || !board;
  element("follow").disabled = busy || !navigator.serial;
  element("package").disabled = busy;
  element("image").disabled = busy;
  element("keep").disabled = busy;
  element("erase").disabled = busy;
}

/** Reads and checks what was chosen. Choosing again while a check is running drops that one's result. */
async function checkFiles() {
  const check = ++checks;
  const [packageFile] = element("package").files;
  const [imageFile] = element("image").files;
  parts = null;
  await dropBoard();
  const needsBuilt = !imageFile && builtImage;
  show("files", packageFile || imageFile ? [() => text("checking")] : []);
  refresh();

  const problems = [];
  const attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      problems.push(error instanceof FlashError ? error : new FlashError("unreadable", { detail: String(error) }));
      return null;
    }
  };
  const clrPackage = packageFile && (await attempt(async () => readPackage(await read(packageFile))));
  const image = needsBuilt ? await attempt(fetchImage) : imageFile && (await attempt(async () => new Uint8Array(await read(imageFile))));
  const assemblies = image && (await attempt(() => readImage(image)));
  let made = null;
  if (clrPackage && assemblies) {
    problems.push(...compareChecksums(clrPackage.natives, assemblies));
    made = await attempt(() => partsToWrite(clrPackage, image));
  }

  if (check !== checks) {
    return;
  }

  if (problems.length > 0) {
    show("files", problems.map((problem) => () => errorText(problem)), "problem");
  } else if (made) {
    parts = made;
    const values = {
      count: assemblies.filter((assembly) => assembly.checksum !== 0).length,
      size: Math.ceil(image.length / 1024),
      room: Math.floor(clrPackage.deploy.size / 1024),
    };
    show("files", [() => text("filesOk", values)], "good");
  } else {
    show("files", []);
  }

  refresh();
}

async function read(file) {
  if (file.size > MAX_FILE_BYTES) {
    throw new FlashError("hugeFile", { file: file.name });
  }

  return file.arrayBuffer();
}

/** The image that the site came with (build/site.sh). */
async function fetchImage() {
  const response = await fetch(new URL(builtImage, import.meta.url));
  if (!response.ok) {
    throw new FlashError("unreadable", { detail: `${builtImage}: ${response.status}` });
  }

  return new Uint8Array(await response.arrayBuffer());
}

async function connect() {
  await dropBoard();
  show("result", []);
  try {
    port = await choosePort();
  } catch (error) {
    fail("board", error);
    return;
  }

  setBusy(true);
  show("board", [() => text("connecting")]);
  const connecting = new Board(port, library, technical);
  try {
    const found = await connecting.connect();
    board = connecting;
    const values = { chip: found.chip, flash: found.flashBytes >> 20, mac: found.mac };
    show("board", [() => text("boardOk", { ...values, psram: text(found.psram === "8" ? "psram8" : "psramUnknown") })], "good");
  } catch (error) {
    await connecting.close();
    fail("board", error);
  }

  setBusy(false);
  if (board) {
    element("write").focus();
  } else {
    element("connect").focus();
  }
}

async function write() {
  const writing = board;
  setBusy(true);
  show("result", []);
  element("cancel").hidden = false;
  element("cancel").focus();
  element("progress").hidden = false;
  const meter = new Meter();
  try {
    await writing.write(parts, { eraseAll: element("erase").checked, progress: (step) => meter.show(step) });
    await writing.restart();
    show("result", [() => text("written")], "good");
  } catch (error) {
    await writing.close();
    fail("result", error);
  }

  // The connection is over in any case.
  board = null;
  show("board", []);
  element("doing").textContent = "";
  element("progress").hidden = true;
  element("cancel").hidden = true;
  setBusy(false);
  element(element("result").className === "good" ? "follow" : "connect").focus();
}

async function follow() {
  if (log) {
    await log.stop();
    return;
  }

  await dropBoard();
  show("board", []);
  try {
    port ??= await choosePort();
  } catch (error) {
    fail("code", error);
    return;
  }

  show("code", []);
  log = new Log(port, (line) => {
    addLine("log", line);
    const code = pairingCode(line);
    if (code) {
      keepCode(code);
    }
  });
  const done = log.run();
  element("follow").dataset.text = "stop";
  element("follow").textContent = text("stop");
  element("restart").hidden = false;
  refresh();
  try {
    await done;
  } catch (error) {
    fail("code", new FlashError(error.name === "NetworkError" && !port.readable && element("log").hidden ? "busy" : "portLost", { detail: error.message }));
    port = null;
  }

  log = null;
  element("follow").dataset.text = "follow";
  element("follow").textContent = text("follow");
  element("restart").hidden = true;
  refresh();
}

/** Wi-Fi and printers on this page. Where the provisioning page cannot be loaded, the link is followed. */
async function goOn(event) {
  event.preventDefault();
  if (busy) {
    return;
  }

  const next = element("next");
  try {
    const { start: startSetup } = await import("../provisioning.js");
    await log?.stop();
    await dropBoard();
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("../provisioning.css", import.meta.url).href;
    document.head.append(style);
    sessionStorage.removeItem(CODE_KEY);
    const root = document.createElement("div");
    setup = await startSetup(root, { lang: currentLanguage(), code: seenCode });
    element("flash").replaceWith(root);
    element("title").dataset.text = "setupTitle";
    element("title").textContent = text("setupTitle");
    document.title = text("setupTitle");
    element("title").focus();
  } catch (error) {
    technical(String(error));
    location.assign(next.href);
  }
}

function keepCode(code) {
  seenCode = code;
  show("code", [() => text("code", { code })], "good");
  try {
    sessionStorage.setItem(CODE_KEY, code);
  } catch {
    // Storage is switched off: the person types it.
  }
}

async function choosePort() {
  try {
    return await navigator.serial.requestPort();
  } catch (error) {
    throw new FlashError("noPort", { detail: error.message });
  }
}

async function dropBoard() {
  const old = board;
  board = null;
  await old?.close();
}

function setBusy(now) {
  busy = now;
  refresh();
}

function fail(id, error) {
  const shownError = error instanceof FlashError ? error : new FlashError("stopped", { detail: String(error) });
  show(id, [() => errorText(shownError)], "problem");
  if (shownError.values.detail) {
    technical(shownError.values.detail);
  }
}

function technical(line) {
  if (line.trim() !== "") {
    element("details").hidden = false;
    addLine("technical", line);
  }
}

/** Progress, speed and time left of one writing. */
class Meter {
  #startedAt = 0;

  show({ file, phase, written, total }) {
    element("progress").value = (100 * written) / total;
    if (phase === "erase") {
      element("progress").removeAttribute("value");
      element("doing").textContent = text("erasing");
      return;
    }

    this.#startedAt ||= performance.now();
    const seconds = Math.max(0.001, (performance.now() - this.#startedAt) / 1000);
    const bytesPerSecond = written / seconds;
    const left = bytesPerSecond > 0 ? Math.ceil((total - written) / bytesPerSecond) : 0;
    const name = file === "image" ? text("image") : file;
    element("doing").textContent =
      phase === "verified"
        ? text("verified", { file: name })
        : text("writing", {
            file: name,
            percent: Math.floor((100 * written) / total),
            speed: Math.round(bytesPerSecond / 1024),
            left: left < 120 ? text("seconds", { count: left }) : text("minutes", { count: Math.ceil(left / 60) }),
          });
  }
}
