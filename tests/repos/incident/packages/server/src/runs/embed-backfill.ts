import type { Sql } from '../db/client';

const CHUNKS_PER_RUN = 500;

/**
 * Queues one backfill run per slice of chunks that have no embedding of the model yet. A tenant with
 * open backfills gets no more of them: the next call, an hour later, sees what is left.
 */
export async function queueEmbedBackfills(sql: Sql, organizationId: string, modelKey: string): Promise<number> {
  const queued = await sql<{ id: string }>`
    WITH missing AS (
      SELECT c.id, (row_number() OVER (ORDER BY c.id) - 1) / ${CHUNKS_PER_RUN} AS slice
      FROM document_chunks c
      JOIN documents d ON d.id = c.document_id
      WHERE d.organization_id = ${organizationId}
        AND (c.embed_after IS NULL OR c.embed_after <= now())
        AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.chunk_id = c.id AND e.model_key = ${modelKey})
    )
    INSERT INTO runs (organization_id, run_type, priority, payload)
    SELECT ${organizationId}, 'embed_backfill', -1,
           jsonb_build_object('model', ${modelKey}::text, 'first_chunk', min(m.id), 'last_chunk', max(m.id))
    FROM missing m
    WHERE NOT EXISTS (
      SELECT 1
      FROM runs r
      WHERE r.organization_id = ${organizationId}
        AND r.run_type = 'embed_backfill'
        AND r.status = 'pending'
    )
    GROUP BY m.slice
    RETURNING id
  `;
  return queued.length;
}
