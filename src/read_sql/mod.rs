//! Floor 2: SQL text to statements, clauses and predicates. Knows nothing of files on disk.

pub mod canonical;
pub mod clause;
mod clause_walk;
pub mod column_type;
mod conflict_target;
pub mod constant;
pub mod cursor;
pub mod ddl;
mod ddl_body;
mod ddl_index;
pub mod ddl_schema;
pub mod ddl_table;
mod ddl_type;
pub mod dynamic;
pub mod enum_cast;
pub mod expression;
pub mod lexical;
pub mod placeholder;
pub mod plpgsql;
pub mod reach;
pub mod routine;
pub mod split;
pub mod survey;
pub mod syntax;
pub mod unions;
pub mod variables;
pub mod written;
