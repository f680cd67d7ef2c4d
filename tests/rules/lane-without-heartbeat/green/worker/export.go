package worker

import (
	"context"
	"time"
)

// Worker writes exports.
type Worker struct {
	store  Store
	client Client
}

func (w *Worker) exportCSV(ctx context.Context, export Export) error {
	stop := w.beat(ctx, export.ID)
	defer stop()
	for page := range w.store.Pages(ctx, export) {
		if err := w.client.Append(ctx, export.ID, page.CSV()); err != nil {
			return err
		}
	}
	return w.client.Finish(ctx, export.ID)
}

func (w *Worker) exportPDF(ctx context.Context, export Export) error {
	stop := w.beat(ctx, export.ID)
	defer stop()
	// A hundred pages take minutes.
	document, err := w.store.Render(ctx, export)
	if err != nil {
		return err
	}
	return w.client.Upload(ctx, export.ID, document)
}

// beat says that the worker lives, until it is stopped.
func (w *Worker) beat(ctx context.Context, id string) func() {
	ticker := time.NewTicker(30 * time.Second)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				w.client.Heartbeat(ctx, id)
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}
