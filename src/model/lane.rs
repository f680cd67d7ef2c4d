//! Lanes and the other constants that predicates compare columns with.

use std::fmt;

/// A constant. Their order is the order of output where nothing else decides: booleans, integers, then text by its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Boolean(bool),
    Integer(i64),
    Text(String),
}

impl fmt::Display for Value {
    /// Bare, as a person names a lane; SQL literals are the business of `render`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Text(value) => f.write_str(value),
        }
    }
}

/// A lane is one value of the governed column: a string or an integer.
pub type Lane = Value;
