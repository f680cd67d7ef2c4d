//! Predicates as Postgres gives them back: what `pg_get_expr` says of an index and pg_dump prints (ruleutils.c of Postgres 15).

use thiserror::Error;

use super::keyword::{stored_identifier, stored_name};
use super::predicate;
use crate::model::column_type::ColumnType;
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::{Among, Column, Predicate, Test};

/// Why it cannot be told how Postgres would give a predicate back; the end of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unspellable {
    #[error("the type of its column {0} is not known")]
    UnknownType(Identifier),
    #[error("its column {column} is of type {type_name}")]
    OtherType {
        column: Identifier,
        type_name: String,
    },
    #[error("it holds the condition {0}")]
    Condition(String),
}

/// How one and the same stored condition may be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// As pg_dump prints what a migration made: with every schema, since it empties the search path.
    Dumped,
    /// To a session whose search path holds the enums.
    OnSearchPath,
    /// Made from what pg_dump printed: casts of lists of varchar have moved into the list.
    Restored,
    /// Both of the latter.
    RestoredOnSearchPath,
}

impl Variant {
    pub const ALL: [Variant; 4] = [
        Variant::Dumped,
        Variant::OnSearchPath,
        Variant::Restored,
        Variant::RestoredOnSearchPath,
    ];

    fn is_restored(self) -> bool {
        matches!(self, Variant::Restored | Variant::RestoredOnSearchPath)
    }

    fn is_on_search_path(self) -> bool {
        matches!(self, Variant::OnSearchPath | Variant::RestoredOnSearchPath)
    }
}

/// What the types of a table's columns are; an own type is an enum.
pub type Types<'a> = &'a dyn Fn(&Identifier) -> Option<ColumnType>;

/// What `pg_get_expr` gives for an index WHERE that predicate, as [`predicate::predicate`] renders it.
///
/// # Errors
/// When that cannot be told.
pub fn stored(
    predicate: &Predicate,
    types: Types,
    variant: Variant,
) -> Result<String, Unspellable> {
    Speller { types, variant }.predicate(predicate)
}

/// Every spelling there may be, each once, what pg_dump prints first.
///
/// # Errors
/// As [`stored`].
pub fn spellings(predicate: &Predicate, types: Types) -> Result<Vec<String>, Unspellable> {
    let mut spellings = Vec::new();
    for variant in Variant::ALL {
        let spelling = stored(predicate, types, variant)?;
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    Ok(spellings)
}

struct Speller<'a> {
    types: Types<'a>,
    variant: Variant,
}

impl Speller<'_> {
    fn predicate(&self, predicate: &Predicate) -> Result<String, Unspellable> {
        let (parts, word) = match predicate {
            Predicate::Test(test) => return self.test(test),
            Predicate::And(parts) if parts.is_empty() => return Ok("true".to_owned()),
            Predicate::Or(parts) if parts.is_empty() => return Ok("false".to_owned()),
            Predicate::And(parts) => (parts, " AND "),
            Predicate::Or(parts) => (parts, " OR "),
        };
        let parts: Vec<String> = parts
            .iter()
            .map(|part| self.predicate(part))
            .collect::<Result<_, _>>()?;
        Ok(format!("({})", parts.join(word)))
    }

    fn test(&self, test: &Test) -> Result<String, Unspellable> {
        Ok(match test {
            Test::Among(among) => self.among(among)?,
            Test::Order {
                column,
                operator,
                value,
            } => self.comparison(column, operator.symbol(), value)?,
            Test::Null { column, negated } => {
                format!("({} IS {}NULL)", self.bare(column)?, not(*negated))
            }
            Test::Truth {
                column,
                value,
                negated,
            } => {
                let value = if *value { "TRUE" } else { "FALSE" };
                format!("({} IS {}{value})", self.bare(column)?, not(*negated))
            }
            Test::Distinct {
                column,
                value,
                negated,
            } => {
                let distinct = self.comparison(column, "IS DISTINCT FROM", value)?;
                if *negated {
                    format!("(NOT {distinct})")
                } else {
                    distinct
                }
            }
            Test::Opaque(_) => {
                let text = predicate::predicate(&Predicate::Test(test.clone()));
                return Err(Unspellable::Condition(text));
            }
        })
    }

    fn among(&self, among: &Among) -> Result<String, Unspellable> {
        let column = &among.column;
        match (among.values.as_slice(), among.negated) {
            ([], negated) => Ok(negated.to_string()),
            ([Value::Boolean(true)], false) => self.bare(column),
            ([Value::Boolean(false)], false) => Ok(format!("(NOT {})", self.bare(column)?)),
            ([only], negated) => self.comparison(column, if negated { "<>" } else { "=" }, only),
            (values, negated) => self.list(column, values, negated),
        }
    }

    fn list(
        &self,
        column: &Column,
        values: &[Value],
        negated: bool,
    ) -> Result<String, Unspellable> {
        let operator = if negated { "<> ALL" } else { "= ANY" };
        let column_type = self.type_of(column)?;
        let is_bigint =
            column_type == ColumnType::Bigint || values.iter().any(|value| !is_four_bytes(value));
        let element = |value: &Value| match (&column_type, value) {
            (ColumnType::Varchar, value) => {
                let text = quoted(&value.to_string());
                if self.variant.is_restored() {
                    format!("({text}::character varying)::text")
                } else {
                    format!("{text}::character varying")
                }
            }
            (_, Value::Integer(_)) if is_bigint && is_four_bytes(value) => {
                format!("({})::bigint", self.constant(&column_type, value))
            }
            (_, value) => self.constant(&column_type, value),
        };
        let elements: Vec<String> = values.iter().map(element).collect();
        let elements = elements.join(", ");
        let array = if column_type == ColumnType::Varchar && !self.variant.is_restored() {
            format!("(ARRAY[{elements}])::text[]")
        } else {
            format!("ARRAY[{elements}]")
        };
        Ok(format!("({} {operator} ({array}))", self.operand(column)?))
    }

    fn comparison(
        &self,
        column: &Column,
        operator: &str,
        value: &Value,
    ) -> Result<String, Unspellable> {
        let constant = match self.type_of(column)? {
            ColumnType::Varchar => self.constant(&ColumnType::Text, value),
            other => self.constant(&other, value),
        };
        Ok(format!("({} {operator} {constant})", self.operand(column)?))
    }

    /// The column as an operand: a varchar is compared as text.
    fn operand(&self, column: &Column) -> Result<String, Unspellable> {
        let name = stored_identifier(&column.name);
        Ok(match (self.types)(&column.name) {
            Some(ColumnType::Varchar) => format!("({name})::text"),
            _ => name,
        })
    }

    /// The column where nothing is compared with it.
    fn bare(&self, column: &Column) -> Result<String, Unspellable> {
        if column.enum_as_text {
            self.type_of(column)?;
            return self.operand(column);
        }
        Ok(stored_identifier(&column.name))
    }

    /// What the column is compared as.
    fn type_of(&self, column: &Column) -> Result<ColumnType, Unspellable> {
        let refused = |type_name: &str| Unspellable::OtherType {
            column: column.name.clone(),
            type_name: type_name.to_owned(),
        };
        let known = (self.types)(&column.name);
        match (known, column.enum_as_text) {
            (None, _) => Err(Unspellable::UnknownType(column.name.clone())),
            (Some(ColumnType::Other(type_name)), _) => Err(refused(&type_name)),
            (Some(ColumnType::Text | ColumnType::Varchar), true) => Ok(ColumnType::Text),
            // Of an enum Postgres keeps no such condition: the cast is not immutable.
            (Some(_), true) => Err(refused("another type, cast to text")),
            (Some(known), false) => Ok(known),
        }
    }

    fn constant(&self, column_type: &ColumnType, value: &Value) -> String {
        match value {
            Value::Boolean(value) => value.to_string(),
            Value::Integer(integer) if !is_four_bytes(value) => format!("'{integer}'::bigint"),
            Value::Integer(integer) if *integer < 0 => format!("'{integer}'::integer"),
            Value::Integer(integer) => integer.to_string(),
            Value::Text(text) => format!("{}::{}", quoted(text), self.type_name(column_type)),
        }
    }

    fn type_name(&self, column_type: &ColumnType) -> String {
        match column_type {
            ColumnType::Own(name) if self.variant.is_on_search_path() => {
                stored_name(&QualifiedName::new(None, name.name.clone()))
            }
            ColumnType::Own(name) => stored_name(name),
            ColumnType::Character => "bpchar".to_owned(),
            _ => "text".to_owned(),
        }
    }
}

/// Text between quotes. Postgres doubles no backslash here while `standard_conforming_strings` is on.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether an integer is of the type integer when it is written without a type.
fn is_four_bytes(value: &Value) -> bool {
    match value {
        // -2147483648 is the negative of a number that needs eight bytes.
        Value::Integer(integer) => i32::try_from(*integer).is_ok_and(|small| small != i32::MIN),
        _ => true,
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}
