import type { Sql } from '../db/client';
import { queueSync } from '../runs/queue';

interface DueFeed {
  id: string;
  organization_id: string;
  connection_id: string;
}

/** Feeds whose time has come, the urgent ones first. Locked, so that two schedulers share the work. */
async function lockDueFeeds(sql: Sql, limit: number): Promise<DueFeed[]> {
  return sql<DueFeed>`
    SELECT f.id, f.organization_id, f.connection_id
    FROM feeds f
    JOIN connections c ON c.id = f.connection_id AND c.auth_state = 'ok' AND c.paused_at IS NULL
    WHERE NOT f.paused
      AND f.deleted_at IS NULL
      AND f.next_sync_at <= now()
    ORDER BY f.priority DESC, f.next_sync_at
    LIMIT ${limit}
    FOR UPDATE OF f SKIP LOCKED
  `;
}

/** Queues what is due, and says how many syncs came of it. */
export async function queueDueFeeds(sql: Sql, limit = 200): Promise<number> {
  return sql.begin(async (tx) => {
    let queued = 0;
    for (const feed of await lockDueFeeds(tx, limit)) {
      const run = await queueSync(
        tx,
        { id: feed.id, organizationId: feed.organization_id, connectionId: feed.connection_id },
        'schedule',
      );
      queued += run === undefined ? 0 : 1;
      // Pushed on whether or not a run came of it, or a feed whose sync takes long would be asked for each second.
      await tx`
        UPDATE feeds
        SET next_sync_at = now() + sync_every * (0.95 + random() * 0.1)
        WHERE id = ${feed.id}
      `;
    }
    return queued;
  });
}
