//! SQL that plpgsql puts together when it runs (manual, 43.5.4): what of it is constant, and where something is put in.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
};
use sqlparser::tokenizer::Token;

use super::constant::{Constant, as_constant};
use super::expression::{identifier, qualified_name};
use super::syntax::Sql;
use super::variables::only_value;
use crate::model::lane::Value;
use crate::model::name::Identifier;

/// Stands in a text for what is put in when it runs: a word, or a part of one.
pub const HOLE: &str = "laneset_hole";

/// A variable whose value is another variable's, and so on, is followed this far.
const DEPTH_LIMIT: usize = 8;

/// The text that an expression after EXECUTE gives in a body, with [`HOLE`] for what is not known; all of it, when the expression is
/// not understood. `values` are those that the loops around it give their variables, the innermost last.
pub fn put_together(execute: &str, body: &str, values: &[(Identifier, String)]) -> String {
    let reader = Reader {
        body,
        values,
        depth: 0,
    };
    reader.read(execute).unwrap_or_else(|| HOLE.to_owned())
}

/// Whether something is put in.
pub fn has_hole(text: &str) -> bool {
    text.contains(HOLE)
}

/// Whether a name that is read from such a text may be `name`.
pub fn may_be(read: &Identifier, name: &Identifier) -> bool {
    let mut parts = read.as_str().split(HOLE);
    let Some(mut rest) = parts
        .next()
        .and_then(|first| name.as_str().strip_prefix(first))
    else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// Works out the texts of a body's expressions.
struct Reader<'a> {
    body: &'a str,
    values: &'a [(Identifier, String)],
    depth: usize,
}

impl Reader<'_> {
    /// The text of an expression, up to what EXECUTE may have after it.
    fn read(&self, expression: &str) -> Option<String> {
        let sql = Sql::new(expression).ok()?;
        let mut parser = sql.parser();
        let expression = parser.parse_expr().ok()?;
        let is_whole = match parser.peek_token().token {
            Token::EOF => true,
            Token::Word(word) => ["INTO", "USING"]
                .iter()
                .any(|each| word.value.eq_ignore_ascii_case(each)),
            _ => false,
        };
        is_whole.then(|| self.text(&expression))
    }

    fn text(&self, expression: &Expr) -> String {
        match expression {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.text(inner),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::StringConcat,
                right,
            } => self.text(left) + &self.text(right),
            Expr::Function(function) => self.called(function).unwrap_or_else(|| HOLE.to_owned()),
            Expr::Identifier(name) => self
                .variable(&identifier(name))
                .unwrap_or_else(|| HOLE.to_owned()),
            other => match as_constant(other, None) {
                Constant::Value(Value::Text(text)) => text,
                Constant::Value(Value::Integer(integer)) => integer.to_string(),
                _ => HOLE.to_owned(),
            },
        }
    }

    fn variable(&self, name: &Identifier) -> Option<String> {
        if self.depth == DEPTH_LIMIT {
            return None;
        }
        if let Some((_, value)) = self.values.iter().rev().find(|(each, _)| each == name) {
            return Some(value.clone());
        }
        let deeper = Reader {
            body: self.body,
            values: self.values,
            depth: self.depth + 1,
        };
        deeper.read(only_value(self.body, name)?)
    }

    /// What one of the functions for such texts gives.
    fn called(&self, function: &Function) -> Option<String> {
        let name = qualified_name(&function.name)?.name;
        let FunctionArguments::List(list) = &function.args else {
            return None;
        };
        let arguments: Vec<String> = list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Some(self.text(argument)),
                _ => None,
            })
            .collect::<Option<_>>()?;
        match (name.as_str(), arguments.as_slice()) {
            ("quote_ident", [only]) => Some(quoted_identifier(only)),
            ("quote_literal" | "quote_nullable", [only]) => Some(quoted_literal(only)),
            ("concat", parts) => Some(parts.concat()),
            ("format", [pattern, values @ ..]) => formatted(pattern, values),
            _ => None,
        }
    }
}

/// What `format` makes of a pattern (manual, 9.4.1); `None` for one that it refuses or whose values are not all there.
fn formatted(pattern: &str, values: &[String]) -> Option<String> {
    let mut result = String::new();
    let mut next = 0;
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            result.push('%');
            rest = after;
            continue;
        }
        let kind_at = rest.find(['s', 'I', 'L'])?;
        let (options, after) = rest.split_at(kind_at);
        let index = match options.split_once('$') {
            Some((position, _)) => position.parse::<usize>().ok()?.checked_sub(1)?,
            None if options.chars().all(|c| c == '-' || c.is_ascii_digit()) => next,
            None => return None,
        };
        next = index + 1;
        let value = values.get(index)?;
        match after.as_bytes()[0] {
            b'I' => result.push_str(&quoted_identifier(value)),
            b'L' => result.push_str(&quoted_literal(value)),
            _ => result.push_str(value),
        }
        rest = &after[1..];
    }
    result.push_str(rest);
    Some(result)
}

fn quoted_identifier(name: &str) -> String {
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.starts_with(|c: char| !c.is_ascii_digit());
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

fn quoted_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_put_together_and_the_rest_is_a_hole() {
        for (execute, expected) in [
            ("'a ' || 'b'", "a b"),
            (
                "'DROP INDEX ' || r.name INTO x USING y",
                "DROP INDEX laneset_hole",
            ),
            (
                "format('%I.%I = %L %% %s', 'a', 'B c', 'it''s', x)",
                "a.\"B c\" = 'it''s' % laneset_hole",
            ),
            ("format('%2$s %1$s %s', 'a', 'b')", "b a b"),
            ("format('%s')", "laneset_hole"),
            ("quote_ident('x') || quote_literal(y)", "x'laneset_hole'"),
            ("sql", "laneset_hole"),
            ("'a' b", "laneset_hole"),
        ] {
            assert_eq!(put_together(execute, "", &[]), expected, "{execute}");
        }
    }

    #[test]
    fn a_part_of_a_name_rules_others_out() {
        let name = Identifier::unquoted("idx_runs_hb");
        for (read, expected) in [
            ("laneset_hole", true),
            ("idx_laneset_hole", true),
            ("idx_laneset_hole_hb", true),
            ("idx_laneset_holeslaneset_holeb", true),
            ("old_laneset_hole", false),
            ("idx_laneset_hole_old", false),
            ("idx_runs_hb", true),
            ("idx_runs", false),
        ] {
            assert_eq!(
                may_be(&Identifier::unquoted(read), &name),
                expected,
                "{read}"
            );
        }
    }
}
