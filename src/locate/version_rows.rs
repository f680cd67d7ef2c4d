//! The versions that a schema dump records, as dbmate's does at its end.

use std::ops::Range;
use std::sync::Arc;

use crate::read_sql::literals::strings;
use crate::read_sql::rows::inserted_strings;
use crate::read_sql::split::{leading_words, statements};
use crate::source::file::{Location, SourceFile};
use crate::source::span::{Span, Spanned};

/// Where dbmate's own part begins.
pub const DBMATE_PART: &str = "-- Dbmate schema migrations";
/// Its table, unless it is told another.
const TABLE: &str = "schema_migrations";

/// What a dump says of versions.
#[derive(Debug)]
pub struct VersionRows {
    /// The statement; where there are no rows, the line above them.
    pub location: Location,
    /// In their order; spans are the file's, with quotes.
    pub rows: Vec<Spanned<String>>,
    /// Why Postgres would not take them, as the end of "cannot be read: …".
    pub refused: Option<String>,
}

/// The rows of a dump; `None` for one that lists none.
pub fn version_rows(file: &Arc<SourceFile>) -> Option<VersionRows> {
    let text = file.text();
    let found = |range: Range<usize>| Location::new(file, range.into());
    let (start, mark) = match text.rfind(DBMATE_PART) {
        Some(part) => {
            let end = part + DBMATE_PART.len();
            (end, Some(part..end))
        }
        // Somebody may have taken comments out: then it is the last statement.
        None => (
            text.rfind("INSERT INTO ")
                .filter(|at| is_of_table(&text[*at..]))?,
            None,
        ),
    };
    let rest = &text[start..];
    let ranges = statements(rest).unwrap_or_default();
    let is_insert =
        |range: &Range<usize>| leading_words(&rest[range.clone()], 2) == ["INSERT", "INTO"];
    let inserts: Vec<&Range<usize>> = ranges.iter().filter(|it| is_insert(it)).collect();
    let Some(first) = inserts.first() else {
        return Some(VersionRows {
            location: found(mark?),
            rows: Vec::new(),
            refused: None,
        });
    };
    let mut refused = None;
    // What begins with no word is a row behind the end of the statement.
    if ranges
        .iter()
        .any(|range| leading_words(&rest[range.clone()], 1).is_empty())
    {
        refused = Some("a row stands behind the semicolon that ends it".to_owned());
    }
    let mut rows = Vec::new();
    for insert in &inserts {
        let strings = inserted_strings(&rest[(*insert).clone()]).unwrap_or_else(|reason| {
            refused.get_or_insert(reason);
            strings(&rest[(*insert).clone()])
        });
        let begin = start + insert.start;
        rows.extend(strings.into_iter().map(|range| {
            let span = Span::new(begin + range.start, begin + range.end);
            let version = text[span.start + 1..span.end - 1].replace("''", "'");
            Spanned::new(version, span)
        }));
    }
    let begin = start + first.start;
    let head = rest[(*first).clone()].lines().next().map_or(0, str::len);
    Some(VersionRows {
        location: found(begin..begin + head),
        rows,
        refused,
    })
}

fn is_of_table(insert: &str) -> bool {
    let into = insert.strip_prefix("INSERT INTO ").unwrap_or_default();
    let name = into.split('(').next().unwrap_or_default().trim();
    let name = name.rsplit('.').next().unwrap_or_default();
    name.trim_matches('"') == TABLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::RepoPath;

    fn rows(text: &str) -> Option<(String, Vec<String>)> {
        let file = SourceFile::new(RepoPath::new("schema.sql"), text.to_owned());
        let found = version_rows(&file)?;
        for row in &found.rows {
            assert_eq!(&text[row.span.range()], format!("'{}'", row.value));
        }
        let versions = found.rows.into_iter().map(|row| row.value).collect();
        Some((found.location.text().to_owned(), versions))
    }

    #[test]
    fn rows_are_read_from_the_end_of_a_dump() {
        let insert = "INSERT INTO public.schema_migrations (version) VALUES";
        let text = format!(
            "CREATE TABLE t ();\n\n--\n{DBMATE_PART}\n--\n\n{insert}\r\n    ('1'),\n    ('2');\n"
        );
        let both = vec!["1".to_owned(), "2".to_owned()];
        assert_eq!(rows(&text), Some((insert.to_owned(), both.clone())));
        let bare = format!("CREATE TABLE t ();\n{insert} ('1'), ('2');");
        let (place, versions) = rows(&bare).unwrap();
        assert!(place.starts_with(insert));
        assert_eq!(versions, both);
        let custom = text.replace("public.schema_migrations", "done");
        assert_eq!(rows(&custom).unwrap().1, both);
        let none = format!("CREATE TABLE t ();\n--\n{DBMATE_PART}\n--\n\n");
        assert_eq!(rows(&none), Some((DBMATE_PART.to_owned(), Vec::new())));
        assert_eq!(
            rows("CREATE TABLE public.schema_migrations ();\nINSERT INTO t VALUES ('1');"),
            None
        );
        assert_eq!(rows(""), None);
    }

    #[test]
    fn rows_that_postgres_refuses_are_told() {
        let read = |values: &str| {
            let text = format!("{DBMATE_PART}\nINSERT INTO t (version) VALUES {values};\n");
            let file = SourceFile::new(RepoPath::new("schema.sql"), text);
            let read = version_rows(&file).unwrap();
            (read.rows.len(), read.refused.is_some())
        };
        assert_eq!(read("('1'), ('2')"), (2, false));
        assert_eq!(read("('1') ('2')"), (2, true));
        assert_eq!(read("('1'), ('2'),"), (2, true));
        assert_eq!(read("('1');\n('2')"), (1, true));
        assert_eq!(
            read("('1');\nINSERT INTO t (version) VALUES ('2')"),
            (2, false)
        );
    }
}
