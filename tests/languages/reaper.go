package jobs

import (
	"context"
	"database/sql"
	"time"
)

var Lanes = []string{"sync", "auth"}

func Green(ctx context.Context, db *sql.DB, cutoff time.Time) (sql.Result, error) {
	return db.ExecContext(ctx, `
		UPDATE runs SET status = 'timeout'
		WHERE status IN ('claimed', 'running')
		  AND run_type IN ('sync', 'auth')
		  AND last_heartbeat_at < $1`, cutoff)
}

func Red(ctx context.Context, db *sql.DB, cutoff time.Time) (*sql.Rows, error) {
	const query = "SELECT id FROM runs WHERE status IN ('claimed', 'running') " +
		"AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < $1"
	return db.QueryContext(ctx, query, cutoff)
}
