//! The types of columns as SQL writes them.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use crate::model::column_type::ColumnType;
use crate::model::name::QualifiedName;

/// The first words of Postgres's own types, and of types of extensions that many tables have.
const KNOWN: &str = " abstime aclitem bigint bigserial bit bool boolean box bpchar bytea char character cidr circle citext date \
    datemultirange daterange dec decimal double float float4 float8 geography geometry halfvec hstore inet int int2 int2vector int4 \
    int4multirange int4range int8 int8multirange int8range integer interval json jsonb jsonpath line lseg ltree macaddr macaddr8 \
    money name national nchar numeric nummultirange numrange oid oidvector path pg_lsn point polygon real regclass regconfig \
    regnamespace regproc regprocedure regrole regtype serial serial2 serial4 serial8 setof smallint smallserial sparsevec text tid \
    time timestamp timestamptz timetz tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid \
    varbit varchar vector xid xid8 xml ";

/// The type that comes next, under its name as written when it is a user's own.
pub fn column_type(mut cursor: Cursor) -> ColumnType {
    let is_quoted = matches!(cursor.peek(), Some(Token::Word(word)) if word.quote_style.is_some());
    let Some(name) = cursor.name() else {
        return ColumnType::Other(String::new());
    };
    if is_own(&name) {
        return ColumnType::Own(name);
    }
    let word = name.name.as_str();
    let varies = cursor.keywords(&["VARYING"]);
    cursor.group();
    let is_array = cursor.peek() == Some(&Token::LBracket) || cursor.keywords(&["ARRAY"]);
    // `"char"` is a type of its own.
    if is_array || (is_quoted && word == "char") {
        return ColumnType::Other(word.to_owned());
    }
    match word {
        "text" => ColumnType::Text,
        "varchar" => ColumnType::Varchar,
        "character" | "char" if varies => ColumnType::Varchar,
        "character" | "char" | "bpchar" => ColumnType::Character,
        "smallint" | "int2" | "smallserial" | "serial2" => ColumnType::Smallint,
        "integer" | "int" | "int4" | "serial" | "serial4" => ColumnType::Integer,
        "bigint" | "int8" | "bigserial" | "serial8" => ColumnType::Bigint,
        "boolean" | "bool" => ColumnType::Boolean,
        other => ColumnType::Other(other.to_owned()),
    }
}

/// Whether the type is none of the known ones.
pub fn is_own(name: &QualifiedName) -> bool {
    let is_known = KNOWN.contains(&format!(" {} ", name.name));
    let is_catalog = |schema: &crate::model::name::Identifier| schema.as_str() == "pg_catalog";
    !is_known && !name.schema.as_ref().is_some_and(is_catalog)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::name::Identifier;
    use crate::read_sql::syntax::Sql;

    #[test]
    fn types_are_known_in_all_their_spellings() {
        let read = |text: &str| {
            let sql = Sql::new(text).unwrap();
            let words = sql.words();
            column_type(Cursor::new(&words))
        };
        for (text, expected) in [
            ("text COLLATE \"C\" NOT NULL", ColumnType::Text),
            ("pg_catalog.text", ColumnType::Text),
            ("character varying(20)", ColumnType::Varchar),
            ("VARCHAR", ColumnType::Varchar),
            ("character(3)", ColumnType::Character),
            ("int4 PRIMARY KEY", ColumnType::Integer),
            ("bigserial", ColumnType::Bigint),
            ("smallint DEFAULT 0", ColumnType::Smallint),
            ("bool", ColumnType::Boolean),
            ("\"char\"", ColumnType::Other("char".to_owned())),
            ("text[]", ColumnType::Other("text".to_owned())),
            ("integer ARRAY[3]", ColumnType::Other("integer".to_owned())),
            (
                "timestamp(3) with time zone",
                ColumnType::Other("timestamp".to_owned()),
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let lane = QualifiedName::new(None, Identifier::unquoted("lane"));
        assert_eq!(read("lane NOT NULL"), ColumnType::Own(lane));
    }
}
