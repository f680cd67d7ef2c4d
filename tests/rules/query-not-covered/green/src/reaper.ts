import { db } from './db';

export const staleRuns = (seconds: number) =>
  db.query(
    `SELECT id FROM runs
     WHERE status = 'running'
       AND run_type IN ('sync', 'auth')
       AND last_heartbeat_at < now() - make_interval(secs => $1)`,
    [seconds],
  );
