//! Names as Postgres keeps them: folded, unquoted, cut to 63 bytes.

use std::fmt;

/// `NAMEDATALEN - 1`: longer identifiers are cut without an error (manual, 4.1.1).
pub const IDENTIFIER_BYTES: usize = 63;

/// An identifier in its stored form: `Runs` unquoted is `runs`, `"Runs"` is `Runs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

impl Identifier {
    /// As written without quotes: ASCII letters become lower case.
    pub fn unquoted(text: &str) -> Self {
        Self::quoted(&text.to_ascii_lowercase())
    }

    /// As written between double quotes, already without them.
    pub fn quoted(text: &str) -> Self {
        let mut end = text.len().min(IDENTIFIER_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(text[..end].to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a table, index, type: with its schema when one was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualifiedName {
    pub schema: Option<Identifier>,
    pub name: Identifier,
}

impl QualifiedName {
    pub fn new(schema: Option<Identifier>, name: Identifier) -> Self {
        Self { schema, name }
    }

    /// Reads `runs`, `public.runs`, `"My Schema"."Runs"`. A third part in front, the database, is refused, as by Postgres.
    /// `None` when the text is not a name.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, rest) = parse_identifier(text.trim())?;
        match rest.strip_prefix('.') {
            None if rest.is_empty() => Some(Self::new(None, first)),
            None => None,
            Some(rest) => match parse_identifier(rest)? {
                (name, "") => Some(Self::new(Some(first), name)),
                _ => None,
            },
        }
    }

    /// Whether an object of that full name is one that is called so: with no schema written, any will do.
    pub fn is_met_by(&self, full: &Self) -> bool {
        self.name == full.name && (self.schema.is_none() || self.schema == full.schema)
    }

    /// The same name, in `schema` when none was written.
    pub fn in_schema(&self, schema: &Identifier) -> Self {
        Self {
            schema: Some(self.schema.clone().unwrap_or_else(|| schema.clone())),
            name: self.name.clone(),
        }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        write!(f, "{}", self.name)
    }
}

fn parse_identifier(text: &str) -> Option<(Identifier, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(text.len());
        let starts_well = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        return starts_well.then(|| (Identifier::unquoted(&text[..end]), &text[end..]));
    };
    let mut name = String::new();
    let mut rest = inside;
    loop {
        let quote = rest.find('"')?;
        name.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (!name.is_empty()).then(|| (Identifier::quoted(&name), rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_and_quotes_keep_them() {
        let parse = |text: &str| {
            QualifiedName::parse(text).map(|name| (name.schema.map(|s| s.0), name.name.0))
        };
        assert_eq!(parse("Runs"), Some((None, "runs".into())));
        assert_eq!(
            parse("Public.\"Ru\"\"ns\""),
            Some((Some("public".into()), "Ru\"ns".into()))
        );
        assert_eq!(parse("db.public.runs"), None);
        assert_eq!(parse("\"unclosed"), None);
        assert_eq!(parse("a b"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn long_names_are_cut_at_63_bytes_between_characters() {
        let name = Identifier::unquoted(&"é".repeat(40));
        assert_eq!(name.as_str().len(), 62);
    }
}
