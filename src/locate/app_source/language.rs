//! Which language a file is written in, by its name.

use std::sync::OnceLock;

use crate::source::file::RepoPath;

use super::dialect::Dialect;
use super::kinds::KindTable;
use super::{go, python, rust, typescript};

/// A language whose string literals can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// TypeScript without JSX: `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// TypeScript with JSX, and all JavaScript: `.tsx`, `.jsx`, `.js`, `.mjs`, `.cjs`.
    Tsx,
    Rust,
    Go,
    Python,
}

/// The language of a file, by its extension; `None` for every other file.
pub fn language_of(path: &RepoPath) -> Option<Language> {
    match path.extension().as_str() {
        "ts" | "mts" | "cts" => Some(Language::TypeScript),
        "tsx" | "jsx" | "js" | "mjs" | "cjs" => Some(Language::Tsx),
        "rs" => Some(Language::Rust),
        "go" => Some(Language::Go),
        "py" | "pyi" => Some(Language::Python),
        _ => None,
    }
}

impl Language {
    /// The language's name, as a message writes it.
    pub fn name(self) -> &'static str {
        match self {
            Language::TypeScript => "TypeScript",
            Language::Tsx => "TypeScript or JavaScript",
            Language::Rust => "Rust",
            Language::Go => "Go",
            Language::Python => "Python",
        }
    }

    pub(super) fn grammar(self) -> tree_sitter::Language {
        match self {
            Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Language::Rust => tree_sitter_rust::LANGUAGE.into(),
            Language::Go => tree_sitter_go::LANGUAGE.into(),
            Language::Python => tree_sitter_python::LANGUAGE.into(),
        }
    }

    pub(super) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Language::TypeScript | Language::Tsx => &typescript::TypeScript,
            Language::Rust => &rust::Rust,
            Language::Go => &go::Go,
            Language::Python => &python::Python,
        }
    }

    /// The kinds of the grammar, looked up once in the life of the process.
    pub(super) fn kinds(self) -> &'static KindTable {
        static TABLES: [OnceLock<KindTable>; 5] = [const { OnceLock::new() }; 5];
        TABLES[self as usize].get_or_init(|| KindTable::new(&self.grammar()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_settles_the_language() {
        let of = |path: &str| language_of(&RepoPath::new(path));
        assert_eq!(of("a/b.ts"), Some(Language::TypeScript));
        assert_eq!(of("a/b.MJS"), Some(Language::Tsx));
        assert_eq!(of("src/main.rs"), Some(Language::Rust));
        assert_eq!(of("x.go"), Some(Language::Go));
        assert_eq!(of("x.py"), Some(Language::Python));
        assert_eq!(of("x.sql"), None);
        assert_eq!(of("Makefile"), None);
    }
}
