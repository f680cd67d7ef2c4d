//! Which of a program's names are the governed table's and its columns'.

use std::collections::BTreeSet;

use super::condition::{ColumnRef, Test};
use crate::model::name::Identifier;
use crate::render::predicate::identifier;

/// The names of the governed table.
#[derive(Debug)]
pub struct Names<'a> {
    pub table: &'a Identifier,
    /// The columns that a declaration speaks of: a program may write them in another casing.
    pub columns: Vec<&'a Identifier>,
    /// What the declaration or the program says is another name of the table.
    pub aliases: BTreeSet<String>,
}

impl Names<'_> {
    /// The column that the program's name means; any other column's name is taken as it stands.
    pub fn column(&self, name: &str) -> Identifier {
        let is_it = |column: &&&Identifier| folded(column.as_str()) == folded(name);
        match self.columns.iter().find(is_it) {
            Some(column) => (*column).clone(),
            None => Identifier::quoted(name),
        }
    }

    /// Whether it is a name of the declaration's columns.
    pub fn is_governed(&self, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| folded(column.as_str()) == folded(name))
    }

    /// Whether a program may call the table so: `runs`, `Run`, `RUNS`, `r` where that is its alias.
    pub fn is_table(&self, name: &str) -> bool {
        let table = folded(self.table.as_str());
        let is_it =
            |name: &str| name == table || is_plural(name, &table) || is_plural(&table, name);
        let name_folded = folded(name);
        let mut kinds = KINDS
            .iter()
            .filter_map(|kind| name_folded.strip_suffix(kind));
        self.aliases.contains(name) || is_it(&name_folded) || kinds.any(is_it)
    }
}

/// What programs add to the name of a table: `runsTable`, `RunModel`.
const KINDS: [&str; 6] = ["table", "model", "entity", "record", "schema", "tbl"];

/// `runType`, `RUN_TYPE` and `run_type` are one name.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// `runs` of `run`, `companies` of `company`, `addresses` of `address`.
fn is_plural(plural: &str, singular: &str) -> bool {
    let Some(stem) = plural.strip_suffix('s') else {
        return false;
    };
    let of_y = || Some(format!("{}y", stem.strip_suffix("ie")?));
    stem == singular
        || stem.strip_suffix('e') == Some(singular)
        || of_y().as_deref() == Some(singular)
}

/// Which qualifiers of one condition mean the governed table.
#[derive(Debug)]
pub enum Qualifiers {
    /// Those that bear a name of it.
    Named,
    /// There is no more than one, whatever it is called.
    TheOnly,
}

impl Qualifiers {
    /// With a join there are several tables, whatever they are called.
    pub fn of(names: &Names, tests: &[&Test], has_join: bool) -> Self {
        let written = tests
            .iter()
            .filter_map(|test| test.column.qualifier.as_deref());
        let written: BTreeSet<&str> = written.collect();
        let is_named = written.iter().any(|name| names.is_table(name));
        // A column without one is the query's own, and the others are not.
        let is_mixed =
            !written.is_empty() && tests.iter().any(|test| test.column.qualifier.is_none());
        match is_named || is_mixed || has_join || written.len() > 1 || !names.aliases.is_empty() {
            true => Qualifiers::Named,
            false => Qualifiers::TheOnly,
        }
    }

    /// The column as SQL: bare, where it is the governed table's.
    pub fn column(&self, names: &Names, column: &ColumnRef) -> String {
        let is_own = match (&column.qualifier, self) {
            (None, _) | (Some(_), Qualifiers::TheOnly) => true,
            (Some(qualifier), Qualifiers::Named) => names.is_table(qualifier),
        };
        let name = identifier(&names.column(&column.name));
        match &column.qualifier {
            Some(qualifier) if !is_own => {
                let qualifier = identifier(&Identifier::quoted(qualifier));
                format!("{qualifier}.{name}")
            }
            _ => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_the_casings_of_programs() {
        let (table, column) = (Identifier::quoted("runs"), Identifier::quoted("run_type"));
        let names = Names {
            table: &table,
            columns: vec![&column],
            aliases: BTreeSet::from(["r".to_owned()]),
        };
        for name in ["runs", "Run", "RUNS", "Runs", "r", "runsTable", "RunEntity"] {
            assert!(names.is_table(name), "{name}");
        }
        assert!(!names.is_table("users"));
        for name in ["runType", "RUN_TYPE", "run_type"] {
            assert_eq!(names.column(name), column, "{name}");
        }
        for (plural, singular) in [("companies", "company"), ("addresses", "address")] {
            assert!(is_plural(plural, singular));
        }
    }
}
