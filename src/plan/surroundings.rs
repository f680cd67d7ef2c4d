//! What stands around SQL that is changed in place, and what it makes of a literal that is put there.

use crate::locate::app_source::language::language_of;
use crate::locate::app_source::quoting::Host;
use crate::source::file::SourceFile;
use crate::source::span::Span;

/// The surroundings of a piece of SQL.
pub struct Surroundings<'a> {
    before: &'a str,
    after: &'a str,
    /// The string literal around it; `None` in a file of SQL.
    host: Option<Host>,
}

impl<'a> Surroundings<'a> {
    /// # Errors
    /// A reason, when the file is source of another language and no string literal holds the span.
    pub fn of(file: &'a SourceFile, span: Span) -> Result<Self, String> {
        let text = file.text();
        let language = language_of(file.path());
        let host = language.map(|language| Host::around(language, text, span));
        Ok(Self {
            before: &text[..span.start],
            after: &text[span.end..],
            host: host.transpose()?,
        })
    }

    /// The SQL as it is written there.
    ///
    /// # Errors
    /// A reason, when it cannot stand there.
    pub fn hold(&self, sql: &str) -> Result<String, String> {
        // The body of a function ends at its dollar quote, wherever that stands.
        let mut tags = dollar_quotes(sql);
        if let Some(tag) = tags.find(|tag| self.before.contains(tag) && self.after.contains(tag)) {
            return Err(format!(
                "a lane holds the dollar quote {tag}, which may end the text around it"
            ));
        }
        match &self.host {
            Some(host) => host.inside(sql),
            None => Ok(sql.to_owned()),
        }
    }
}

/// `$$`, `$body$`
fn dollar_quotes(sql: &str) -> impl Iterator<Item = &str> {
    let is_tag = |tag: &&str| tag.chars().all(|c| c.is_alphanumeric() || c == '_');
    let dollars: Vec<usize> = sql.match_indices('$').map(|(at, _)| at).collect();
    let between: Vec<&str> = dollars
        .windows(2)
        .map(|pair| &sql[pair[0]..=pair[1]])
        .collect();
    between
        .into_iter()
        .filter(move |tag| is_tag(&&tag[1..tag.len() - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::RepoPath;

    #[test]
    fn a_dollar_quote_is_refused_where_it_would_end_the_text_around_it() {
        for (path, text) in [
            ("a.sql", "DO $b$ BEGIN LANES END $b$;"),
            ("a.ts", "x(`DO $b$ BEGIN LANES END $b$;`)"),
        ] {
            let file = SourceFile::new(RepoPath::new(path), text.to_owned());
            let at = text.find("LANES").unwrap();
            let surroundings = Surroundings::of(&file, Span::new(at, at + 5)).unwrap();
            assert!(surroundings.hold("'a$b$c'").is_err(), "{path}");
            for lane in ["'$$'", "'$b c$'", "'$c$'"] {
                assert!(surroundings.hold(lane).is_ok(), "{path}: {lane}");
            }
        }
        let file = SourceFile::new(RepoPath::new("a.sql"), "LANES; SELECT $$a$$;".to_owned());
        let surroundings = Surroundings::of(&file, Span::new(0, 5)).unwrap();
        assert_eq!(surroundings.hold("'$$'").unwrap(), "'$$'");
    }
}
