import type { Log } from '../lib/log';
import { describeError } from '../lib/log';

/**
 * Calls `work` at once and then again and again, `everyMs` after the last call ended: a tick that
 * takes long delays the next one, and two never run at the same time. Returns how to stop it, which
 * waits for the tick that is under way.
 */
export function startTicker(name: string, everyMs: number, log: Log, work: () => Promise<unknown>): () => Promise<void> {
  let stopped = false;
  let wake: () => void = () => {};

  const loop = (async () => {
    while (!stopped) {
      try {
        await work();
      } catch (error) {
        log.error('a tick failed', { ticker: name, error: describeError(error) });
      }
      if (!stopped) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  })();

  return () => {
    stopped = true;
    wake();
    return loop;
  };
}
