-- migrate:up

DROP INDEX queue_items_realtime;
CREATE INDEX queue_items_realtime ON queue_items (due_at)
    WHERE phase IN ('ready', 'leased') AND NOT paused AND priority IN (0, 1, 2);

-- migrate:down

DROP INDEX queue_items_realtime;
CREATE INDEX queue_items_realtime ON queue_items (due_at)
    WHERE phase IN ('ready', 'leased') AND NOT paused AND priority IN (0, 1);
