//! Sequences of migrations over one governed table, its index and its CHECK constraints.

use proptest::prelude::*;

/// What a real migration might begin with.
pub const BASELINE: &str = "CREATE TABLE public.runs (id bigint PRIMARY KEY, run_type text NOT NULL, status text, priority integer,
    CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync', 'auth')), CHECK (status IN ('pending', 'claimed')));
    CREATE INDEX idx_live ON public.runs (priority) WHERE run_type IN ('sync', 'auth');";

const TABLES: [&str; 3] = ["runs", "runs_old", "\"Runs Mixed\""];
const INDEXES: [&str; 3] = ["idx_live", "idx_tmp", "\"Idx Mixed\""];
const SCHEMAS: [&str; 3] = ["public", "app", "\"Arch ive\""];
const COLUMNS: [&str; 3] = ["run_type", "status", "kind"];
const CONSTRAINTS: [&str; 4] = [
    "runs_run_type_check",
    "runs_status_check",
    "runs_check",
    "\"Odd check\"",
];
const CONDITIONS: [&str; 6] = [
    "run_type IN ('sync', 'auth')",
    "run_type = ANY (ARRAY['sync'::text, 'embed'])",
    "status = 'claimed'",
    "run_type IN ('sync') AND status <> 'x'",
    "priority > 3 AND run_type = 'sync'",
    "lower(status) = 'claimed'",
];

/// The files of a sequence, the baseline first.
pub fn files() -> impl Strategy<Value = Vec<String>> {
    let statement = prop::collection::vec(any::<u8>(), 12);
    let file = prop::collection::vec(statement, 1..=3);
    prop::collection::vec(file, 1..=6).prop_map(|files| {
        let later = files.iter().map(|statements| {
            let written: Vec<String> = statements
                .iter()
                .map(|bytes| Choices(bytes, 0).statement())
                .collect();
            format!("{};", written.join(";\n"))
        });
        std::iter::once(BASELINE.to_owned()).chain(later).collect()
    })
}

/// Choices made by bytes; zero is always the plainest.
struct Choices<'a>(&'a [u8], usize);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        let byte = self.0.get(self.1).copied().unwrap_or(0);
        self.1 += 1;
        usize::from(byte)
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        // The first is as likely as all others together.
        let byte = self.byte();
        if byte < 128 {
            from[0]
        } else {
            from[byte % from.len()]
        }
    }

    fn even<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.byte() % from.len()]
    }

    fn qualified(&mut self, names: &[&str]) -> String {
        let schema = self.pick(&["public.", "", "app.", "\"Arch ive\"."]);
        format!("{schema}{}", self.pick(names))
    }

    fn table(&mut self) -> String {
        self.qualified(&TABLES)
    }

    fn index(&mut self) -> String {
        self.qualified(&INDEXES)
    }

    fn statement(&mut self) -> String {
        match self.byte() % 28 {
            0..=2 => self.create_index(),
            3 => format!(
                "DROP INDEX {}{}; {}",
                self.even(&["IF EXISTS ", ""]),
                self.index(),
                self.create_index()
            ),
            4 => format!(
                "ALTER {} {} {}; {}",
                self.even(&["INDEX", "TABLE"]),
                self.index(),
                self.rename_index(),
                self.create_index()
            ),
            5 => {
                let (table, to) = (
                    self.table(),
                    self.pick(&["runs_old", "runs", "\"Runs Mixed\""]),
                );
                let create = if self.byte().is_multiple_of(2) {
                    self.create_table()
                } else {
                    self.create_index()
                };
                format!("ALTER TABLE {table} RENAME TO {to}; {create}")
            }
            6 => format!("SET search_path = {}", self.search_path()),
            7 => format!(
                "SET search_path TO {}; {}",
                self.search_path(),
                self.plain()
            ),
            8 => format!(
                "{}; {}; {}",
                self.even(&["BEGIN", "COMMIT"]),
                self.plain(),
                self.even(&["COMMIT", "ROLLBACK"])
            ),
            9 => format!("{}; {}", self.plain(), self.even(&["ROLLBACK", "COMMIT"])),
            10..=13 => self.guarded(),
            14..=15 => self.caught(),
            16 => format!(
                "DO $$ BEGIN EXECUTE '{}'; END $$",
                self.plain().replace('\'', "''")
            ),
            17..=18 => self.partition(),
            19 => format!(
                "DROP TABLE {}{}{}; {}",
                self.even(&["IF EXISTS ", ""]),
                self.table(),
                self.pick(&["", " CASCADE"]),
                self.create_table()
            ),
            _ => self.plain(),
        }
    }

    /// A statement that may stand anywhere.
    fn plain(&mut self) -> String {
        match self.byte() % 20 {
            0..=2 => self.create_index(),
            3..=4 => format!(
                "DROP INDEX {}{}",
                self.even(&["IF EXISTS ", ""]),
                self.index()
            ),
            5 => format!(
                "ALTER INDEX {}{} {}",
                self.even(&["IF EXISTS ", ""]),
                self.index(),
                self.rename_index()
            ),
            6 => format!(
                "ALTER TABLE {}{} {}",
                self.even(&["IF EXISTS ", ""]),
                self.index(),
                self.rename_index()
            ),
            7 => format!(
                "ALTER TABLE {}{} RENAME TO {}",
                self.even(&["IF EXISTS ", ""]),
                self.table(),
                self.pick(&["runs_old", "runs", "\"Runs Mixed\""])
            ),
            8 => format!(
                "ALTER TABLE {} RENAME {}{} TO {}",
                self.table(),
                self.even(&["COLUMN ", ""]),
                self.pick(&COLUMNS),
                self.pick(&["kind", "run_type", "status"])
            ),
            9 => format!(
                "ALTER SCHEMA {} RENAME TO {}",
                self.even(&SCHEMAS),
                self.even(&["app", "public", "\"Arch ive\"", "app2"])
            ),
            10 => format!(
                "ALTER TABLE {} SET SCHEMA {}",
                self.table(),
                self.even(&["app", "public", "\"Arch ive\""])
            ),
            11..=15 => {
                let (if_exists, only, table) = (
                    self.pick(&["", "IF EXISTS "]),
                    self.pick(&["", "ONLY "]),
                    self.table(),
                );
                format!(
                    "ALTER TABLE {if_exists}{only}{table} {}",
                    self.actions(&table)
                )
            }
            16 => {
                let table = self.table();
                format!(
                    "ALTER TABLE {table} RENAME CONSTRAINT {} TO {}",
                    self.constraint(&table),
                    self.constraint(&table)
                )
            }
            17 => format!(
                "DROP TABLE {}{}",
                self.even(&["IF EXISTS ", ""]),
                self.table()
            ),
            18 => self.create_table(),
            _ => format!(
                "CREATE INDEX ON {} ({}) WHERE {}",
                self.table(),
                self.keys(),
                self.condition()
            ),
        }
    }

    /// The governed table's constraints, and others for other tables: a constraint that an unrelated table takes from the governed one
    /// by its name is not followed.
    fn constraint(&mut self, table: &str) -> String {
        let name = self.even(&CONSTRAINTS);
        if table.ends_with("runs") {
            name.to_owned()
        } else {
            format!(
                "other_{}",
                name.trim_matches('"').to_lowercase().replace(' ', "_")
            )
        }
    }

    fn actions(&mut self, table: &str) -> String {
        let mut actions = vec![self.action(table)];
        while self.byte() % 4 == 3 && actions.len() < 3 {
            actions.push(self.action(table));
        }
        actions.join(", ")
    }

    fn action(&mut self, table: &str) -> String {
        match self.byte() % 8 {
            0 | 1 => format!(
                "ADD CONSTRAINT {} CHECK ({})",
                self.constraint(table),
                self.condition()
            ),
            2 => format!("ADD CHECK ({})", self.condition()),
            3 | 4 => format!(
                "DROP CONSTRAINT {}{}",
                self.even(&["IF EXISTS ", ""]),
                self.constraint(table)
            ),
            5 => format!(
                "DROP COLUMN {}{}",
                self.even(&["IF EXISTS ", ""]),
                self.even(&["status", "run_type", "kind", "priority"])
            ),
            6 => format!(
                "ADD COLUMN {}{} text CHECK ({})",
                self.even(&["IF NOT EXISTS ", ""]),
                self.even(&["kind", "status", "run_type"]),
                self.condition()
            ),
            _ => format!(
                "ADD {} text DEFAULT 'x'",
                self.even(&["kind", "status", "run_type"])
            ),
        }
    }

    fn create_index(&mut self) -> String {
        let if_not_exists = self.even(&["IF NOT EXISTS ", ""]);
        let name = self.pick(&INDEXES);
        let (table, keys) = (self.table(), self.keys());
        let include = self.pick(&["", "", " INCLUDE (status)"]);
        format!(
            "CREATE INDEX {if_not_exists}{name} ON {table} ({keys}){include} WHERE {}",
            self.condition()
        )
    }

    fn keys(&mut self) -> &'static str {
        self.pick(&[
            "priority",
            "id",
            "lower(run_type)",
            "status DESC, priority",
            "(priority + 1)",
        ])
    }

    fn condition(&mut self) -> &'static str {
        self.even(&CONDITIONS)
    }

    fn rename_index(&mut self) -> String {
        format!(
            "RENAME TO {}",
            self.pick(&["idx_tmp", "idx_live", "\"Idx Mixed\""])
        )
    }

    fn search_path(&mut self) -> &'static str {
        self.even(&[
            "app, public",
            "app",
            "public",
            "\"$user\", public",
            "\"Arch ive\", app",
            "''",
        ])
    }

    fn create_table(&mut self) -> String {
        let status = self.pick(&[
            "status text CHECK (status IN ('pending'))",
            "status text",
            "status text CONSTRAINT filled NOT NULL CHECK (status <> '')",
            "status text CONSTRAINT runs_status_check CHECK (status IN ('a', 'b'))",
        ]);
        let last = self.pick(&[
            "CHECK (run_type IN ('sync', 'embed'))",
            "CONSTRAINT runs_run_type_check CHECK (run_type IN ('sync'))",
            "CHECK (status <> run_type)",
            "CHECK (status = 'a' OR run_type = 'b')",
            "CONSTRAINT \"Odd check\" CHECK (priority > 1)",
        ]);
        let (if_not_exists, table) = (self.even(&["", "IF NOT EXISTS "]), self.table());
        let elements = format!("{status}, priority int, {last}");
        // A constraint that an unrelated table takes from the governed one by its name is not followed.
        let elements = if table.ends_with("runs") {
            elements
        } else {
            elements.replace("CONSTRAINT runs_", "CONSTRAINT other_")
        };
        format!("CREATE TABLE {if_not_exists}{table} (id bigint, run_type text, {elements})")
    }

    fn guarded(&mut self) -> String {
        let not = self.even(&["NOT ", ""]);
        let (index, table) = (
            self.pick(&INDEXES).replace('"', ""),
            self.pick(&TABLES).replace('"', ""),
        );
        let constraint = self.even(&CONSTRAINTS).replace('"', "");
        let schema = self.pick(&SCHEMAS).replace('"', "");
        let qualified = self.even(&[
            "public.idx_live",
            "idx_live",
            "app.idx_live",
            "public.runs",
            "runs_old",
            "public.runs_pkey",
        ]);
        let column = self.even(&COLUMNS);
        let condition = match self.byte() % 12 {
            0 => {
                format!("{not}EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{constraint}')")
            }
            1 => format!(
                "{not}EXISTS (SELECT FROM pg_constraint WHERE conname = '{constraint}' AND conrelid = 'public.runs'::regclass)"
            ),
            2 => format!("{not}EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = '{index}')"),
            3 => format!(
                "{not}EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = '{schema}' AND indexname = '{index}' AND tablename = '{table}')"
            ),
            4 => format!("{not}EXISTS (SELECT 1 FROM pg_class WHERE relname = '{index}')"),
            5 => format!(
                "{not}EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = '{index}' AND n.nspname = '{schema}')"
            ),
            6 => format!("to_regclass('{qualified}') IS {not}NULL"),
            7 => format!(
                "{not}EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = '{table}' AND column_name = '{column}')"
            ),
            8 => format!(
                "{not}EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = '{schema}' AND table_name = '{table}')"
            ),
            9 => format!(
                "{not}EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE table_name = '{table}' AND constraint_name = '{constraint}')"
            ),
            10 => format!("{not}EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'runs_pkey')"),
            _ => format!(
                "{not}EXISTS (SELECT 1 FROM pg_class WHERE relname = '{table}' AND relkind = 'r')"
            ),
        };
        let (then, otherwise) = (
            self.plain(),
            self.pick(&["", "ELSE DROP INDEX IF EXISTS idx_live; "]),
        );
        format!("DO $$ BEGIN IF {condition} THEN {then}; {otherwise}END IF; END $$")
    }

    fn caught(&mut self) -> String {
        let first = self.plain();
        let second = if self.byte().is_multiple_of(2) {
            format!("{}; ", self.plain())
        } else {
            String::new()
        };
        let caught = self.even(&[
            "duplicate_object",
            "duplicate_table",
            "others",
            "undefined_object OR undefined_table",
            "duplicate_column",
        ]);
        let handler = self.pick(&["NULL", "DROP INDEX IF EXISTS public.idx_live"]);
        format!("DO $$ BEGIN {first}; {second}EXCEPTION WHEN {caught} THEN {handler}; END $$")
    }

    fn partition(&mut self) -> String {
        match self.byte() % 7 {
            0 | 1 => "CREATE TABLE public.parent (LIKE public.runs) PARTITION BY LIST (run_type); \
                ALTER TABLE public.parent ATTACH PARTITION public.runs DEFAULT"
                .to_owned(),
            2 => "ALTER TABLE public.parent DETACH PARTITION public.runs".to_owned(),
            3 => "DROP TABLE public.parent".to_owned(),
            4 => format!(
                "CREATE INDEX idx_parent ON public.parent (priority) WHERE {}",
                self.condition()
            ),
            5 => "DROP INDEX public.idx_parent".to_owned(),
            _ => format!("ALTER TABLE public.parent {}", self.actions("parent")),
        }
    }
}
