//! The names that Postgres makes up for indexes and constraints that were given none.

use super::catalog::key_column;
use crate::model::name::{IDENTIFIER_BYTES, Identifier, QualifiedName};

/// The name of an index over these keys and columns of INCLUDE (`ChooseIndexName` in indexcmds.c).
pub fn index_name<'a>(
    table: &Identifier,
    keys: impl IntoIterator<Item = &'a String>,
    taken: impl Fn(&Identifier) -> bool,
) -> Identifier {
    let mut parts: Vec<String> = Vec::new();
    for key in keys {
        let part = key_part(key);
        let is_taken = |name: &Identifier| parts.iter().any(|each| each == name.as_str());
        let unique = numbered(
            |number| Identifier::quoted(&format!("{part}{number}")),
            is_taken,
        );
        parts.push(unique.to_string());
    }
    object_name(table.as_str(), &parts.join("_"), "idx", taken)
}

/// The name of a CHECK constraint, over one column where there is only one (`ChooseConstraintName` in pg_constraint.c).
pub fn check_name(
    table: &Identifier,
    column: Option<&Identifier>,
    taken: impl Fn(&Identifier) -> bool,
) -> Identifier {
    let column = column.map_or("", Identifier::as_str);
    object_name(table.as_str(), column, "check", taken)
}

/// The parts and the label, with a number where the name is taken. What is too long is cut from the longer part (`makeObjectName`).
fn object_name(
    first: &str,
    second: &str,
    label: &str,
    taken: impl Fn(&Identifier) -> bool,
) -> Identifier {
    let named = |number: String| {
        let label = format!("{label}{number}");
        let separators = if second.is_empty() { 1 } else { 2 };
        let room = IDENTIFIER_BYTES.saturating_sub(label.len() + separators);
        let (mut first_length, mut second_length) = (first.len(), second.len());
        while first_length + second_length > room {
            if first_length > second_length {
                first_length -= 1;
            } else {
                second_length -= 1;
            }
        }
        let mut parts = vec![cut(first, first_length)];
        parts.extend(Some(cut(second, second_length)).filter(|part| !part.is_empty()));
        parts.push(&label);
        Identifier::quoted(&parts.join("_"))
    };
    numbered(named, taken)
}

fn numbered(
    named: impl Fn(String) -> Identifier,
    taken: impl Fn(&Identifier) -> bool,
) -> Identifier {
    let mut name = named(String::new());
    let mut number = 1;
    while taken(&name) {
        name = named(number.to_string());
        number += 1;
    }
    name
}

fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The part of a made-up index name that stands for a key (`FigureIndexColname` in parse_target.c): the column, or the function.
fn key_part(key: &str) -> String {
    if let Some(column) = key_column(key) {
        return column.to_string();
    }
    let name = key
        .find('(')
        .and_then(|end| QualifiedName::parse(&key[..end]));
    name.map_or("expr".to_owned(), |called| called.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_parts_are_cut_as_postgres_15_cuts_them() {
        let table = Identifier::unquoted(&"a".repeat(40));
        let keys = ["b".repeat(45), "c".repeat(41)];
        let parts = format!("{}_{}", "a".repeat(29), "b".repeat(29));
        let name = index_name(&table, &keys, |_| false);
        assert_eq!(name.as_str(), format!("{parts}_idx"));
        let taken = name.clone();
        let name = index_name(&table, &keys, |name| *name == taken);
        let shorter = &parts[..parts.len() - 1];
        assert_eq!(name.as_str(), format!("{shorter}_idx1"));
        let column = Identifier::unquoted(&"c".repeat(41));
        let name = check_name(&table, Some(&column), |_| false);
        let expected = format!("{}_{}_check", "a".repeat(28), "c".repeat(28));
        assert_eq!(name.as_str(), expected);
    }
}
