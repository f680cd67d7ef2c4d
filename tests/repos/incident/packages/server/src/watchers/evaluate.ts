import type { Sql } from '../db/client';

/** Queues an evaluation for each watcher that is due. A watcher with an open run waits for that one. */
export async function queueWatcherEvaluations(sql: Sql): Promise<number> {
  const queued = await sql<{ id: string }>`
    INSERT INTO runs (organization_id, agent_id, watcher_id, run_type)
    SELECT w.organization_id, w.agent_id, w.id, 'watcher'
    FROM watchers w
    WHERE w.enabled
      AND w.snoozed_until IS NULL
      AND (w.last_evaluated_at IS NULL OR w.last_evaluated_at + w."window" <= now())
    ON CONFLICT (watcher_id) WHERE run_type = 'watcher' AND status IN ('pending', 'claimed', 'running')
    DO NOTHING
    RETURNING id
  `;
  return queued.length;
}

export async function wakeSnoozedWatchers(sql: Sql): Promise<number> {
  const [row] = await sql<{ woken: number }>`SELECT wake_watchers() AS woken`;
  return row?.woken ?? 0;
}
