-- migrate:up

CREATE TABLE queue_items (
    id bigserial PRIMARY KEY,
    priority smallint NOT NULL,
    phase varchar(20) NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    due_at timestamptz NOT NULL
);
CREATE INDEX queue_items_realtime ON queue_items (due_at)
    WHERE phase IN ('ready', 'leased') AND NOT paused AND priority IN (0, 1);

-- migrate:down

DROP TABLE queue_items;
