'use strict';

const LANES = Object.freeze(['sync', 'auth']);

async function green(client, cutoff) {
  return client.query(
    "UPDATE runs SET status = 'timeout'" +
      " WHERE status IN ('claimed', 'running')" +
      " AND run_type IN ('sync', 'auth')" +
      ' AND last_heartbeat_at < $1',
    [cutoff],
  );
}

const red = async (sql, cutoff) => sql`
  SELECT id FROM runs
  WHERE status IN ('claimed', 'running')
    AND run_type IN ('sync', 'auth', 'action')
    AND last_heartbeat_at < ${cutoff}`;

module.exports = { LANES, green, red };
