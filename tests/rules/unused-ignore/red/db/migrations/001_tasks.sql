-- migrate:up

CREATE SCHEMA work;
CREATE TABLE work."Tasks" (
    id uuid PRIMARY KEY,
    "taskKind" text NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    "failedAt" timestamptz
);
CREATE INDEX "Tasks_retryable" ON work."Tasks" ("failedAt")
    WHERE status = 'failed' AND attempts < 5 AND "taskKind" IN ('thumbnail', 'index', 'geocode');

-- migrate:down

DROP SCHEMA work CASCADE;
