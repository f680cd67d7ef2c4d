//! The conditions that guard statements in `DO` blocks: whether an object exists, asked of Postgres's catalogs.

use sqlparser::ast::{BinaryOperator, Expr, Query, Select, SetExpr, TableFactor, UnaryOperator};

use super::catalog::{Catalog, Table};
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::constant::{Constant, as_constant};
use crate::read_sql::expression::{identifier, qualified_name};
use crate::read_sql::syntax::Sql;

/// Whether the condition holds on this catalog; `None` when that cannot be told.
pub fn holds(text: &str, catalog: &Catalog) -> Option<bool> {
    let sql = Sql::new(text).ok()?;
    let expression = sql.parser().parse_expr().ok()?;
    truth(&expression, catalog)
}

/// The text of an expression that is one string literal.
pub fn string_literal(text: &str) -> Option<String> {
    let sql = Sql::new(text).ok()?;
    let mut parser = sql.parser();
    let expression = parser.parse_expr().ok()?;
    if parser.peek_token().token != sqlparser::tokenizer::Token::EOF {
        return None;
    }
    constant_text(&expression)
}

fn truth(expression: &Expr, catalog: &Catalog) -> Option<bool> {
    match expression {
        Expr::Nested(inner) => truth(inner, catalog),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => truth(expr, catalog).map(|answer| !answer),
        Expr::BinaryOp { left, op, right } => {
            let (left, right) = (truth(left, catalog), truth(right, catalog));
            match (op, left, right) {
                (BinaryOperator::And, Some(false), _) | (BinaryOperator::And, _, Some(false)) => {
                    Some(false)
                }
                (BinaryOperator::And, Some(true), Some(true)) => Some(true),
                (BinaryOperator::Or, Some(true), _) | (BinaryOperator::Or, _, Some(true)) => {
                    Some(true)
                }
                (BinaryOperator::Or, Some(false), Some(false)) => Some(false),
                _ => None,
            }
        }
        Expr::Exists { subquery, negated } => {
            exists(subquery, catalog).map(|answer| answer != *negated)
        }
        Expr::IsNull(inner) => registered(inner, catalog).map(|answer| !answer),
        Expr::IsNotNull(inner) => registered(inner, catalog),
        _ => None,
    }
}

/// `to_regclass('name')`, `to_regtype('name')`: whether it finds something.
fn registered(expression: &Expr, catalog: &Catalog) -> Option<bool> {
    let Expr::Function(function) = expression else {
        return None;
    };
    let called = qualified_name(&function.name)?;
    let argument = function_argument(function)?;
    let name = QualifiedName::parse(&argument)?;
    match called.name.as_str() {
        "to_regclass" => relation_exists(&name, catalog),
        "to_regtype" => enum_exists(&name, catalog),
        _ => None,
    }
}

fn function_argument(function: &sqlparser::ast::Function) -> Option<String> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_slice() else {
        return None;
    };
    constant_text(argument)
}

/// What is asked of a catalog relation: equalities, by column.
struct Question {
    relations: Vec<String>,
    equalities: Vec<(String, Value)>,
}

impl Question {
    /// Takes the value asked of a column; what is left in the end was not understood.
    fn take(&mut self, column: &str) -> Option<String> {
        let index = self
            .equalities
            .iter()
            .position(|(asked, _)| asked == column)?;
        match self.equalities.remove(index).1 {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn take_name(&mut self, column: &str) -> Option<Identifier> {
        self.take(column).map(|text| Identifier::quoted(&text))
    }
}

fn exists(query: &Query, catalog: &Catalog) -> Option<bool> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let mut question = Question {
        relations: relations(select)?,
        equalities: Vec::new(),
    };
    if let Some(selection) = &select.selection {
        gather(selection, &mut question.equalities)?;
    }
    let relations: Vec<&str> = question.relations.iter().map(String::as_str).collect();
    match relations.as_slice() {
        ["pg_constraint" | "table_constraints" | "check_constraints"]
        | ["pg_constraint", "pg_class"] => constraint_exists(&mut question, catalog),
        ["pg_indexes"] => index_exists(&mut question, catalog),
        ["pg_class"] | ["pg_class", "pg_namespace"] => class_exists(&mut question, catalog),
        ["pg_type"] | ["pg_type", "pg_namespace"] => {
            let name = QualifiedName::new(
                question.take_name("nspname"),
                question.take_name("typname")?,
            );
            question.take("typtype");
            question
                .equalities
                .is_empty()
                .then(|| enum_exists(&name, catalog))?
        }
        ["pg_enum", "pg_type"] | ["pg_type", "pg_enum"] => label_exists(&mut question, catalog),
        ["tables" | "pg_tables"] => table_exists(&mut question, catalog),
        ["columns"] => column_exists(&mut question, catalog),
        _ => None,
    }
}

/// The relations of the FROM list, without their schemas and in order.
fn relations(select: &Select) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for each in &select.from {
        let joined = each.joins.iter().map(|join| &join.relation);
        for factor in std::iter::once(&each.relation).chain(joined) {
            let TableFactor::Table { name, .. } = factor else {
                return None;
            };
            found.push(qualified_name(name)?.name.to_string());
        }
    }
    Some(found)
}

/// The equalities of a conjunction. Comparisons of two columns are joins and are passed over.
fn gather(condition: &Expr, equalities: &mut Vec<(String, Value)>) -> Option<()> {
    match condition {
        Expr::Nested(inner) => gather(inner, equalities),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            gather(left, equalities)?;
            gather(right, equalities)
        }
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => {
            let column = column_name(left)?;
            if column_name(right).is_some() {
                return Some(());
            }
            equalities.push((column, Value::Text(constant_text(right)?)));
            Some(())
        }
        _ => None,
    }
}

fn column_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(identifier(name).to_string()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| identifier(name).to_string()),
        _ => None,
    }
}

/// A string, also when it is cast to `regclass`, `name` or `text`: `'public.runs'::regclass`.
fn constant_text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => constant_text(expr),
        other => match as_constant(other, None) {
            Constant::Value(Value::Text(text)) => Some(text),
            _ => None,
        },
    }
}

fn constraint_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = question
        .take_name("conname")
        .or_else(|| question.take_name("constraint_name"))?;
    let table = question
        .take("conrelid")
        .or_else(|| question.take("table_name"))
        .or_else(|| question.take("relname"));
    question.take("contype");
    question.take("constraint_type");
    question.take("table_schema");
    question.take("constraint_schema");
    if !question.equalities.is_empty() {
        return None;
    }
    let asked = table.and_then(|table| QualifiedName::parse(&table));
    let has = |(full, table): (&QualifiedName, &Table)| {
        asked.as_ref().is_none_or(|asked| asked.name == full.name)
            && table.checks.contains_key(&name)
    };
    if catalog.tables.iter().any(has) {
        return Some(true);
    }
    // A constraint that is not a CHECK of a governed table is not followed; its being there changes nothing that is.
    let concerns_governed = asked.is_none_or(|asked| is_declared(&asked, catalog));
    concerns_governed.then_some(false)
}

fn index_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = question.take_name("indexname")?;
    let schema = question.take_name("schemaname");
    let table = question.take_name("tablename");
    if !question.equalities.is_empty() {
        return None;
    }
    known_index(&QualifiedName::new(schema, name), table.as_ref(), catalog)
}

fn class_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = QualifiedName::new(
        question.take_name("nspname"),
        question.take_name("relname")?,
    );
    question.take("relkind");
    question
        .equalities
        .is_empty()
        .then(|| relation_exists(&name, catalog))?
}

fn relation_exists(name: &QualifiedName, catalog: &Catalog) -> Option<bool> {
    let is_table = catalog.tables.keys().any(|full| means(name, full));
    if is_table || is_declared(name, catalog) {
        return is_table.then_some(true);
    }
    known_index(name, None, catalog)
}

/// Whether an index exists. One in doubt may or may not.
fn known_index(
    name: &QualifiedName,
    table: Option<&Identifier>,
    catalog: &Catalog,
) -> Option<bool> {
    if catalog.doubts.contains_key(&name.name) {
        return None;
    }
    let found = catalog.indexes.iter().any(|(full, index)| {
        means(name, full) && table.is_none_or(|table| index.table.name == *table)
    });
    Some(found)
}

fn enum_exists(name: &QualifiedName, catalog: &Catalog) -> Option<bool> {
    Some(catalog.enums.keys().any(|full| means(name, full)))
}

fn label_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = question.take_name("typname")?;
    let label = question.take("enumlabel")?;
    question.take("nspname");
    if !question.equalities.is_empty() {
        return None;
    }
    let stored = catalog.enums.iter().find(|(full, _)| full.name == name)?.1;
    Some(stored.labels.contains(&label))
}

fn table_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = question
        .take_name("table_name")
        .or_else(|| question.take_name("tablename"))?;
    let schema = question
        .take_name("table_schema")
        .or_else(|| question.take_name("schemaname"));
    let name = QualifiedName::new(schema, name);
    let found = catalog.tables.keys().any(|full| means(&name, full));
    (question.equalities.is_empty() && found).then_some(true)
}

fn column_exists(question: &mut Question, catalog: &Catalog) -> Option<bool> {
    let name = QualifiedName::new(
        question.take_name("table_schema"),
        question.take_name("table_name")?,
    );
    let column = question.take_name("column_name")?;
    if !question.equalities.is_empty() {
        return None;
    }
    let (_, table) = catalog.tables.iter().find(|(full, _)| means(&name, full))?;
    Some(table.columns.contains(&column))
}

fn means(name: &QualifiedName, full: &QualifiedName) -> bool {
    name.name == full.name && (name.schema.is_none() || name.schema == full.schema)
}

fn is_declared(name: &QualifiedName, catalog: &Catalog) -> bool {
    catalog
        .declared_tables
        .iter()
        .any(|declared| declared.name == name.name)
}
