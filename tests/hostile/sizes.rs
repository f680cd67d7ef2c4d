//! More of everything than anybody writes.

use super::{
    ARRAY, LANES, MANIFEST, MIGRATION, PATCHES, QUERY, SCHEMA, ended_well, in_time, long,
    repository,
};

#[test]
fn a_line_of_fifty_megabytes_is_read_or_refused() {
    let long_text = "x".repeat(50_000_000);
    for (path, before, inserted) in [
        (
            SCHEMA,
            "SET lock_timeout",
            format!("COMMENT ON TABLE public.messages IS '{long_text}';\n"),
        ),
        (SCHEMA, "SET lock_timeout", format!("-- {long_text}\n")),
        (
            SCHEMA,
            "SET lock_timeout",
            format!("-- {}\n", "messages ".repeat(5_500_000)),
        ),
        (
            MIGRATION,
            "DROP INDEX public.idx_messages_unsent;\nCREATE INDEX idx_messages_unsent ON public.messages (queued_at)\n    WHERE sent_at IS NULL AND channel IN ('email', 'sms', 'push')",
            format!("INSERT INTO public.messages (channel) VALUES ('{long_text}');\n"),
        ),
        (
            PATCHES,
            "/** Run in order",
            format!("export const FILLER = '{long_text}';\n"),
        ),
        (
            QUERY,
            "export async function",
            format!("export const FILLER = \"{long_text}\";\n"),
        ),
    ] {
        let copy = repository();
        copy.edit(path, before, &format!("{inserted}{before}"));
        in_time(long(8), path, || {
            copy.check().clean();
        });
    }
}

#[test]
fn a_site_of_fifty_megabytes_is_not_clean() {
    for (path, site, padding) in [
        (MIGRATION, LANES, "id = 1 OR "),
        (QUERY, ARRAY, "id = 1 OR "),
    ] {
        let copy = repository();
        copy.edit(
            path,
            site,
            &format!("{}{site}", padding.repeat(50_000_000 / padding.len())),
        );
        in_time(long(8), path, || {
            let found = copy.check().drift().found();
            assert!(
                found.len() == 1 && found[0].starts_with("unreadable-site "),
                "{found:?}"
            );
        });
    }
    let copy = repository();
    copy.write(
        MANIFEST,
        format!("{}# {}", copy.text(MANIFEST), "x".repeat(50_000_000)),
    );
    assert!(copy.check().could_not_check().contains("is larger than"));
}

#[test]
fn source_of_millions_of_tokens_is_refused_rather_than_held_in_memory() {
    let copy = repository();
    let list = "1,".repeat(3_000_000);
    copy.write(
        QUERY,
        format!("{}\nexport const LIST = [{list}];\n", copy.text(QUERY)),
    );
    in_time(long(12), QUERY, || {
        let run = copy.check();
        let message = run.could_not_check();
        assert!(
            message.contains("src/deliver.ts:1:1: this file is too large, or too broken"),
            "{message}"
        );
    });
}

#[test]
fn nesting_is_followed_or_refused_and_never_overflows() {
    for depth in [30, 10_000, 100_000] {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let blocks = format!(
            "DO $$ {}DROP INDEX public.idx_messages_unsent; {}$$;\n",
            "BEGIN ".repeat(depth),
            "END; ".repeat(depth)
        );
        for (path, from, to) in [
            (
                MIGRATION,
                LANES,
                LANES
                    .replace(';', &format!("{close};"))
                    .replace("channel", &format!("{open}channel")),
            ),
            (QUERY, ARRAY, format!("{open}{ARRAY}{close}")),
            (QUERY, ARRAY, format!("{}{ARRAY}", "NOT ".repeat(depth * 2))),
            (
                QUERY,
                "FROM messages",
                format!(
                    "FROM {}messages{}",
                    "(SELECT * FROM ".repeat(depth),
                    ") x".repeat(depth)
                ),
            ),
            (
                MIGRATION,
                "-- migrate:down",
                format!("{blocks}-- migrate:down"),
            ),
            (
                SCHEMA,
                "SET lock_timeout",
                format!(
                    "/*{}*/{}*/ SET lock_timeout",
                    "/*".repeat(depth),
                    "*/".repeat(depth)
                ),
            ),
            (
                PATCHES,
                "/** Run in order",
                format!("export const DEEP = {open}1{close};\n/** Run in order"),
            ),
        ] {
            let copy = repository();
            copy.edit(path, from, &to);
            in_time(long(4), path, || {
                let run = copy.check();
                ended_well(&run, path);
                let hides_site =
                    depth > 100 && (path == QUERY || to.contains("BEGIN") || from == LANES);
                assert!(!hides_site || run.code != Some(0), "{path} {depth}");
            });
        }
    }
}

#[test]
fn conditions_of_thousands_of_alternatives_are_compared_or_refused() {
    for count in [100, 2_000, 100_000] {
        let lanes = "email sms push ".repeat(count / 3 + 1);
        let tests: Vec<String> = lanes
            .split_whitespace()
            .map(|lane| format!("channel = '{lane}'"))
            .collect();
        let condition = format!("({})", tests.join(" OR "));
        for (path, site) in [
            (MIGRATION, "channel IN ('email', 'sms', 'push')"),
            (QUERY, ARRAY),
        ] {
            let copy = repository();
            copy.edit_after(
                path,
                if path == QUERY {
                    "nextUnsent"
                } else {
                    "migrate:up"
                },
                site,
                &condition,
            );
            in_time(long(3), &format!("{path} {count}"), || {
                let run = copy.check();
                if count < 10_000 {
                    run.clean();
                } else {
                    let found = run.drift().found();
                    assert!(
                        found.len() == 1 && found[0].starts_with("unreadable-site "),
                        "{found:?}"
                    );
                }
            });
        }
    }
}
