import type { ExecutorDeps } from './executor';
import { executeRun } from './executor';
import type { Run } from './types';

export interface LoopOptions extends ExecutorDeps {
  /** The lanes that this worker was started for, in the order in which it asks for work. */
  lanes: readonly string[];
  claim(lane: string): Promise<Run | undefined>;
  /** Resolves when there may be something new, or after a few seconds. */
  idle(signal: AbortSignal): Promise<void>;
  concurrency: number;
}

/** Claims and executes until told to stop, then waits for what is under way. */
export async function runLoop(options: LoopOptions, signal: AbortSignal): Promise<void> {
  const underWay = new Set<Promise<void>>();

  while (!signal.aborted) {
    if (underWay.size >= options.concurrency) {
      await Promise.race(underWay);
      continue;
    }
    const run = await claimFirst(options);
    if (run === undefined) {
      await options.idle(signal);
      continue;
    }
    const execution = executeRun(options, run).finally(() => underWay.delete(execution));
    underWay.add(execution);
  }
  await Promise.allSettled(underWay);
}

async function claimFirst(options: LoopOptions): Promise<Run | undefined> {
  for (const lane of options.lanes) {
    const run = await options.claim(lane);
    if (run !== undefined) return run;
  }
  return undefined;
}
