/** The queue as the server's own code uses it: queue, claim, beat, finish. Workers come in through the API. */
import type { Sql } from '../db/client';

export type RunStatus = 'pending' | 'claimed' | 'running' | 'completed' | 'failed' | 'timeout' | 'cancelled';

export interface QueuedRun {
  id: string;
  organization_id: string;
  feed_id: string | null;
  connection_id: string | null;
  run_type: string;
  attempts: number;
  payload: Record<string, unknown>;
}

/**
 * Queues a sync, unless the feed has one already. Two callers may ask at once, and both may have
 * seen that there's none: idx_runs_active_sync_per_feed decides which of them was first.
 */
export async function queueSync(
  sql: Sql,
  feed: { id: string; organizationId: string; connectionId: string },
  trigger: 'schedule' | 'manual' | 'webhook',
): Promise<string | undefined> {
  const [run] = await sql<{ id: string }>`
    INSERT INTO runs (organization_id, feed_id, connection_id, run_type, trigger_kind, priority)
    VALUES (${feed.organizationId}, ${feed.id}, ${feed.connectionId}, 'sync', ${trigger}, ${trigger === 'manual' ? 1 : 0})
    ON CONFLICT (feed_id) WHERE run_type = 'sync' AND status IN ('pending', 'claimed', 'running')
    DO NOTHING
    RETURNING id
  `;
  return run?.id;
}

export async function claimRun(sql: Sql, workerId: string, lane: string): Promise<QueuedRun | undefined> {
  const [run] = await sql<QueuedRun>`
    SELECT id, organization_id, feed_id, connection_id, run_type, attempts, payload
    FROM claim_next_run(${workerId}, ${lane})
  `;
  return run;
}

/**
 * A sign of life. False when the run is no longer this worker's: it was cancelled, or timed out and
 * given to somebody else. The worker has to stop then, and must write nothing more.
 */
export async function heartbeat(sql: Sql, runId: string, workerId: string): Promise<boolean> {
  const touched = await sql<{ id: string }>`
    UPDATE runs
    SET last_heartbeat_at = now(),
        status = 'running'
    WHERE id = ${runId}
      AND claimed_by = ${workerId}
      AND status IN ('claimed', 'running')
    RETURNING id
  `;
  return touched.length === 1;
}

/** Finishes a run for the worker that holds it. False when somebody settled it before. */
export async function finishRun(
  sql: Sql,
  runId: string,
  workerId: string,
  outcome: { status: 'completed'; result: unknown } | { status: 'failed'; errorCode: string; errorMessage: string },
): Promise<boolean> {
  const result = outcome.status === 'completed' ? JSON.stringify(outcome.result ?? null) : null;
  const errorCode = outcome.status === 'failed' ? outcome.errorCode : null;
  const errorMessage = outcome.status === 'failed' ? outcome.errorMessage : null;
  const touched = await sql<{ id: string }>`
    UPDATE runs
    SET status = ${outcome.status},
        result = ${result}::jsonb,
        error_code = ${errorCode},
        error_message = ${errorMessage},
        completed_at = now()
    WHERE id = ${runId}
      AND claimed_by = ${workerId}
      AND status IN ('claimed', 'running')
    RETURNING id
  `;
  return touched.length === 1;
}

/** Cancels a run that a person no longer wants. One in flight stops at its next heartbeat. */
export async function cancelRun(sql: Sql, organizationId: string, runId: string, userId: string): Promise<boolean> {
  const touched = await sql<{ id: string }>`
    UPDATE runs
    SET status = 'cancelled', cancelled_by = ${userId}, completed_at = now()
    WHERE id = ${runId}
      AND organization_id = ${organizationId}
      AND completed_at IS NULL
    RETURNING id
  `;
  return touched.length === 1;
}
