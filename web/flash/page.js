// What the page shows: texts in the chosen language, messages that follow a change of language, lines of a log.
import { fill, texts } from "./texts.js";

const LANGUAGE_KEY = "hub.language";
const MAX_LOG_LINES = 500;

const shown = new Map();
let language = "en";

/** The element with an id. */
export function element(id) {
  return document.getElementById(id);
}

/** The text of a key in the chosen language, its gaps filled. */
export function text(key, values = {}) {
  return fill(texts[language][key], values);
}

/**
 * Shows messages in an element, in the chosen language, also after it changes.
 * @param {string} id of the element
 * @param {(() => string)[]} messages none clears it
 * @param {"good"|"problem"|""} kind
 */
export function show(id, messages, kind = "") {
  shown.set(id, messages);
  const target = element(id);
  target.className = kind;
  target.replaceChildren(
    ...messages.map((message) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = message();
      return paragraph;
    }),
  );
}

/** The text of a FlashError. File names of the project's own image are worded. */
export function errorText(error) {
  const values = { ...error.values };
  if (values.file === "image") {
    values.file = text("image");
  }

  return fill(texts[language].errors[error.code] ?? error.code, values);
}

/** Adds a line to a log, and shows it. */
export function addLine(id, line) {
  const target = element(id);
  target.hidden = false;
  const following = target.scrollTop + target.clientHeight >= target.scrollHeight - 4;
  target.append(line + "\n");
  while (target.childNodes.length > MAX_LOG_LINES) {
    target.firstChild.remove();
  }

  if (following) {
    target.scrollTop = target.scrollHeight;
  }
}

/** The chosen language. */
export function currentLanguage() {
  return language;
}

/**
 * Chooses the language: that of the last visit, else the browser's, else English; and the person's from then on.
 * @param {() => void} changed is called after the person's choice
 */
export function startLanguages(changed) {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  setLanguage(wanted.find((candidate) => candidate in texts) ?? "en");
  element("language").addEventListener("change", (event) => {
    setLanguage(event.target.value);
    changed();
    try {
      localStorage.setItem(LANGUAGE_KEY, language);
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
  });
}

function remembered() {
  try {
    return localStorage.getItem(LANGUAGE_KEY);
  } catch {
    return null;
  }
}

function setLanguage(wanted) {
  language = wanted;
  document.documentElement.lang = language;
  document.title = text(element("title").dataset.text);
  element("language").value = language;
  for (const target of document.querySelectorAll("[data-text]")) {
    target.textContent = text(target.dataset.text);
  }

  for (const id of ["progress", "log", "technical"]) {
    element(id)?.setAttribute("aria-label", text(id));
  }

  for (const [id, messages] of shown) {
    const target = element(id);
    if (target) {
      show(id, messages, target.className);
    }
  }
}
