//! Which texts are worth parsing: those that name a governed object. The set of names grows when a rename leads to another name.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem::Finder;

use crate::model::name::{IDENTIFIER_BYTES, Identifier};

/// Words, in lower case, with which a statement may touch governed objects without naming them.
const ALWAYS: [&str; 4] = ["search_path", "schema", "owned", ESCAPED_NAME];

/// Words, in lower case, without which the end of a transaction changes nothing: none is rolled back, no table is dropped ON COMMIT.
const TRANSACTION_ENDS: [&str; 3] = ["rollback", "abort", "commit"];

/// How much of a script is searched at a time, at least.
const PART_BYTES: usize = 16 * 1024;

/// A name spelled with Unicode escapes may be any name (manual, 4.1.1).
const ESCAPED_NAME: &str = "u&\"";

/// What an interpolation of a template becomes (`$9001`): what is put in at run time may be any name.
const INTERPOLATION: &str = "$90";

/// A set of names, and how to find them in SQL.
#[derive(Debug, Clone)]
pub struct Interest {
    names: BTreeSet<Identifier>,
    /// As they stand in SQL, in lower case, in the order of `names`.
    finders: Vec<NameFinder>,
}

/// How to find one name.
#[derive(Debug, Clone)]
struct NameFinder {
    finder: Finder<'static>,
    /// The length of the name itself, where a quote of its own counts once.
    name_length: usize,
}

impl Interest {
    pub fn new(names: impl IntoIterator<Item = Identifier>) -> Self {
        let names: BTreeSet<Identifier> = names.into_iter().collect();
        let finders = names
            .iter()
            .map(|name| {
                let written = name.as_str().replace('"', "\"\"").to_ascii_lowercase();
                NameFinder {
                    finder: Finder::new(&written).into_owned(),
                    name_length: name.as_str().len(),
                }
            })
            .collect();
        Self { names, finders }
    }

    pub fn contains(&self, name: &Identifier) -> bool {
        self.names.contains(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &Identifier> {
        self.names.iter()
    }

    /// Whether the text names a governed object, or may.
    pub fn names_any(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        may_be_any_name(&lower) || self.finders.iter().any(|finder| stands_in(finder, &lower))
    }

    /// The names that the text holds: all of them, when it spells a name in escapes or has one put in.
    pub fn names_in(&self, text: &str) -> Vec<&Identifier> {
        let lower = text.to_ascii_lowercase();
        let is_any = may_be_any_name(&lower);
        self.names
            .iter()
            .zip(&self.finders)
            .filter(|(_, finder)| is_any || stands_in(finder, &lower))
            .map(|(name, _)| name)
            .collect()
    }

    /// Whether every governed name in the statement is that of the table that a foreign key refers to.
    pub fn is_only_referenced(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        !may_be_any_name(&lower)
            && self
                .finders
                .iter()
                .flat_map(|finder| alone(finder, &lower))
                .all(|at| is_referenced(&lower[..at]))
    }

    /// Where in a script statements may touch governed objects. The script is searched once, however many statements it has.
    pub fn hits(&self, script: &str) -> Hits {
        let mut hits = Hits::default();
        let mut lower = String::new();
        let mut start = 0;
        for lines in runs_of_lines(script, self.part_bytes(script)) {
            lower.clear();
            lower.push_str(lines);
            lower.make_ascii_lowercase();
            self.add_hits(&lower, start, &mut hits);
            start += lines.len();
        }
        hits.offsets.sort_unstable();
        hits
    }

    /// A name may go on in the next line, between quotes.
    fn part_bytes(&self, script: &str) -> usize {
        let is_broken = |name: &Identifier| name.as_str().contains('\n');
        if self.names.iter().any(is_broken) {
            script.len()
        } else {
            PART_BYTES
        }
    }

    /// Adds what stands in a part of the script that begins at `start`.
    fn add_hits(&self, lower: &str, start: usize, hits: &mut Hits) {
        let names = self.finders.iter().flat_map(|finder| alone(finder, lower));
        hits.offsets.extend(names.map(|at| start + at));
        for any in [ESCAPED_NAME, INTERPOLATION] {
            let found = memchr::memmem::find_iter(lower.as_bytes(), any);
            hits.offsets.extend(found.map(|at| start + at));
        }
        let holds = |word: &&str| memchr::memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
        hits.is_always = hits.is_always || ALWAYS.iter().any(holds) || executes(lower);
        hits.ends_transactions = hits.ends_transactions || TRANSACTION_ENDS.iter().any(holds);
    }
}

/// Where a script names governed objects.
#[derive(Debug, Default)]
pub struct Hits {
    /// In order.
    offsets: Vec<usize>,
    is_always: bool,
    /// Where transactions end in it matters.
    pub ends_transactions: bool,
}

impl Hits {
    /// Whether nothing in the script can touch a governed object.
    pub fn are_none(&self) -> bool {
        self.offsets.is_empty() && !self.is_always
    }

    /// Whether a statement that names nothing governed can matter: one that begins or ends a transaction, or leads elsewhere.
    pub fn any_may_matter(&self) -> bool {
        self.is_always || self.ends_transactions
    }

    /// Whether a name stands in this range of the script.
    pub fn any_in(&self, range: &Range<usize>) -> bool {
        let first = self.offsets.partition_point(|offset| *offset < range.start);
        self.offsets
            .get(first)
            .is_some_and(|offset| *offset < range.end)
    }
}

/// The script in parts of at least so many bytes, that end where a line does. What a small part is copied into stays in the
/// processor's cache, and the system is not asked for as much memory as the script takes.
fn runs_of_lines(script: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        let from = rest.floor_char_boundary(bytes);
        let end = memchr::memchr(b'\n', &rest.as_bytes()[from..]);
        let end = end.map_or(rest.len(), |newline| from + newline + 1);
        let (part, behind) = rest.split_at(end);
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
}

fn may_be_any_name(lower: &str) -> bool {
    lower.contains(ESCAPED_NAME) || lower.contains(INTERPOLATION)
}

/// Whether the text executes other text, and not just a trigger its function.
fn executes(lower: &str) -> bool {
    let executed = memchr::memmem::find_iter(lower.as_bytes(), "execute");
    let mut behind = executed.map(|at| lower[at + "execute".len()..].trim_ascii_start());
    behind.any(|rest| !rest.starts_with("function") && !rest.starts_with("procedure"))
}

/// Whether `REFERENCES` and perhaps a schema stand before the name that follows `before`.
fn is_referenced(before: &str) -> bool {
    let without_quote = before.strip_suffix('"').unwrap_or(before);
    let before = match without_quote.strip_suffix('.') {
        Some(schema) => schema
            .trim_end_matches(|c: char| c == '"' || c == '$' || c == '_' || c.is_alphanumeric()),
        None => without_quote,
    };
    let word = before.trim_ascii_end();
    let begins = word.strip_suffix("references");
    word.len() < before.len()
        && begins.is_some_and(|before| !before.bytes().next_back().is_some_and(is_word_byte))
}

fn stands_in(finder: &NameFinder, lower: &str) -> bool {
    alone(finder, lower).next().is_some()
}

/// The matches that no letter, digit or underscore touches; a longer name counts where Postgres cuts it there.
fn alone<'a>(name: &'a NameFinder, lower: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = lower.as_bytes();
    name.finder.find_iter(bytes).filter(move |start| {
        let before = start.checked_sub(1).and_then(|index| bytes.get(index));
        let end = start + name.finder.needle().len();
        let after = bytes.get(end).copied();
        let is_cut = || {
            let next = lower[end..].chars().next().map_or(0, char::len_utf8);
            name.name_length + next > IDENTIFIER_BYTES
        };
        !before.copied().is_some_and(is_word_byte) && (!after.is_some_and(is_word_byte) || is_cut())
    })
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_words_in_any_case_and_quoting() {
        let interest = Interest::new([
            Identifier::unquoted("runs"),
            Identifier::quoted("a\"b"),
            Identifier::unquoted("idx_runs"),
        ]);
        for (text, expected) in [
            ("ALTER TABLE Public.RUNS", vec!["runs"]),
            ("drop index idx_runs", vec!["idx_runs"]),
            ("create table workflow_runs (runs_id int)", vec![]),
            ("select \"a\"\"b\"", vec!["a\"b"]),
            (
                "DROP INDEX U&\"idx\\005Fruns\"",
                vec!["a\"b", "idx_runs", "runs"],
            ),
        ] {
            let found: Vec<&str> = interest
                .names_in(text)
                .into_iter()
                .map(Identifier::as_str)
                .collect();
            assert_eq!(found, expected, "{text}");
            assert_eq!(interest.names_any(text), !expected.is_empty(), "{text}");
        }
    }

    #[test]
    fn the_table_of_a_foreign_key_is_told_from_others() {
        let interest = Interest::new([Identifier::unquoted("runs")]);
        for (text, expected) in [
            ("create table a (b bigint REFERENCES runs)", true),
            (
                "create table a (b bigint references public.runs(id), c int references \"Public\".\"runs\")",
                true,
            ),
            (
                "create table a (b bigint references runs, like runs)",
                false,
            ),
            ("create table runs (b bigint references runs)", false),
            ("alter table runs add foreign key (a) references b", false),
            ("create table a (preferences runs)", false),
            ("create table a (b bigint references u&\"runs\")", false),
        ] {
            assert_eq!(interest.is_only_referenced(text), expected, "{text}");
        }
    }

    #[test]
    fn hits_are_told_by_statement() {
        let interest = Interest::new([Identifier::unquoted("runs")]);
        let hits = interest.hits("SELECT 1; DROP TABLE runs; SELECT 2");
        assert!(!hits.any_in(&(0..8)));
        assert!(hits.any_in(&(10..25)));
        assert!(!hits.any_in(&(27..35)));
        assert!(interest.hits("SELECT 1").are_none());
        assert!(!interest.hits("SET search_path = x").are_none());
        let blank = "-- é\n".repeat(PART_BYTES);
        let hits = interest.hits(&format!("{blank}DROP TABLE RUNS; {blank}"));
        assert!(hits.any_in(&(blank.len()..blank.len() + 15)));
        assert!(!hits.any_in(&(0..blank.len())));
        let broken = Interest::new([Identifier::quoted("a\nb")]);
        assert!(
            !broken
                .hits(&format!("{blank}DROP INDEX \"a\nb\"; {blank}"))
                .are_none()
        );
        assert!(!interest.hits("DO $$ BEGIN EXECUTE x; END $$").are_none());
        assert!(
            interest
                .hits("CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()")
                .are_none()
        );
    }
}
