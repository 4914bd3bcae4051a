// What can go wrong, by a code that texts.js words in three languages.

/** An error that a person can act on. `values` fill the gaps of its text. */
export class FlashError extends Error {
  /**
   * @param {string} code key of `errors` in texts.js
   * @param {Object<string, string|number>} values
   */
  constructor(code, values = {}) {
    super(code);
    this.name = "FlashError";
    this.code = code;
    this.values = values;
  }
}
