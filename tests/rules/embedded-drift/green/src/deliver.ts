import { sql } from './db/client';

export async function nextUnsent(limit: number) {
  return sql`
    SELECT id, channel
    FROM messages
    WHERE sent_at IS NULL
      AND channel = ANY (ARRAY['email', 'sms', 'push'])
    ORDER BY queued_at
    LIMIT ${limit}
    FOR UPDATE SKIP LOCKED
  `;
}
