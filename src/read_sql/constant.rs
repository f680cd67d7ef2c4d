//! Constants as Postgres spells them: literals, casts that change nothing, array literals.

use sqlparser::ast::{CastKind, DataType, Expr, UnaryOperator, Value as SqlValue};

use super::expression::qualified_name;
use crate::model::lane::Value;
use crate::model::name::QualifiedName;
use crate::model::predicate::Doubt;

/// What an expression is, where a constant is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constant {
    Value(Value),
    Null,
    /// Bound when the statement runs.
    Parameter,
    /// Not a constant that is understood, and why.
    Unknown(Doubt),
}

/// The number of the first parameter that stands for an interpolation of a template: text that holds `$9001` was not written so.
pub const FIRST_INTERPOLATION: u32 = 9001;

pub fn as_constant(expression: &Expr, enum_type: Option<&QualifiedName>) -> Constant {
    match expression {
        Expr::Nested(inner) => as_constant(inner, enum_type),
        Expr::Value(value) => literal(&value.value),
        Expr::UnaryOp { op, expr } => match (op, as_constant(expr, enum_type)) {
            (UnaryOperator::Plus, Constant::Value(Value::Integer(value))) => {
                Constant::Value(Value::Integer(value))
            }
            (UnaryOperator::Minus, Constant::Value(Value::Integer(value))) => value
                .checked_neg()
                .map_or(Constant::Unknown(Doubt::Expression), |value| {
                    Constant::Value(Value::Integer(value))
                }),
            (_, Constant::Parameter) => Constant::Parameter,
            _ => Constant::Unknown(Doubt::Expression),
        },
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            expr,
            data_type,
            format: None,
        } => cast(as_constant(expr, enum_type), data_type, enum_type),
        Expr::TypedString(typed) => cast(literal(&typed.value.value), &typed.data_type, enum_type),
        _ => Constant::Unknown(Doubt::Expression),
    }
}

/// The elements of an array of constants, `None` for a NULL among them: `ARRAY['a', 'b']`, `'{a,b}'`, with casts that change nothing.
pub fn as_array(
    expression: &Expr,
    enum_type: Option<&QualifiedName>,
) -> Option<Vec<Option<Value>>> {
    match expression {
        Expr::Nested(inner) => as_array(inner, enum_type),
        Expr::Array(array) => array
            .elem
            .iter()
            .map(|each| match as_constant(each, enum_type) {
                Constant::Value(value) => Some(Some(value)),
                Constant::Null => Some(None),
                Constant::Parameter | Constant::Unknown(_) => None,
            })
            .collect(),
        Expr::Cast {
            expr, data_type, ..
        } => {
            let element = element_type(data_type)?;
            let elements = as_array(expr, enum_type)?;
            elements
                .into_iter()
                .map(|each| match each {
                    None => Some(None),
                    Some(value) => match cast(Constant::Value(value), element, enum_type) {
                        Constant::Value(value) => Some(Some(value)),
                        _ => None,
                    },
                })
                .collect()
        }
        Expr::Value(value) => match literal(&value.value) {
            Constant::Value(Value::Text(text)) => array_literal(&text),
            _ => None,
        },
        _ => None,
    }
}

/// text and varchar without a length: casts among them change no value.
pub fn is_text_type(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Text | DataType::Varchar(None) | DataType::CharacterVarying(None)
    )
}

/// Whether the type is the one of that name; either may leave out its schema.
pub fn names_type(data_type: &DataType, name: &QualifiedName) -> bool {
    let DataType::Custom(written, modifiers) = data_type else {
        return false;
    };
    let Some(written) = qualified_name(written) else {
        return false;
    };
    let same_schema = match (&written.schema, &name.schema) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    modifiers.is_empty() && written.name == name.name && same_schema
}

fn literal(value: &SqlValue) -> Constant {
    match value {
        SqlValue::Number(digits, _) => match digits.parse() {
            Ok(value) => Constant::Value(Value::Integer(value)),
            Err(_) => Constant::Unknown(Doubt::Expression),
        },
        SqlValue::SingleQuotedString(text)
        | SqlValue::EscapedStringLiteral(text)
        | SqlValue::UnicodeStringLiteral(text)
        | SqlValue::NationalStringLiteral(text) => text_literal(text),
        SqlValue::DollarQuotedString(quoted) => text_literal(&quoted.value),
        SqlValue::Boolean(value) => Constant::Value(Value::Boolean(*value)),
        SqlValue::Null => Constant::Null,
        SqlValue::Placeholder(_) => Constant::Parameter,
        _ => Constant::Unknown(Doubt::Expression),
    }
}

fn text_literal(text: &str) -> Constant {
    let interpolated = text.match_indices('$').any(|(at, _)| {
        let digits: String = text[at + 1..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits
            .parse()
            .is_ok_and(|number: u32| number >= FIRST_INTERPOLATION)
    });
    if interpolated {
        return Constant::Parameter;
    }
    Constant::Value(Value::Text(text.to_owned()))
}

fn cast(constant: Constant, data_type: &DataType, enum_type: Option<&QualifiedName>) -> Constant {
    let Constant::Value(value) = constant else {
        return constant;
    };
    let is_enum = enum_type.is_some_and(|name| names_type(data_type, name));
    let meant = match value {
        Value::Text(text) if is_text_type(data_type) || is_enum => Some(Value::Text(text)),
        Value::Text(text) if is_integer_type(data_type) => {
            text.trim().parse().ok().map(Value::Integer)
        }
        Value::Text(text) if is_boolean_type(data_type) => {
            boolean_literal(&text).map(Value::Boolean)
        }
        Value::Integer(value) if is_integer_type(data_type) => Some(Value::Integer(value)),
        Value::Integer(value) if is_text_type(data_type) => Some(Value::Text(value.to_string())),
        Value::Boolean(value) if is_boolean_type(data_type) => Some(Value::Boolean(value)),
        _ => None,
    };
    match meant {
        Some(value) => Constant::Value(value),
        None => Constant::Unknown(Doubt::Cast(data_type.to_string())),
    }
}

fn is_integer_type(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::SmallInt(None)
            | DataType::Int(None)
            | DataType::Integer(None)
            | DataType::BigInt(None)
            | DataType::Int2(None)
            | DataType::Int4(None)
            | DataType::Int8(None)
    )
}

fn is_boolean_type(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Boolean | DataType::Bool)
}

/// What `boolin` takes for a whole word (manual, 8.6).
fn boolean_literal(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn element_type(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::Array(
            sqlparser::ast::ArrayElemTypeDef::SquareBracket(element, _)
            | sqlparser::ast::ArrayElemTypeDef::AngleBracket(element)
            | sqlparser::ast::ArrayElemTypeDef::Parenthesis(element),
        ) => Some(element),
        _ => None,
    }
}

/// The text form of a one-dimensional array (manual, 8.15.2). `None` when it is not one.
fn array_literal(text: &str) -> Option<Vec<Option<Value>>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inside.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut elements = Vec::new();
    let mut characters = inside.chars().peekable();
    loop {
        elements.push(array_element(&mut characters)?);
        match characters.next() {
            None => return Some(elements),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

fn array_element(characters: &mut std::iter::Peekable<std::str::Chars>) -> Option<Option<Value>> {
    while characters.next_if(|c| c.is_ascii_whitespace()).is_some() {}
    let mut element = String::new();
    if characters.next_if_eq(&'"').is_some() {
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => element.push(characters.next()?),
                other => element.push(other),
            }
        }
        while characters.next_if(|c| c.is_ascii_whitespace()).is_some() {}
        return Some(Some(Value::Text(element)));
    }
    while let Some(next) = characters.next_if(|c| *c != ',') {
        match next {
            '{' | '}' | '"' => return None,
            '\\' => element.push(characters.next()?),
            other => element.push(other),
        }
    }
    let element = element.trim_end();
    if element.is_empty() {
        return None;
    }
    if element.eq_ignore_ascii_case("null") {
        return Some(None);
    }
    Some(Some(Value::Text(element.to_owned())))
}
