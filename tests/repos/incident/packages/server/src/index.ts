import type { Sql } from './db/client';
import { applyEmbeddedSchemaPatches } from './db/embedded-schema-patches';
import { queueDueFeeds } from './feeds/due-feeds';
import type { Log } from './lib/log';
import { checkStalledExecutions } from './scheduled/check-stalled-executions';
import { startTicker } from './scheduled/ticker';
import { queueWatcherEvaluations, wakeSnoozedWatchers } from './watchers/evaluate';

export interface ServerOptions {
  sql: Sql;
  log: Log;
  env: Record<string, string | undefined>;
  /** True when the database lives in our own data folder, and no one else will ever migrate it. */
  embedded: boolean;
}

export async function startBackgroundWork({ sql, log, env, embedded }: ServerOptions): Promise<() => Promise<void>> {
  if (embedded) {
    await applyEmbeddedSchemaPatches(sql, (patch) => log.debug('applied', { patch: patch.id }));
  }
  const stops = [
    startTicker('stalled', 30_000, log, () => checkStalledExecutions(sql, log, env)),
    startTicker('feeds', 1_000, log, () => queueDueFeeds(sql)),
    startTicker('watchers', 15_000, log, async () => {
      await wakeSnoozedWatchers(sql);
      await queueWatcherEvaluations(sql);
    }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
