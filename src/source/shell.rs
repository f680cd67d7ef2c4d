//! Words of a shell's command line.

/// A text as a shell takes it for one word (POSIX, "Quoting").
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_it_must_be() {
        assert_eq!(word("app/laneset.toml"), "app/laneset.toml");
        assert_eq!(word("it's an app"), "'it'\\''s an app'");
        assert_eq!(word("$x;é"), "'$x;é'");
        assert_eq!(word(""), "''");
    }
}
