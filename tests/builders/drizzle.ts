import { and, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import { db } from './db';
import { runs } from './schema';

const INFLIGHT = ['claimed', 'running'] as const;

export async function green(cutoff: Date) {
  return db
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(
        inArray(runs.status, [...INFLIGHT]),
        or(eq(runs.runType, 'sync'), eq(runs.runType, 'auth')),
        or(isNull(runs.lastHeartbeatAt), lt(runs.lastHeartbeatAt, cutoff)),
      ),
    )
    .limit(50);
}

export const red = async (cutoff: Date) =>
  db.query.runs.findMany({
    where: (runs, { and, inArray, lt }) =>
      and(
        inArray(runs.status, INFLIGHT),
        inArray(runs.runType, ['sync', 'auth', 'action']),
        lt(runs.lastHeartbeatAt, cutoff),
      ),
  });
