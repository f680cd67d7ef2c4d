package jobs

import (
	"time"

	"github.com/doug-martin/goqu/v9"
)

func green(cutoff time.Time) *goqu.SelectDataset {
	return goqu.From("runs").
		Select("id").
		Where(
			goqu.C("status").In("claimed", "running"),
			goqu.C("run_type").In([]string{"sync", "auth"}),
			goqu.C("last_heartbeat_at").Lt(cutoff),
		).
		Limit(50)
}

func red(cutoff time.Time) *goqu.UpdateDataset {
	return goqu.Update("runs").
		Set(goqu.Record{"status": "timeout"}).
		Where(
			goqu.Ex{"status": []string{"claimed", "running"}},
			goqu.Or(goqu.Ex{"run_type": []string{"sync", "auth"}}, goqu.I("run_type").Eq("action")),
		)
}
