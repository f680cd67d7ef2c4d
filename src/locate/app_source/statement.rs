//! Tells a statement of SQL from other text by its first word.

/// What a statement of SQL begins with.
const VERBS: [&str; 27] = [
    "alter", "analyze", "begin", "call", "comment", "commit", "copy", "create", "delete", "do",
    "drop", "explain", "grant", "insert", "lock", "merge", "notify", "refresh", "reindex",
    "revoke", "rollback", "select", "set", "truncate", "update", "vacuum", "with",
];

/// Whether the text begins as a statement does. A sentence (`Create the index`) does not: SQL is written in one case.
pub fn is_statement(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map(|(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map(|(_, after)| after)
        } else {
            break;
        };
        rest = after.unwrap_or_default().trim_start();
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, after) = rest.split_at(length);
    let one_case = word.bytes().all(|byte| byte.is_ascii_lowercase())
        || word.bytes().all(|byte| byte.is_ascii_uppercase());
    one_case
        && VERBS.contains(&word.to_ascii_lowercase().as_str())
        && after.starts_with([' ', '\t', '\n', '\r', ';', '$'])
}
