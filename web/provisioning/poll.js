// Asks again and again: soon at first, then seldom, because the hub makes no TLS connection for 2 s after each question (docs/provisioning.md).

const PAUSES_MS = [1000, 2000, 3000, 6000];

/** Calls ask at once, and then until stop. Returns { restart, stop }. */
export function poll(ask) {
  let timer = null;
  let round = 0;
  const next = () => {
    timer = setTimeout(() => {
      ask();
      next();
    }, PAUSES_MS[Math.min(round++, PAUSES_MS.length - 1)]);
  };
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    round = 0;
    ask();
    next();
  };
  restart();
  return { restart, stop };
}
