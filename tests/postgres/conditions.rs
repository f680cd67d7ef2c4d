//! Conditions over one table, in every form that laneset claims to understand, and the universe of rows that tells them apart.

use std::collections::BTreeSet;

use laneset::model::column_type::ColumnType;
use laneset::model::lane::Value;
use laneset::model::name::{Identifier, QualifiedName};
use proptest::prelude::*;
use proptest::sample::subsequence;

/// The enum type of [`Column::Lane`], and the table of all conditions. `never` is a label that no condition names.
pub const SCHEMA: &str = "CREATE TYPE public.lane AS ENUM ('sync', 'auth', 'it''s', 'never');
    CREATE TABLE public.t (id bigserial, combination int, word text, name varchar, code varchar(32), \"Mixed \"\"name\" text,
        lane public.lane, priority integer, big bigint, small smallint, flag boolean);";

/// The enum type as the manifest would name it.
pub fn lane_type() -> QualifiedName {
    QualifiedName::parse("public.lane").unwrap()
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Word,
    Name,
    Code,
    Mixed,
    Lane,
    Priority,
    Big,
    Small,
    Flag,
}

impl Column {
    pub const ALL: [Column; 9] = [
        Column::Word,
        Column::Lane,
        Column::Priority,
        Column::Flag,
        Column::Name,
        Column::Code,
        Column::Mixed,
        Column::Big,
        Column::Small,
    ];

    pub fn identifier(self) -> Identifier {
        Identifier::quoted(match self {
            Column::Word => "word",
            Column::Name => "name",
            Column::Code => "code",
            Column::Mixed => "Mixed \"name",
            Column::Lane => "lane",
            Column::Priority => "priority",
            Column::Big => "big",
            Column::Small => "small",
            Column::Flag => "flag",
        })
    }

    pub fn sql(self) -> String {
        laneset::render::predicate::identifier(&self.identifier())
    }

    fn sql_type(self) -> &'static str {
        match self {
            Column::Word | Column::Mixed => "text",
            Column::Name | Column::Code => "varchar",
            Column::Lane => "public.lane",
            Column::Priority => "integer",
            Column::Big => "bigint",
            Column::Small => "smallint",
            Column::Flag => "boolean",
        }
    }

    pub fn stored_type(self) -> ColumnType {
        match self {
            Column::Word | Column::Mixed => ColumnType::Text,
            Column::Name | Column::Code => ColumnType::Varchar,
            Column::Lane => ColumnType::Own(lane_type()),
            Column::Priority => ColumnType::Integer,
            Column::Big => ColumnType::Bigint,
            Column::Small => ColumnType::Smallint,
            Column::Flag => ColumnType::Boolean,
        }
    }

    fn is_text(self) -> bool {
        matches!(
            self,
            Column::Word | Column::Name | Column::Code | Column::Mixed
        )
    }

    fn is_integer(self) -> bool {
        matches!(self, Column::Priority | Column::Big | Column::Small)
    }

    /// What conditions compare the column with.
    fn named(self) -> Vec<Value> {
        let texts = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| Value::Text((*text).into()))
                .collect()
        };
        let integers =
            |integers: &[i64]| integers.iter().map(|each| Value::Integer(*each)).collect();
        match self {
            Column::Word => texts(&[
                "a", "b", "", "it's", "x,y", "{q}", "q\"\\", "é 🦀", "NULL", " pad ", "a\nb", "$1",
            ]),
            Column::Name => texts(&["a", "b", "", "\\"]),
            Column::Code => texts(&["a", "b"]),
            Column::Mixed => texts(&["a", "A"]),
            Column::Lane => texts(&["sync", "auth", "it's"]),
            Column::Priority => integers(&[0, 1, 2, 5, -1]),
            Column::Big => integers(&[1, 2, 9_000_000_000]),
            Column::Small => integers(&[0, 1, -1]),
            Column::Flag => vec![Value::Boolean(true), Value::Boolean(false)],
        }
    }

    /// Values of which each class that conditions can tell apart has one, NULL (`None`) included.
    pub fn universe(self) -> Vec<Option<Value>> {
        let mut values = self.named();
        match self {
            Column::Lane => values.push(Value::Text("never".into())),
            Column::Priority => values.extend([-3, -2, 3, 4, 6, 7].map(Value::Integer)),
            Column::Big => {
                values.extend([-1, 0, 3, 8_999_999_999, 9_000_000_001].map(Value::Integer))
            }
            Column::Small => values.extend([-2, 2].map(Value::Integer)),
            Column::Flag => {}
            _ => values.push(Value::Text("zz".into())),
        }
        std::iter::once(None)
            .chain(values.into_iter().map(Some))
            .collect()
    }

    /// The universe as rows of SQL.
    pub fn universe_sql(self) -> String {
        let rows: Vec<String> = self
            .universe()
            .iter()
            .map(|value| {
                let literal = value
                    .as_ref()
                    .map_or("NULL".to_owned(), laneset::render::predicate::literal);
                format!("({literal}::{})", self.sql_type())
            })
            .collect();
        format!(
            "(VALUES {}) AS {}_values (value)",
            rows.join(", "),
            self.sql_type().replace('.', "_")
        )
    }
}

/// One condition as SQL.
#[derive(Debug, Clone)]
pub struct Condition {
    pub sql: String,
    pub columns: BTreeSet<Column>,
}

/// Conditions over the same one to three columns.
#[derive(Debug, Clone)]
pub struct Case<T> {
    pub columns: Vec<Column>,
    pub conditions: T,
}

/// One condition.
pub fn single() -> impl Strategy<Value = Case<Condition>> {
    pool().prop_flat_map(|columns| {
        condition(columns.clone()).prop_map(move |conditions| Case {
            columns: columns.clone(),
            conditions,
        })
    })
}

/// Two conditions over the same columns.
pub fn pair() -> impl Strategy<Value = Case<(Condition, Condition)>> {
    pool().prop_flat_map(|columns| {
        let strategy = (condition(columns.clone()), condition(columns.clone()));
        strategy.prop_map(move |conditions| Case {
            columns: columns.clone(),
            conditions,
        })
    })
}

fn pool() -> impl Strategy<Value = Vec<Column>> {
    subsequence(Column::ALL.to_vec(), 1..=3)
}

fn condition(pool: Vec<Column>) -> impl Strategy<Value = Condition> {
    let leaf = any::<Leaf>().prop_map(move |leaf| leaf.condition(&pool));
    leaf.prop_recursive(3, 6, 3, |inner| {
        prop_oneof![
            3 => joined(inner.clone(), " AND "),
            3 => joined(inner.clone(), " OR "),
            1 => inner.prop_map(|inner| Condition { sql: format!("NOT ({})", inner.sql), ..inner }),
        ]
    })
}

fn joined(
    inner: impl Strategy<Value = Condition> + Clone,
    operator: &'static str,
) -> impl Strategy<Value = Condition> {
    prop::collection::vec(inner, 2..=3).prop_map(move |parts| Condition {
        sql: parts
            .iter()
            .map(|part| format!("({})", part.sql))
            .collect::<Vec<_>>()
            .join(operator),
        columns: parts.into_iter().flat_map(|part| part.columns).collect(),
    })
}

/// The choices that make one test; small numbers are the plain spellings.
#[derive(Debug, Clone)]
struct Leaf {
    column: u8,
    form: u8,
    operator: u8,
    values: Vec<u8>,
    spelling: u8,
    column_spelling: u8,
    negated: bool,
}

impl Arbitrary for Leaf {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        (
            (0..=2_u8, 0..24_u8, 0..6_u8),
            prop::collection::vec(0..=14_u8, 1..5),
            (0..=9_u8, 0..=8_u8, any::<bool>()),
        )
            .prop_map(
                |((column, form, operator), values, (spelling, column_spelling, negated))| Leaf {
                    column,
                    form,
                    operator,
                    values,
                    spelling,
                    column_spelling,
                    negated,
                },
            )
            .boxed()
    }
}

impl Leaf {
    fn condition(&self, pool: &[Column]) -> Condition {
        let column = pool[usize::from(self.column) % pool.len()];
        Condition {
            sql: self.sql(column),
            columns: BTreeSet::from([column]),
        }
    }

    fn sql(&self, column: Column) -> String {
        let name = self.name(column);
        let not = if self.negated { "NOT " } else { "" };
        let value = self.value(column, 0);
        match self.form {
            0..=2 => format!("{name} {} {value}", if self.negated { "<>" } else { "=" }),
            3 => format!("{value} {} {name}", if self.negated { "!=" } else { "=" }),
            4..=7 => format!("{name} {not}IN ({})", self.list(column).join(", ")),
            8..=9 => format!("{name} {} ({})", self.quantified(), self.array(column)),
            10..=11 => format!(
                "{name} {} ({})",
                self.quantified(),
                self.array_literal(column)
            ),
            12 => format!("{name} IS {not}NULL"),
            13..=15 => format!(
                "{name} IS {not}DISTINCT FROM {}",
                self.value_or_null(column)
            ),
            16 => {
                let equalities = self
                    .list(column)
                    .into_iter()
                    .map(|value| format!("{name} = {value}"));
                equalities.collect::<Vec<_>>().join(" OR ")
            }
            _ if column == Column::Flag => self.truth(&name, not),
            17..=19 if column.is_integer() => format!("{name} {} {value}", self.order()),
            20 if column.is_integer() => format!("{value} {} {name}", self.order()),
            21 if column.is_integer() => {
                format!("{name} {not}BETWEEN {value} AND {}", self.value(column, 1))
            }
            22 => format!("NOT {name} IN ({})", self.list(column).join(", ")),
            23 if self.values[0] == 0 => (if self.negated { "false" } else { "true" }).to_owned(),
            _ => format!("{name} = {value}"),
        }
    }

    fn truth(&self, name: &str, not: &str) -> String {
        let value = if self.values[0].is_multiple_of(2) {
            "TRUE"
        } else {
            "FALSE"
        };
        match self.form {
            17..=19 => format!("{name} IS {not}{value}"),
            20 => format!("NOT {name}"),
            _ => name.to_owned(),
        }
    }

    fn name(&self, column: Column) -> String {
        let name = column.sql();
        match self.column_spelling {
            3 => format!("t.{name}"),
            4 => format!("public.t.{name}"),
            5 => format!("\"{}\"", column.identifier().as_str().replace('"', "\"\"")),
            6 if column.is_text() => format!("{name}::text"),
            7 if column.is_text() => format!("CAST({name} AS character varying)"),
            8 => format!("({name})"),
            _ => name,
        }
    }

    fn quantified(&self) -> &'static str {
        match (self.negated, self.operator) {
            (true, _) => "<> ALL",
            (false, 5) => "= SOME",
            (false, _) => "= ANY",
        }
    }

    fn order(&self) -> &'static str {
        ["<", "<=", ">", ">="][usize::from(self.operator % 4)]
    }

    fn constant(column: Column, choice: u8) -> Value {
        let named = column.named();
        named[usize::from(choice) % named.len()].clone()
    }

    fn value(&self, column: Column, index: usize) -> String {
        let choice = self.values.get(index).copied().unwrap_or(self.values[0]);
        spelled(column, &Self::constant(column, choice), self.spelling)
    }

    fn value_or_null(&self, column: Column) -> String {
        if self.operator == 5 {
            "NULL".to_owned()
        } else {
            self.value(column, 0)
        }
    }

    /// An array of one boolean is left opaque: to the planner it is another expression than the column that it means.
    fn elements(&self, column: Column) -> Vec<u8> {
        match self.values.as_slice() {
            [only] if column == Column::Flag => vec![*only, *only],
            values => values.to_vec(),
        }
    }

    /// The list's values, a NULL among them now and then.
    fn list(&self, column: Column) -> Vec<String> {
        let mut list: Vec<String> = (0..self.values.len())
            .map(|index| self.value(column, index))
            .collect();
        if self.operator == 5 && self.form != 16 && column != Column::Flag {
            list.push("NULL".to_owned());
        }
        list
    }

    fn array(&self, column: Column) -> String {
        let elements = Leaf {
            values: self.elements(column),
            ..self.clone()
        };
        let array = format!("ARRAY[{}]", elements.list(column).join(", "));
        match self.operator {
            // To Postgres the elements are text unless their type is written.
            _ if column == Column::Lane => format!("{array}::public.lane[]"),
            0 | 1 => format!("{array}::{}[]", column.sql_type()),
            2 => format!("ARRAY[]::{}[]", column.sql_type()),
            _ => array,
        }
    }

    /// `'{…}'`, whose elements are quoted where they must be, or always.
    fn array_literal(&self, column: Column) -> String {
        let elements: Vec<String> = self
            .elements(column)
            .iter()
            .map(|choice| match Self::constant(column, *choice) {
                Value::Text(text) => {
                    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
                    if is_plain && self.spelling < 5 {
                        text
                    } else {
                        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
                    }
                }
                other => other.to_string(),
            })
            .chain((self.operator == 5 && column != Column::Flag).then(|| "NULL".to_owned()))
            .collect();
        let text = format!("{{{}}}", elements.join(", "));
        let literal = laneset::render::predicate::literal(&Value::Text(text));
        match self.operator {
            // Without a cast the array's type follows the column's.
            0 | 1 if !column.is_integer() && column != Column::Flag => literal,
            _ => format!("{literal}::{}[]", column.sql_type()),
        }
    }
}

/// A constant in one of its spellings.
fn spelled(column: Column, value: &Value, spelling: u8) -> String {
    let plain = laneset::render::predicate::literal(value);
    let cast = column.sql_type();
    match (value, spelling) {
        (_, 3) => format!("{plain}::{cast}"),
        (_, 4) => format!("CAST({plain} AS {cast})"),
        (_, 5) => format!("({plain})"),
        (Value::Text(_), 6) if column == Column::Lane => format!("{plain}::lane"),
        (Value::Text(_), 6) => format!("{plain}::character varying"),
        (Value::Text(text), 7) => format!(
            "E'{}'",
            text.replace('\\', "\\\\")
                .replace('\'', "\\'")
                .replace('\n', "\\n")
        ),
        (Value::Text(text), 8) => format!("$q${text}$q$"),
        (Value::Text(_), 9) if column.is_text() => format!("text {plain}"),
        (Value::Integer(number), 6) => format!("'{number}'::{cast}"),
        (Value::Integer(_), 7) => format!("{plain}::bigint"),
        (Value::Integer(number), 8) if *number >= 0 => format!("+{number}"),
        (Value::Boolean(true), 6) => "'t'::boolean".to_owned(),
        (Value::Boolean(false), 6) => "'no'::bool".to_owned(),
        _ => plain,
    }
}
