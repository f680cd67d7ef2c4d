//! Which rows: conditions on columns, as SQL's `WHERE` means them (a row counts when the condition is true, not when it is NULL).
//! A predicate keeps the shape in which it was written, because the planner's proof depends on the shape;
//! [`super::rows`] forgets the shape and keeps the meaning.

use std::collections::BTreeSet;

use super::lane::Value;
use super::name::Identifier;

/// A condition without negations: `NOT` has been pushed into the tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// All of them; of none at all: true.
    And(Vec<Predicate>),
    /// One of them; of none at all: false.
    Or(Vec<Predicate>),
    Test(Test),
}

/// One condition that is not made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Among(Among),
    /// `column < value` and its kin.
    Order {
        column: Column,
        operator: OrderOperator,
        value: Value,
    },
    /// `column IS NULL`, or with `negated` `column IS NOT NULL`.
    Null {
        column: Column,
        negated: bool,
    },
    /// `column IS TRUE`, `IS NOT FALSE` and so on: never NULL itself.
    Truth {
        column: Column,
        value: bool,
        negated: bool,
    },
    /// `column IS DISTINCT FROM value`, or with `negated` `IS NOT DISTINCT FROM`: never NULL itself.
    Distinct {
        column: Column,
        value: Value,
        negated: bool,
    },
    Opaque(Opaque),
}

/// `column = value`, `column IN (…)`, `column = ANY (…)`, and with `negated` their opposites.
/// Values stand as written: order and duplicates are kept, and there is at least one. A boolean column alone is among `[true]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Among {
    pub column: Column,
    pub values: Vec<Value>,
    pub negated: bool,
}

/// A column of the governed table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    pub name: Identifier,
    /// An enum column was cast to text: the same meaning, but another expression to the planner.
    pub enum_as_text: bool,
}

impl Column {
    pub fn new(name: Identifier) -> Self {
        Self {
            name,
            enum_as_text: false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderOperator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl OrderOperator {
    pub fn symbol(self) -> &'static str {
        match self {
            OrderOperator::Less => "<",
            OrderOperator::LessOrEqual => "<=",
            OrderOperator::Greater => ">",
            OrderOperator::GreaterOrEqual => ">=",
        }
    }

    /// `NOT (a < b)` is `a >= b`.
    pub fn negated(self) -> Self {
        match self {
            OrderOperator::Less => OrderOperator::GreaterOrEqual,
            OrderOperator::LessOrEqual => OrderOperator::Greater,
            OrderOperator::Greater => OrderOperator::LessOrEqual,
            OrderOperator::GreaterOrEqual => OrderOperator::Less,
        }
    }

    /// `a < b` is `b > a`.
    pub fn flipped(self) -> Self {
        match self {
            OrderOperator::Less => OrderOperator::Greater,
            OrderOperator::LessOrEqual => OrderOperator::GreaterOrEqual,
            OrderOperator::Greater => OrderOperator::Less,
            OrderOperator::GreaterOrEqual => OrderOperator::LessOrEqual,
        }
    }

    /// Whether `left OPERATOR right` holds.
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            OrderOperator::Less => left < right,
            OrderOperator::LessOrEqual => left <= right,
            OrderOperator::Greater => left > right,
            OrderOperator::GreaterOrEqual => left >= right,
        }
    }
}

/// A condition whose meaning is not modelled: it is compared by its text alone, and leaves a question undecided otherwise.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// The condition in a spelling of ours, so that white space and quotes do not matter.
    pub text: String,
    /// Whether the condition or its opposite was meant.
    pub negated: bool,
    /// The governed table's columns that it mentions.
    pub columns: BTreeSet<Identifier>,
    /// Those of them that are not NULL where it is true, as far as the planner sees it.
    pub not_null: BTreeSet<Identifier>,
    /// It is put in whole when the program runs, and may speak of any column.
    pub is_put_in: bool,
    pub doubt: Doubt,
}

/// Conditions of one text are one: what is known of NULL follows from how they were spelled.
impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        let own = |it: &Self| (it.negated, it.is_put_in);
        own(self) == own(other)
            && self.text == other.text
            && self.columns == other.columns
            && self.doubt == other.doubt
    }
}

impl Eq for Opaque {}

/// Why a condition's meaning is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// A value is bound when the statement runs.
    Parameter,
    /// A function, an operator or a sub-select stands where a column or a constant would be understood.
    Expression,
    /// A cast to this type, which may change which values are equal.
    Cast(String),
    /// An outer join adds rows of NULL to the table's own, and the condition is asked of them all.
    OuterJoin,
}

impl Predicate {
    pub const TRUE: Predicate = Predicate::And(Vec::new());
    pub const FALSE: Predicate = Predicate::Or(Vec::new());

    /// The conjunction, with nested conjunctions laid flat; of one it is that one.
    pub fn and(parts: impl IntoIterator<Item = Predicate>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Predicate::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        single_or(flat, Predicate::And)
    }

    /// The disjunction, with nested disjunctions laid flat; of one it is that one.
    pub fn or(parts: impl IntoIterator<Item = Predicate>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                // What is false stays: the planner sees a choice that it may not know to be false.
                Predicate::Or(inner) if !inner.is_empty() => flat.extend(inner),
                other => flat.push(other),
            }
        }
        single_or(flat, Predicate::Or)
    }

    pub fn among(column: Column, values: Vec<Value>) -> Self {
        Predicate::Test(Test::Among(Among {
            column,
            values,
            negated: false,
        }))
    }

    /// The part that says something of `columns`: conditions on others alone, joined by AND, are left out.
    pub fn about(&self, columns: &BTreeSet<&Identifier>) -> Self {
        let Predicate::And(parts) = self else {
            return self.clone();
        };
        let concerns =
            |part: &&Predicate| part.columns().iter().any(|column| columns.contains(column));
        Predicate::and(parts.iter().filter(concerns).cloned())
    }

    /// Every test, in the order written.
    pub fn tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        let mut rest = vec![self];
        while let Some(predicate) = rest.pop() {
            match predicate {
                Predicate::And(parts) | Predicate::Or(parts) => rest.extend(parts.iter().rev()),
                Predicate::Test(test) => found.push(test),
            }
        }
        found
    }

    /// The same with a column under its new name. An opaque part keeps its text.
    pub fn rename_column(&mut self, from: &Identifier, to: &Identifier) {
        match self {
            Predicate::And(parts) | Predicate::Or(parts) => {
                parts
                    .iter_mut()
                    .for_each(|part| part.rename_column(from, to));
            }
            Predicate::Test(test) => test.rename_column(from, to),
        }
    }

    /// The same where casts of `columns` to text change nothing: they are no enums. A NULL test keeps its cast, for there Postgres
    /// adds none of its own to a varchar.
    pub fn without_enums(self, columns: &BTreeSet<Identifier>) -> Self {
        let each = |parts: Vec<Predicate>| {
            parts
                .into_iter()
                .map(|part| part.without_enums(columns))
                .collect()
        };
        match self {
            Predicate::And(parts) => Predicate::And(each(parts)),
            Predicate::Or(parts) => Predicate::Or(each(parts)),
            Predicate::Test(mut test) => {
                if !matches!(test, Test::Null { .. })
                    && let Some(column) = test.column_mut()
                {
                    column.enum_as_text &= !columns.contains(&column.name);
                }
                Predicate::Test(test)
            }
        }
    }

    /// Takes the constants of an integer column as integers, however they were quoted.
    pub fn read_integers(&mut self, column: &Identifier) {
        match self {
            Predicate::And(parts) | Predicate::Or(parts) => {
                parts.iter_mut().for_each(|part| part.read_integers(column));
            }
            Predicate::Test(Test::Among(among)) if among.column.name == *column => {
                for value in &mut among.values {
                    if let Value::Text(text) = value
                        && let Ok(integer) = text.trim().parse()
                    {
                        *value = Value::Integer(integer);
                    }
                }
            }
            Predicate::Test(_) => {}
        }
    }

    /// The same with one of the values that `column` is compared with under its new name, as an enum's label has it. A text that the
    /// label is cast to is no label, and an opaque part keeps its text.
    pub fn rename_value(&mut self, column: &Identifier, from: &Value, to: &Value) {
        let values = match self {
            Predicate::And(parts) | Predicate::Or(parts) => {
                for part in parts {
                    part.rename_value(column, from, to);
                }
                return;
            }
            Predicate::Test(test)
                if test
                    .column()
                    .is_some_and(|found| found.name == *column && !found.enum_as_text) =>
            {
                match test {
                    Test::Among(among) => among.values.as_mut_slice(),
                    Test::Distinct { value, .. } => std::slice::from_mut(value),
                    _ => return,
                }
            }
            Predicate::Test(_) => return,
        };
        for value in values.iter_mut().filter(|value| *value == from) {
            value.clone_from(to);
        }
    }

    /// Whether it may be true of a row whose columns are all NULL, such as an outer join adds.
    pub fn may_admit_nulls(&self) -> bool {
        match self {
            Predicate::And(parts) => parts.iter().all(Predicate::may_admit_nulls),
            Predicate::Or(parts) => parts.iter().any(Predicate::may_admit_nulls),
            Predicate::Test(test) => test.may_admit_nulls(),
        }
    }

    /// Every column that a test mentions.
    pub fn columns(&self) -> BTreeSet<&Identifier> {
        self.tests().into_iter().flat_map(Test::columns).collect()
    }

    /// The constants that `column` is compared with, in the order written, each once.
    pub fn values_of(&self, column: &Identifier) -> Vec<&Value> {
        let mut seen = BTreeSet::new();
        let lists = self.tests().into_iter().filter_map(|test| match test {
            Test::Among(among) if among.column.name == *column => Some(&among.values),
            _ => None,
        });
        lists
            .flatten()
            .filter(|value| seen.insert(*value))
            .collect()
    }

    /// The parts that are not modelled and mention one of `columns`.
    pub fn doubts<'a>(
        &'a self,
        columns: &'a BTreeSet<&Identifier>,
    ) -> impl Iterator<Item = &'a Opaque> {
        self.tests().into_iter().filter_map(move |test| match test {
            Test::Opaque(opaque)
                if opaque.is_put_in
                    || opaque.columns.iter().any(|column| columns.contains(column)) =>
            {
                Some(opaque)
            }
            _ => None,
        })
    }
}

impl Test {
    fn rename_column(&mut self, from: &Identifier, to: &Identifier) {
        if let Test::Opaque(opaque) = self {
            for columns in [&mut opaque.columns, &mut opaque.not_null] {
                if columns.remove(from) {
                    columns.insert(to.clone());
                }
            }
        }
        if let Some(column) = self.column_mut()
            && column.name == *from
        {
            column.name = to.clone();
        }
    }

    fn may_admit_nulls(&self) -> bool {
        match self {
            Test::Among(_) | Test::Order { .. } => false,
            Test::Null { negated, .. } | Test::Distinct { negated, .. } => !negated,
            Test::Truth { negated, .. } => *negated,
            Test::Opaque(opaque) => opaque.not_null.is_empty(),
        }
    }

    /// The column that is tested; `None` for an opaque part.
    pub fn column(&self) -> Option<&Column> {
        match self {
            Test::Among(Among { column, .. })
            | Test::Order { column, .. }
            | Test::Null { column, .. }
            | Test::Truth { column, .. }
            | Test::Distinct { column, .. } => Some(column),
            Test::Opaque(_) => None,
        }
    }

    fn column_mut(&mut self) -> Option<&mut Column> {
        match self {
            Test::Among(Among { column, .. })
            | Test::Order { column, .. }
            | Test::Null { column, .. }
            | Test::Truth { column, .. }
            | Test::Distinct { column, .. } => Some(column),
            Test::Opaque(_) => None,
        }
    }

    pub fn columns(&self) -> Vec<&Identifier> {
        match self {
            Test::Opaque(opaque) => opaque.columns.iter().collect(),
            other => other
                .column()
                .map(|column| &column.name)
                .into_iter()
                .collect(),
        }
    }
}

fn single_or(mut parts: Vec<Predicate>, combine: fn(Vec<Predicate>) -> Predicate) -> Predicate {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    combine(parts)
}
