package jobs

import (
	"time"

	sq "github.com/Masterminds/squirrel"
)

var lanes = []string{"sync", "auth"}

func green(cutoff time.Time) (string, []interface{}, error) {
	return sq.Select("id").
		From("runs").
		Where(sq.Eq{"status": []string{"claimed", "running"}, "run_type": []string{"sync", "auth"}}).
		Where(sq.Lt{"last_heartbeat_at": cutoff}).
		OrderBy("id").
		PlaceholderFormat(sq.Dollar).
		ToSql()
}

func red() (string, []interface{}, error) {
	return sq.Update("runs").
		Set("status", "timeout").
		Where(sq.And{
			sq.Or{sq.Eq{"status": "claimed"}, sq.Eq{"status": "running"}},
			sq.Or{sq.Eq{"run_type": []string{"sync", "auth"}}, sq.Eq{"run_type": "action"}},
		}).
		ToSql()
}
