//! The shortest sequences by which the replay once went elsewhere than Postgres, each under what it got wrong. They follow
//! [`super::sequences::BASELINE`].

pub const COUNTEREXAMPLES: &[(&str, &[&str])] = &[
    (
        "a BEGIN inside a file nests in no transaction",
        &["BEGIN; DROP INDEX idx_live; BEGIN; COMMIT; ROLLBACK"],
    ),
    (
        "a ROLLBACK takes back what stood before BEGIN too: the file is one string",
        &["DROP INDEX idx_live; BEGIN; CREATE INDEX idx_tmp ON runs (id); ROLLBACK"],
    ),
    (
        "the actions of one ALTER TABLE run in passes, drops first",
        &[
            "ALTER TABLE runs ADD CONSTRAINT runs_run_type_check CHECK (run_type = 'sync'), DROP CONSTRAINT runs_run_type_check",
        ],
    ),
    (
        "a constraint's made-up name is free of the names that a renamed table keeps",
        &[
            "ALTER TABLE runs RENAME TO runs_old; CREATE TABLE runs (run_type text, status text CHECK (status = 'a'))",
        ],
    ),
    (
        "the name before NOT NULL is not that of the CHECK after it",
        &[
            "DROP TABLE runs; CREATE TABLE runs (status text CONSTRAINT filled NOT NULL CHECK (status <> ''))",
        ],
    ),
    (
        "a column goes with the index whose expression has it",
        &[
            "DROP INDEX idx_live; CREATE INDEX idx_live ON runs (lower(status)) WHERE run_type = 'sync'",
            "ALTER TABLE runs DROP COLUMN status",
        ],
    ),
    (
        "a column goes with the index that includes it",
        &[
            "DROP INDEX idx_live; CREATE INDEX idx_live ON runs (id) INCLUDE (status) WHERE run_type = 'sync'",
            "ALTER TABLE runs DROP COLUMN status",
        ],
    ),
    (
        "a made-up index name has the function's name in it",
        &[
            "DROP INDEX idx_live; CREATE INDEX ON runs (lower(run_type)) WHERE run_type = 'x'; ALTER INDEX runs_lower_idx RENAME TO idx_live",
        ],
    ),
    (
        "an unqualified name finds nothing outside of the search path that is set",
        &["SET search_path = app; DROP INDEX IF EXISTS idx_live"],
    ),
    (
        "with no search path an unqualified name finds nothing",
        &["SET search_path = ''; DROP INDEX IF EXISTS idx_live"],
    ),
    (
        "a table goes to the schema of the search path, not to the declared one",
        &[
            "DROP TABLE runs; SET search_path = app; CREATE TABLE runs (status text CHECK (status = 'a'))",
        ],
    ),
    (
        "the schema of the user's name is not there",
        &[
            "DROP TABLE runs; SET search_path = \"$user\", public; CREATE TABLE runs (status text CHECK (status = 'a'))",
        ],
    ),
    (
        "a statement that others catch may be refused",
        &[
            "DO $$ BEGIN CREATE INDEX IF NOT EXISTS idx_live ON app.runs (priority); EXCEPTION WHEN others THEN NULL; END $$",
        ],
    ),
    (
        "a statement over other objects may be refused, and its handler changes the governed one",
        &[
            "DO $$ BEGIN DROP INDEX public.idx_none; EXCEPTION WHEN others THEN DROP INDEX idx_live; END $$",
        ],
    ),
    (
        "what is undone with a block was its first statement's too",
        &[
            "DO $$ BEGIN DROP INDEX idx_live; ALTER TABLE runs RENAME CONSTRAINT absent TO present; EXCEPTION WHEN others THEN NULL; END $$",
        ],
    ),
    (
        "a partition's column cannot be renamed alone",
        &[
            "CREATE TABLE parent (LIKE runs) PARTITION BY LIST (run_type); ALTER TABLE parent ATTACH PARTITION runs DEFAULT",
            "DO $$ BEGIN ALTER TABLE runs RENAME COLUMN run_type TO kind; EXCEPTION WHEN others THEN NULL; END $$",
        ],
    ),
    (
        "a parent's column goes from its partitions too",
        &[
            "CREATE TABLE parent (LIKE runs) PARTITION BY LIST (run_type); ALTER TABLE parent ATTACH PARTITION runs DEFAULT",
            "ALTER TABLE parent DROP COLUMN priority",
        ],
    ),
    (
        "an index that its parent's found and took goes with it",
        &[
            "CREATE TABLE parent (LIKE runs) PARTITION BY LIST (run_type); ALTER TABLE parent ATTACH PARTITION runs DEFAULT",
            "CREATE INDEX idx_parent ON parent (priority) WHERE run_type IN ('sync', 'auth')",
            "DROP INDEX idx_parent",
        ],
    ),
    (
        "a schema is renamed in a block that names nothing governed",
        &["DO $$ BEGIN EXECUTE 'ALTER SCHEMA public RENAME TO app2'; END $$"],
    ),
    (
        "a table's name in the information schema is no identifier to parse",
        &[
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE table_name = 'Runs Mixed' AND constraint_name = 'runs_run_type_check') THEN DROP INDEX idx_live; END IF; END $$",
        ],
    ),
    (
        "to_regclass seeks along the search path",
        &[
            "SET search_path = app; DO $$ BEGIN IF to_regclass('idx_live') IS NULL THEN DROP INDEX public.idx_live; END IF; END $$",
        ],
    ),
    (
        "a relation that is not governed may be there",
        &[
            "CREATE TABLE legacy (id int)",
            "DO $$ BEGIN IF to_regclass('public.legacy') IS NOT NULL THEN DROP INDEX idx_live; END IF; END $$",
        ],
    ),
    (
        "a key is a constraint too",
        &[
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_pkey') THEN DROP INDEX idx_live; END IF; END $$",
        ],
    ),
    (
        "a doubt does not follow the renaming of another schema's index",
        &[
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'unseen') THEN DROP INDEX idx_live; END IF; END $$",
            "ALTER INDEX IF EXISTS app.idx_live RENAME TO idx_tmp",
        ],
    ),
    (
        "a doubt about where an index is does not end where one is dropped",
        &[
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_class WHERE relname = 'unseen') THEN ALTER SCHEMA public RENAME TO app2; END IF; END $$;
            DROP INDEX IF EXISTS public.idx_live",
        ],
    ),
    (
        "a name met in a block that is taken back is of interest",
        &[
            "CREATE INDEX idx_tmp ON runs (priority) WHERE run_type = 'x'",
            "DO $$ BEGIN DROP INDEX public.idx_tmp; ALTER INDEX idx_live RENAME TO idx_tmp; EXCEPTION WHEN duplicate_column THEN NULL; END $$",
        ],
    ),
    (
        "an index that may be there is not, where another takes its name",
        &[
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_pkey') THEN CREATE INDEX idx_tmp ON runs (id); END IF; END $$",
            "ALTER INDEX idx_live RENAME TO idx_tmp",
        ],
    ),
    (
        "an index that is there already needs its table all the same",
        &["DO $$ BEGIN CREATE INDEX IF NOT EXISTS idx_live ON runs_old (id); EXCEPTION WHEN others THEN DROP INDEX idx_live; END $$"],
    ),
    (
        "the old name is sought before the new one is minded",
        &["DO $$ BEGIN ALTER TABLE runs RENAME CONSTRAINT runs_check TO runs_run_type_check; EXCEPTION WHEN undefined_object THEN DROP INDEX idx_live; END $$"],
    ),
    (
        "ALTER INDEX renames tables too",
        &["ALTER INDEX runs RENAME TO runs_old"],
    ),
    (
        "a table known to be gone is not altered IF EXISTS",
        &[
            "DROP TABLE runs; ALTER TABLE IF EXISTS runs ADD CONSTRAINT c CHECK (id > 1)",
            "CREATE TABLE runs (status text CHECK (status = 'a'))",
        ],
    ),
    (
        "EXECUTE runs every statement of its text",
        &["DO $$ BEGIN EXECUTE 'DROP INDEX idx_live; CREATE INDEX idx_live ON runs (priority) WHERE run_type = ''sync'''; END $$"],
    ),
    (
        "a loop drops what it finds, by no name that is written",
        &["DO $$ DECLARE r record; BEGIN FOR r IN SELECT indexname FROM pg_indexes WHERE indexname LIKE 'idx_l%' LOOP EXECUTE 'DROP INDEX ' || r.indexname; END LOOP; END $$"],
    ),
    (
        "a loop over constants drops each",
        &["DO $$ DECLARE i text; BEGIN FOREACH i IN ARRAY ARRAY['idx_none', 'idx_live'] LOOP EXECUTE format('DROP INDEX IF EXISTS %I', i); END LOOP; END $$"],
    ),
    (
        "indexes and constraints are copied under names that Postgres makes up",
        &[
            "CREATE TABLE runs_new (LIKE runs INCLUDING ALL); DROP TABLE runs; ALTER TABLE runs_new RENAME TO runs; ALTER INDEX runs_new_priority_idx RENAME TO idx_live",
        ],
    ),
    (
        "INCLUDE counts in a made-up name",
        &[
            "ALTER INDEX idx_live RENAME TO idx_was; CREATE INDEX ON runs (priority) INCLUDE (id) WHERE status = 'pending'; ALTER INDEX runs_priority_id_idx RENAME TO idx_live",
        ],
    ),
    (
        "a temporary table hides the one of its name, and is gone with its session",
        &[
            "CREATE TEMP TABLE runs (LIKE runs INCLUDING CONSTRAINTS); CREATE INDEX idx_live ON runs (priority); ALTER TABLE runs DROP CONSTRAINT runs_status_check",
            "CREATE TEMP TABLE runs AS SELECT 1 AS status; DROP TABLE runs; ALTER TABLE runs DROP COLUMN status",
        ],
    ),
    (
        "ON COMMIT DROP ends it with the transaction",
        &["BEGIN; CREATE TEMP TABLE runs (id int) ON COMMIT DROP; COMMIT; ALTER TABLE runs DROP COLUMN status"],
    ),
    (
        "a schema is created with tables before the indexes on them",
        &["CREATE SCHEMA app2 CREATE INDEX idx_live ON runs (id) WHERE id > 1 CREATE TABLE runs (id int)"],
    ),
    (
        "a type takes the columns that are of it along",
        &[
            "CREATE TYPE lane AS ENUM ('sync'); ALTER TABLE runs ADD COLUMN lane lane; DROP INDEX idx_live; CREATE INDEX idx_live ON runs (lane)",
            "DROP TYPE lane CASCADE",
        ],
    ),
];
