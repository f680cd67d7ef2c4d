//! The words of query builders: Drizzle, Knex, Kysely, Prisma, TypeORM, ActiveRecord, SQLAlchemy, Django, Ecto, Diesel, squirrel, goqu,
//! jOOQ, Exposed and Eloquent say the same things in much the same words.

/// What a method does to the conditions of the query that it is called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// ANDs what it is given.
    Where,
    /// ORs what it is given to all that was said before.
    OrWhere,
    /// ANDs the opposite of what it is given.
    WhereNot,
    /// ANDs one test of a column: of the column's name, and values.
    WhereColumn(Verb),
    OrWhereColumn(Verb),
    /// ANDs SQL as it stands.
    WhereSql,
    OrWhereSql,
    /// May change the conditions in a way that is not seen.
    Unseen,
}

impl Link {
    /// Whether it adds to what was said before by OR.
    pub fn is_choice(self) -> bool {
        matches!(
            self,
            Link::OrWhere | Link::OrWhereColumn(_) | Link::OrWhereSql
        )
    }
}

/// What is asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    In,
    NotIn,
    Equal,
    NotEqual,
    Order(&'static str),
    Null,
    NotNull,
    /// `is_(None)`, `= ?`: NULL or not by its value.
    Is,
    IsNot,
}

impl Verb {
    /// The same with the column on the other side.
    pub fn flipped(self) -> Option<Self> {
        Some(match self {
            Verb::Equal => Verb::Equal,
            Verb::NotEqual => Verb::NotEqual,
            Verb::Order("<") => Verb::Order(">"),
            Verb::Order("<=") => Verb::Order(">="),
            Verb::Order(">") => Verb::Order("<"),
            Verb::Order(">=") => Verb::Order("<="),
            _ => return None,
        })
    }
}

/// How conditions are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    And,
    Or,
    Not,
}

pub fn link(name: &str) -> Option<Link> {
    Some(match name {
        "where" | "Where" | "andWhere" | "filter" | "filter_by" | "Filter" | "findBy"
        | "findOneBy" | "countBy" | "existsBy" | "find_by" | "find_by!" => Link::Where,
        "orWhere" | "or_where" | "or_filter" | "orFilter" => Link::OrWhere,
        "whereNot" | "andWhereNot" | "exclude" => Link::WhereNot,
        "whereIn" | "andWhereIn" => Link::WhereColumn(Verb::In),
        "orWhereIn" => Link::OrWhereColumn(Verb::In),
        "whereNotIn" | "andWhereNotIn" => Link::WhereColumn(Verb::NotIn),
        "orWhereNotIn" => Link::OrWhereColumn(Verb::NotIn),
        "whereNull" => Link::WhereColumn(Verb::Null),
        "orWhereNull" => Link::OrWhereColumn(Verb::Null),
        "whereNotNull" => Link::WhereColumn(Verb::NotNull),
        "orWhereNotNull" => Link::OrWhereColumn(Verb::NotNull),
        "whereRaw" | "andWhereRaw" => Link::WhereSql,
        "orWhereRaw" => Link::OrWhereSql,
        _ if may_change_conditions(name) => Link::Unseen,
        _ => return None,
    })
}

/// Whether a method may do to the conditions what is not known here: `orWhereExists`, `andNot`, `union`, `modify`, `rewhere`.
fn may_change_conditions(name: &str) -> bool {
    const PREFIXES: [&str; 9] = [
        "or",
        "and",
        "where",
        "Or",
        "And",
        "union",
        "intersect",
        "except",
        "difference",
    ];
    const NAMES: [&str; 28] = [
        "also",
        "modify",
        "$call",
        "$if",
        "when",
        "unless",
        "tap",
        "merge",
        "rewhere",
        "unscope",
        "unscoped",
        "invert_where",
        "scopes",
        "apply",
        "clearWhere",
        "clear",
        "adjustWhere",
        "none",
        "union",
        "unionAll",
        "union_all",
        "Union",
        "UnionAll",
        "intersect",
        "except",
        "except_",
        "Suffix",
        "SuffixExpr",
    ];
    let goes_on = |prefix: &&str| {
        let rest = name.strip_prefix(*prefix);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()))
    };
    NAMES.contains(&name) || PREFIXES.iter().any(goes_on)
}

/// Methods that take conditions as names with values, and other things otherwise: Django's `get(…)`, ActiveRecord's `exists?(…)`.
pub fn takes_pairs(name: &str) -> bool {
    matches!(
        name,
        "get" | "aget" | "exists?" | "delete_by" | "destroy_by" | "find_or_initialize_by"
    )
}

/// What is asked whether there are rows of it, and what of those that there are none: its conditions do not say which rows are meant.
pub fn asks_for_none(name: &str) -> bool {
    let name = name.to_lowercase();
    ["notexists", "not_exists", "doesnthave", "wheredoesnt"]
        .iter()
        .any(|word| name.contains(word))
}

/// Clauses whose conditions `and(…)` goes on with, and that are no WHERE.
pub fn is_other_clause(name: &str) -> bool {
    matches!(name, "on" | "having" | "qualify" | "onKey")
}

/// What makes a list of rows: a method called on that is the program's own.
pub fn fetches(name: &str) -> bool {
    matches!(
        name,
        "get" | "all" | "paginate" | "cursor" | "fetch" | "fetchall"
    )
}

/// What names the table of a query by its first argument.
pub fn names_table(function: &str) -> bool {
    names_table_in_text(function)
        || matches!(
            function,
            "update" | "delete" | "select" | "query" | "getRepository"
        )
}

/// What names the table of a query by a text.
pub fn names_table_in_text(function: &str) -> bool {
    matches!(
        function,
        "from"
            | "From"
            | "from_"
            | "table"
            | "selectFrom"
            | "updateTable"
            | "deleteFrom"
            | "Update"
            | "Delete"
    )
}

pub fn verb(name: &str) -> Option<Verb> {
    Some(match name {
        "inArray" | "in" | "In" | "in_" | "eq_any" | "inList" | "isin" | "IN" | "Any" => Verb::In,
        "notInArray" | "notIn" | "NotIn" | "not_in" | "notin_" | "ne_all" | "ne_any"
        | "notInList" | "NOT IN" | "not in" => Verb::NotIn,
        "eq" | "Eq" | "equals" | "Equal" | "equal" | "=" | "==" | "===" | "exact" => Verb::Equal,
        "ne" | "neq" | "Neq" | "NotEq" | "notEqual" | "not_equal" | "!=" | "<>" | "!==" => {
            Verb::NotEqual
        }
        "lt" | "Lt" | "less" | "lessThan" | "LessThan" | "<" => Verb::Order("<"),
        "lte" | "le" | "Lte" | "lessEq" | "LessThanOrEqual" | "lessOrEqual" | "LtOrEq" | "<=" => {
            Verb::Order("<=")
        }
        "gt" | "Gt" | "greater" | "greaterThan" | "MoreThan" | ">" => Verb::Order(">"),
        "gte" | "ge" | "Gte" | "greaterEq" | "MoreThanOrEqual" | "greaterOrEqual" | "GtOrEq"
        | ">=" => Verb::Order(">="),
        "isNull" | "is_null" | "IsNull" | "is_nil" => Verb::Null,
        "isNotNull" | "is_not_null" | "IsNotNull" => Verb::NotNull,
        "is" | "is_" | "Is" => Verb::Is,
        "is not" | "isNot" | "is_not" | "isnot" | "IsNot" | "not" => Verb::IsNot,
        _ => return None,
    })
}

pub fn joint(name: &str) -> Option<Joint> {
    Some(match name {
        "and" | "and_" | "And" | "AND" | "&" | "&&" | "allOf" | "every" => Joint::And,
        "or" | "or_" | "Or" | "OR" | "|" | "||" | "anyOf" | "any_of" => Joint::Or,
        "not" | "not_" | "Not" | "NOT" | "~" | "!" => Joint::Not,
        _ => return None,
    })
}

/// What names a column by a text that it is given: `goqu.C("lane")`, `DSL.field("lane")`.
pub fn names_column(function: &str) -> bool {
    matches!(
        function,
        "C" | "I" | "field" | "col" | "column" | "Col" | "ref" | "literal_column" | "F" | "name"
    )
}

/// What takes a text in as SQL.
pub fn takes_sql(function: &str) -> bool {
    matches!(
        function,
        "text"
            | "literal"
            | "L"
            | "Expr"
            | "raw"
            | "Raw"
            | "fragment"
            | "condition"
            | "literal_sql"
            | "sql"
    )
}

/// What puts the value that it is given into the SQL itself.
pub fn is_inline(function: &str) -> bool {
    matches!(
        function,
        "inline" | "literal" | "lit" | "intLiteral" | "stringLiteral" | "inlined"
    )
}

/// Methods that leave the conditions of a query as they are. Any other method of a query object may be a scope that somebody wrote.
pub fn is_harmless(name: &str) -> bool {
    HARMLESS.split_whitespace().any(|it| it == name)
}

const HARMLESS: &str = "
all any annotate as_ average chunk chunkById columns count create_with cursor defer delete delete_all destroy_all
distinct each each_record eager_load execute execution_options exists extending fetchall find_each find_in_batches first
forUpdate force_index from from_ from_self fromSub get group groupBy group_by having ids in_batches in_bulk includes
increment into_boxed iterator join join_from joins last latest lazy left_joins left_outer_joins leftJoin limit load lock
lockForUpdate many map offset oldest one one_or_none only optimizer_hints options order orderBy orderByDesc order_by
outerjoin paginate pick pluck preload prefetch_related references reorder returning reverse scalar scalars select
select_for_update select_related selectRaw set skip take to_a to_sql toSql touch_all update update_all upsert using
values values_list value with with_entities with_for_update with_hint size sum sole readonly pipe filter where or
";
