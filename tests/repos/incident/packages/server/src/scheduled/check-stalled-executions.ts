/**
 * Looks for executions that nobody is working on any more, and settles them.
 *
 * Four questions are asked on every tick, each with its own meaning of "stalled":
 *
 * - reapStaleRuns: in flight, but the worker fell silent;
 * - failAbandonedClaims: claimed, but never begun, in lanes that don't heartbeat;
 * - expireAuthAttempts: a person walked away from a login form;
 * - countStuckPending: nothing is wrong with the run, but no worker takes it.
 *
 * The first two write to the same table and must not disagree about whose row is whose: the one
 * decides by heartbeat, the other by the age of the claim, and no lane belongs to both.
 */
import type { Sql } from '../db/client';
import { interval } from '../db/client';
import type { Log } from '../lib/log';
import { describeError } from '../lib/log';

const DEFAULT_STALE_AFTER_SECONDS = 120;
const CLAIM_GRACE_MS = 10 * 60 * 1000;
const PENDING_GRACE_MS = 15 * 60 * 1000;

/** Any number will do, as long as every pod uses the same one and nothing else does. */
const REAPER_LOCK = 8_590_859;

export interface ReapResult {
  /** False when another pod was at it. Nothing was done then. */
  acquired: boolean;
  timedOut: number;
  retriesCreated: number;
  /** Syncs that were timed out, but whose feed has another active sync already. */
  retriesSkipped: number;
}

export interface StuckLane {
  lane: string;
  count: number;
  oldestSeconds: number;
}

export interface StallReport {
  reaped: ReapResult;
  abandonedClaims: number;
  expiredAuthAttempts: number;
  stuck: StuckLane[];
}

/** Four missed heartbeats. Anything shorter has killed runs whose event loop was merely busy. */
export function staleAfterMs(env: Record<string, string | undefined>): number {
  const raw = env['RUNS_REAPER_STALE_AFTER_SECONDS'];
  if (raw === undefined || raw === '') {
    return DEFAULT_STALE_AFTER_SECONDS * 1000;
  }
  const seconds = Number(raw);
  if (!Number.isFinite(seconds) || seconds < 60) {
    throw new Error(`RUNS_REAPER_STALE_AFTER_SECONDS must be a number of at least 60, not '${raw}'`);
  }
  return seconds * 1000;
}

/**
 * Times out the runs in flight whose worker has not been heard of for `staleAfter`, and queues each
 * lost sync once more.
 *
 * One statement does both. With two, a crash in between left a feed without any run, and nothing
 * would ever have looked at it again. Retries are made from what the UPDATE returned; the look-up
 * for a sibling has to leave those rows out, as it sees the table as it was before the UPDATE.
 *
 * The lanes are literals and the same as in the predicate of idx_runs_heartbeat_inflight. With one
 * lane more Postgres could not use the index, and would read the whole table every thirty seconds.
 */
export async function reapStaleRuns(sql: Sql, log: Log, staleAfter: number): Promise<ReapResult> {
  const threshold = interval(staleAfter);

  return sql.begin(async (tx) => {
    const [lock] = await tx<{ acquired: boolean }>`
      SELECT pg_try_advisory_xact_lock(${REAPER_LOCK}) AS acquired
    `;
    if (!lock?.acquired) {
      return { acquired: false, timedOut: 0, retriesCreated: 0, retriesSkipped: 0 };
    }

    const [row] = await tx<{ timed_out: number; retryable: number; retries: number }>`
      WITH timed_out AS (
        UPDATE runs
        SET status = 'timeout',
            error_code = 'worker_heartbeat_lost',
            error_message = 'worker_heartbeat_lost',
            completed_at = now()
        WHERE status IN ('claimed', 'running')
          AND run_type IN ('sync', 'action', 'embed_backfill', 'auth')
          AND COALESCE(last_heartbeat_at, claimed_at, created_at) < now() - ${threshold}::interval
        RETURNING id, organization_id, feed_id, connection_id, run_type, attempts, priority, payload
      ),
      retries AS (
        INSERT INTO runs (
          organization_id, feed_id, connection_id, run_type, status,
          trigger_kind, attempts, priority, payload, retry_of
        )
        SELECT
          t.organization_id, t.feed_id, t.connection_id, 'sync', 'pending',
          'retry', t.attempts, t.priority, t.payload, t.id
        FROM timed_out t
        WHERE t.run_type = 'sync'
          AND t.feed_id IS NOT NULL
          AND NOT EXISTS (
            SELECT 1
            FROM runs r
            WHERE r.feed_id = t.feed_id
              AND r.run_type = 'sync'
              AND r.status IN ('pending', 'claimed', 'running')
              AND r.id NOT IN (SELECT id FROM timed_out)
          )
        RETURNING id
      )
      SELECT
        (SELECT count(*)::int FROM timed_out) AS timed_out,
        (SELECT count(*)::int FROM timed_out WHERE run_type = 'sync' AND feed_id IS NOT NULL) AS retryable,
        (SELECT count(*)::int FROM retries) AS retries
    `;

    const timedOut = row?.timed_out ?? 0;
    const retriesCreated = row?.retries ?? 0;
    const retriesSkipped = (row?.retryable ?? 0) - retriesCreated;
    if (timedOut > 0) {
      log.warn('timed out runs whose worker fell silent', { timedOut, retriesCreated, threshold });
    }
    if (retriesSkipped > 0) {
      // Harmless one at a time. Often, it means that two pods hold two different locks.
      log.warn('no retry was queued: the feed has another active sync', { retriesSkipped });
    }
    return { acquired: true, timedOut, retriesCreated, retriesSkipped };
  });
}

/**
 * Fails what was claimed and never begun. For lanes without a heartbeat only, so all that's known is
 * how long ago the claim was. A run that has begun is left alone, however long it takes.
 */
export async function failAbandonedClaims(sql: Sql, graceMs = CLAIM_GRACE_MS): Promise<number> {
  const failed = await sql<{ id: string }>`
    UPDATE runs
    SET status = 'failed',
        error_code = 'never_started',
        error_message = 'The worker that claimed this run never started it.',
        completed_at = now()
    WHERE status = 'claimed'
      AND run_type IN ('watcher', 'export')
      AND claimed_at < now() - ${interval(graceMs)}::interval
    RETURNING id
  `;
  return failed.length;
}

/**
 * Closes sign-ins that nobody finished, and cancels their runs while these still wait for a worker.
 * One in flight ends by itself: its executor asks after each step whether the attempt is still open.
 */
export async function expireAuthAttempts(sql: Sql): Promise<number> {
  const [row] = await sql<{ expired: number }>`
    WITH expired AS (
      UPDATE auth_attempts a
      SET step = 'abandoned', failure = 'expired', updated_at = now()
      WHERE a.succeeded_at IS NULL
        AND a.failure IS NULL
        AND a.expires_at < now()
      RETURNING a.id, a.run_id
    ),
    cancelled AS (
      UPDATE runs r
      SET status = 'cancelled', completed_at = now(), error_code = 'auth_expired'
      FROM expired e
      WHERE r.id = e.run_id
        AND r.status = 'pending'
        AND r.run_type = 'auth'
      RETURNING r.id
    )
    SELECT count(*)::int AS expired FROM expired
  `;
  return row?.expired ?? 0;
}

/** Lanes in which the oldest pending run has waited too long: too few workers, or none. */
export async function countStuckPending(sql: Sql, graceMs = PENDING_GRACE_MS): Promise<StuckLane[]> {
  const rows = await sql<{ run_type: string; waiting: number; oldest_seconds: number }>`
    SELECT
      run_type,
      count(*)::int AS waiting,
      extract(epoch FROM now() - min(created_at))::int AS oldest_seconds
    FROM runs
    WHERE status = 'pending'
      AND created_at < now() - ${interval(graceMs)}::interval
    GROUP BY run_type
    ORDER BY oldest_seconds DESC, run_type
  `;
  return rows.map((row) => ({ lane: row.run_type, count: row.waiting, oldestSeconds: row.oldest_seconds }));
}

/** What is in flight now, by lane. For the status page; takes no lock and changes nothing. */
export async function countInFlight(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ run_type: string; in_flight: number }>`
    SELECT run_type, count(*)::int AS in_flight
    FROM runs
    WHERE status IN ('claimed', 'running')
    GROUP BY run_type
    ORDER BY run_type
  `;
  return new Map(rows.map((row) => [row.run_type, row.in_flight]));
}

/**
 * One tick. The questions are independent of each other, so one that can't be answered must not keep
 * the others from being asked: its failure is logged, and it counts as nothing found.
 */
export async function checkStalledExecutions(
  sql: Sql,
  log: Log,
  env: Record<string, string | undefined>,
): Promise<StallReport> {
  const attempt = async <Result>(name: string, fallback: Result, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      log.error('a check for stalled executions failed', { check: name, error: describeError(error) });
      return fallback;
    }
  };

  const nothing: ReapResult = { acquired: false, timedOut: 0, retriesCreated: 0, retriesSkipped: 0 };
  const staleAfter = staleAfterMs(env);
  const reaped = await attempt('reapStaleRuns', nothing, () => reapStaleRuns(sql, log, staleAfter));
  const abandonedClaims = await attempt('failAbandonedClaims', 0, () => failAbandonedClaims(sql));
  const expiredAuthAttempts = await attempt('expireAuthAttempts', 0, () => expireAuthAttempts(sql));
  const stuck = await attempt('countStuckPending', [] as StuckLane[], () => countStuckPending(sql));

  for (const lane of stuck) {
    log.warn('runs wait for a worker', { lane: lane.lane, count: lane.count, oldestSeconds: lane.oldestSeconds });
  }
  return { reaped, abandonedClaims, expiredAuthAttempts, stuck };
}
