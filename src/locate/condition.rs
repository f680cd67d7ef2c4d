//! The conditions that guard statements in `DO` blocks: whether an object exists, asked of Postgres's catalogs.

use sqlparser::ast::{BinaryOperator, Expr, Query, Select, SetExpr, TableFactor, UnaryOperator};

use super::catalog::{Catalog, Table};
use super::stored_condition;
use crate::model::lane::Value;
use crate::model::name::{Identifier, QualifiedName};
use crate::read_sql::constant::{Constant, as_constant};
use crate::read_sql::expression::{identifier, qualified_name};
use crate::read_sql::syntax::Sql;

/// Whether the condition holds on what is known of a database; `None` when that cannot be told.
pub fn holds(text: &str, known: &Known) -> Option<bool> {
    let sql = Sql::new(text).ok()?;
    let expression = sql.parser().parse_expr().ok()?;
    truth(&expression, known)
}

/// What is known of a database: its catalog, which lacks an object only where the object's name is followed.
pub struct Known<'a> {
    pub catalog: &'a Catalog,
    pub followed: &'a dyn Fn(&Identifier) -> bool,
    /// The enums that lane sets declare, wherever they are made.
    pub declared_enums: Vec<&'a QualifiedName>,
}

fn truth(expression: &Expr, known: &Known) -> Option<bool> {
    match expression {
        Expr::Nested(inner) => truth(inner, known),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => truth(expr, known).map(|answer| !answer),
        Expr::BinaryOp { left, op, right } => {
            let (left, right) = (truth(left, known), truth(right, known));
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
            exists(subquery, known).map(|answer| answer != *negated)
        }
        Expr::IsNull(inner) => registered(inner, known).map(|answer| !answer),
        Expr::IsNotNull(inner) => registered(inner, known),
        _ => None,
    }
}

/// `to_regclass('name')`, `to_regtype('name')`: whether it finds something.
fn registered(expression: &Expr, known: &Known) -> Option<bool> {
    let Expr::Function(function) = expression else {
        return None;
    };
    let called = qualified_name(&function.name)?;
    let argument = function_argument(function)?;
    let name = QualifiedName::parse(&argument)?;
    match called.name.as_str() {
        "to_regclass" => registered_relation(&name, known),
        "to_regtype" => enum_exists(&name, known),
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

fn exists(query: &Query, known: &Known) -> Option<bool> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let relations = relations(select)?;
    if relations == ["pg_index"] {
        return stored_condition::holds(select, known);
    }
    let mut question = Question {
        relations,
        equalities: Vec::new(),
    };
    if let Some(selection) = &select.selection {
        gather(selection, &mut question.equalities)?;
    }
    let relations: Vec<&str> = question.relations.iter().map(String::as_str).collect();
    match relations.as_slice() {
        ["pg_constraint" | "table_constraints" | "check_constraints"]
        | ["pg_constraint", "pg_class"] => constraint_exists(&mut question, known),
        ["pg_indexes"] => index_exists(&mut question, known),
        ["pg_class"] | ["pg_class", "pg_namespace"] => class_exists(&mut question, known),
        ["pg_type"] | ["pg_type", "pg_namespace"] => {
            let name = QualifiedName::new(
                question.take_name("nspname"),
                question.take_name("typname")?,
            );
            question.take("typtype");
            question
                .equalities
                .is_empty()
                .then(|| enum_exists(&name, known))?
        }
        ["pg_enum", "pg_type"] | ["pg_type", "pg_enum"] => label_exists(&mut question, known),
        ["tables" | "pg_tables"] => table_exists(&mut question, known),
        ["columns"] => column_exists(&mut question, known),
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

pub(super) fn column_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(identifier(name).to_string()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|name| identifier(name).to_string()),
        _ => None,
    }
}

/// A string, also when it is cast to `regclass`, `name` or `text`: `'public.runs'::regclass`.
pub(super) fn constant_text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Cast { expr, .. } | Expr::Nested(expr) => constant_text(expr),
        other => match as_constant(other, None) {
            Constant::Value(Value::Text(text)) => Some(text),
            _ => None,
        },
    }
}

fn constraint_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = question
        .take_name("conname")
        .or_else(|| question.take_name("constraint_name"))?;
    let table = match question.take("conrelid") {
        Some(text) => Some(known.catalog.table_name(&QualifiedName::parse(&text)?)),
        None => question
            .take_name("table_name")
            .or_else(|| question.take_name("relname"))
            .map(|table| {
                let schema = question.take_name("table_schema");
                let schema = schema.or_else(|| question.take_name("constraint_schema"));
                QualifiedName::new(schema, table)
            }),
    };
    question.take("contype");
    question.take("constraint_type");
    question.take("table_schema");
    question.take("constraint_schema");
    if !question.equalities.is_empty() {
        return None;
    }
    let asked = |full: &QualifiedName| table.as_ref().is_none_or(|table| means(table, full));
    let has =
        |(full, table): (&QualifiedName, &Table)| asked(full) && table.checks.contains_key(&name);
    if known.catalog.tables.iter().any(has) {
        let mut tables = known.catalog.tables.keys().filter(|full| asked(full));
        let is_doubtful = tables.any(|full| known.catalog.doubts.contains_key(&full.name));
        return (!is_doubtful).then_some(true);
    }
    // Keys are constraints too, and only CHECKs are followed; so are tables that are not governed.
    let is_key = [
        "_pkey", "_key", "_fkey", "_excl", "_pk", "_fk", "_uq", "_unique",
    ]
    .iter()
    .any(|suffix| name.as_str().ends_with(suffix));
    let is_followed = table
        .as_ref()
        .is_none_or(|table| (known.followed)(&table.name));
    let is_doubtful = known
        .catalog
        .tables
        .keys()
        .any(|full| asked(full) && known.catalog.doubts.contains_key(&full.name));
    (is_followed && !is_key && !is_doubtful).then_some(false)
}

fn index_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = question.take_name("indexname")?;
    let schema = question.take_name("schemaname");
    let table = question.take_name("tablename");
    if !question.equalities.is_empty() {
        return None;
    }
    known_index(&QualifiedName::new(schema, name), table.as_ref(), known)
}

fn class_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = QualifiedName::new(
        question.take_name("nspname"),
        question.take_name("relname")?,
    );
    let kind = question.take("relkind");
    if !question.equalities.is_empty() {
        return None;
    }
    match kind.as_deref() {
        None => relation_exists(&name, known),
        Some("i") => known_index(&name, None, known),
        Some("r") => known_table(&name, known),
        Some(_) => None,
    }
}

/// A relation of that name, in any schema when none is given.
fn relation_exists(name: &QualifiedName, known: &Known) -> Option<bool> {
    match (known_table(name, known), known_index(name, None, known)) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// The relation that the search path finds under that name.
fn registered_relation(name: &QualifiedName, known: &Known) -> Option<bool> {
    let path = &known.catalog.search_path;
    let schemas: Vec<&Identifier> = match &name.schema {
        Some(schema) => vec![schema],
        None => path.iter().collect(),
    };
    let mut answer = Some(false);
    for schema in schemas {
        match relation_exists(&name.in_schema(schema), known) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}

fn known_table(name: &QualifiedName, known: &Known) -> Option<bool> {
    if known.catalog.doubts.contains_key(&name.name) {
        return None;
    }
    if known.catalog.tables.keys().any(|full| means(name, full)) {
        return Some(true);
    }
    let mut declared = known.catalog.declared_tables.iter();
    let may_be_unseen = declared.any(|full| means(name, full) && !known.catalog.lacks_table(full));
    ((known.followed)(&name.name) && !may_be_unseen).then_some(false)
}

/// Whether an index exists. One in doubt may or may not.
fn known_index(name: &QualifiedName, table: Option<&Identifier>, known: &Known) -> Option<bool> {
    if known.catalog.doubts.contains_key(&name.name) {
        return None;
    }
    let found = known.catalog.indexes.iter().any(|(full, index)| {
        means(name, full) && table.is_none_or(|table| index.table.name == *table)
    });
    // Of another index some statements are not looked at.
    (known.followed)(&name.name).then_some(found)
}

fn enum_exists(name: &QualifiedName, known: &Known) -> Option<bool> {
    let found = known.catalog.enums.keys().any(|full| means(name, full));
    (known.followed)(&name.name).then_some(found)
}

fn label_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = question.take_name("typname")?;
    let label = question.take("enumlabel")?;
    question.take("nspname");
    if !question.equalities.is_empty() {
        return None;
    }
    let stored = known
        .catalog
        .enums
        .iter()
        .find(|(full, _)| full.name == name)?
        .1;
    Some(stored.labels.contains(&label))
}

fn table_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = question
        .take_name("table_name")
        .or_else(|| question.take_name("tablename"))?;
    let schema = question
        .take_name("table_schema")
        .or_else(|| question.take_name("schemaname"));
    let name = QualifiedName::new(schema, name);
    if !question.equalities.is_empty() {
        return None;
    }
    known_table(&name, known)
}

fn column_exists(question: &mut Question, known: &Known) -> Option<bool> {
    let name = QualifiedName::new(
        question.take_name("table_schema"),
        question.take_name("table_name")?,
    );
    let column = question.take_name("column_name")?;
    if !question.equalities.is_empty() {
        return None;
    }
    if !known_table(&name, known)? {
        return Some(false);
    }
    let mut tables = known.catalog.tables.iter();
    let tables: Vec<&Table> = tables
        .by_ref()
        .filter(|(full, _)| means(&name, full))
        .map(|(_, table)| table)
        .collect();
    let found = tables.iter().any(|table| table.columns.contains(&column));
    let is_whole = tables.iter().all(|table| table.is_whole);
    (found || is_whole).then_some(found)
}

fn means(name: &QualifiedName, full: &QualifiedName) -> bool {
    name.name == full.name && (name.schema.is_none() || name.schema == full.schema)
}
