import { sql } from '@vercel/postgres';

export const LANES = new Set(['sync', 'auth']);

async function green(cutoff: string) {
  const { rows } = await sql`
    SELECT id FROM runs
    WHERE status IN ('claimed', 'running')
      AND run_type IN ('sync', 'auth')
      AND last_heartbeat_at < ${cutoff}`;
  return rows;
}

async function red(cutoff: string) {
  const { rows } = await sql`
    SELECT id FROM runs
    WHERE status IN ('claimed', 'running')
      AND (run_type = 'sync' OR run_type = 'auth' OR run_type = 'action')
      AND last_heartbeat_at < ${cutoff}`;
  return rows;
}

export default async function Runs({ cutoff }: { cutoff: string }) {
  const rows = [...(await green(cutoff)), ...(await red(cutoff))];
  return <ul>{rows.map((run) => <li key={run.id}>{run.id}</li>)}</ul>;
}
