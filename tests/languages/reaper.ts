import type { Pool } from 'pg';

export const LANES = ['sync', 'auth'] as const;

export async function green(pool: Pool, cutoff: Date): Promise<number> {
  const result = await pool.query(
    `UPDATE runs SET status = 'timeout'
     WHERE status IN ('claimed', 'running')
       AND run_type IN ('sync', 'auth')
       AND last_heartbeat_at < $1`,
    [cutoff],
  );
  return result.rowCount ?? 0;
}

export const red = (pool: Pool, cutoff: Date) =>
  pool.query({
    text: "SELECT id FROM runs WHERE status IN ('claimed', 'running') AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < $1",
    values: [cutoff],
  });
