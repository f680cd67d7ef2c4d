-- migrate:up
DROP INDEX public.exports_deliverable;
CREATE INDEX exports_deliverable ON public.exports (ready_at) WHERE delivered_at IS NULL AND target IN ('s3', 'sftp');

-- migrate:down
DROP INDEX public.exports_deliverable;
CREATE INDEX exports_deliverable ON public.exports (ready_at) WHERE delivered_at IS NULL AND target IN ('s3');
