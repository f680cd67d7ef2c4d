-- name: green :many
SELECT id FROM runs
WHERE status IN ('claimed', 'running')
  AND run_type IN ('sync', 'auth')
  AND last_heartbeat_at < $1;

CREATE OR REPLACE FUNCTION red(cutoff timestamptz) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
  reaped bigint;
BEGIN
  UPDATE runs SET status = 'timeout'
  WHERE status IN ('claimed', 'running')
    AND run_type IN ('sync', 'auth', 'action')
    AND last_heartbeat_at < cutoff;
  GET DIAGNOSTICS reaped = ROW_COUNT;
  RETURN reaped;
END
$body$;
