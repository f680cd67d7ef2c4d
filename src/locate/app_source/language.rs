//! Which language a file is written in, by its name.

use std::sync::OnceLock;

use crate::source::file::RepoPath;

use super::dialect::Dialect;
use super::kinds::KindTable;
use super::{go, plain, python, rust, typescript};

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
    Ruby,
    Java,
    Kotlin,
    CSharp,
    Php,
    Elixir,
    Scala,
    Swift,
}

/// The language of a file, by its extension; `None` for every other file.
pub fn language_of(path: &RepoPath) -> Option<Language> {
    match path.extension().as_str() {
        "ts" | "mts" | "cts" => Some(Language::TypeScript),
        "tsx" | "jsx" | "js" | "mjs" | "cjs" => Some(Language::Tsx),
        "rs" => Some(Language::Rust),
        "go" => Some(Language::Go),
        "py" | "pyi" => Some(Language::Python),
        "rb" | "rake" => Some(Language::Ruby),
        "java" => Some(Language::Java),
        "kt" | "kts" => Some(Language::Kotlin),
        "cs" => Some(Language::CSharp),
        "php" => Some(Language::Php),
        "ex" | "exs" => Some(Language::Elixir),
        "scala" | "sc" => Some(Language::Scala),
        "swift" => Some(Language::Swift),
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
            Language::Ruby => "Ruby",
            Language::Java => "Java",
            Language::Kotlin => "Kotlin",
            Language::CSharp => "C#",
            Language::Php => "PHP",
            Language::Elixir => "Elixir",
            Language::Scala => "Scala",
            Language::Swift => "Swift",
        }
    }

    /// Whether it is known here what can run: what is dead code, a callback, a coroutine that nobody drives.
    pub fn is_followed(self) -> bool {
        matches!(
            self,
            Language::TypeScript | Language::Tsx | Language::Rust | Language::Go | Language::Python
        )
    }

    pub(super) fn grammar(self) -> tree_sitter::Language {
        match self {
            Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Language::Rust => tree_sitter_rust::LANGUAGE.into(),
            Language::Go => tree_sitter_go::LANGUAGE.into(),
            Language::Python => tree_sitter_python::LANGUAGE.into(),
            Language::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Language::Java => tree_sitter_java::LANGUAGE.into(),
            Language::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
            Language::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
            Language::Php => tree_sitter_php::LANGUAGE_PHP.into(),
            Language::Elixir => tree_sitter_elixir::LANGUAGE.into(),
            Language::Scala => tree_sitter_scala::LANGUAGE.into(),
            Language::Swift => tree_sitter_swift::LANGUAGE.into(),
        }
    }

    pub fn dialect(self) -> &'static dyn Dialect {
        match self {
            Language::TypeScript | Language::Tsx => &typescript::TypeScript,
            Language::Rust => &rust::Rust,
            Language::Go => &go::Go,
            Language::Python => &python::Python,
            Language::Ruby
            | Language::Java
            | Language::Kotlin
            | Language::CSharp
            | Language::Php
            | Language::Elixir
            | Language::Scala
            | Language::Swift => &plain::Plain,
        }
    }

    /// The kinds of the grammar, looked up once in the life of the process.
    pub(super) fn kinds(self) -> &'static KindTable {
        static TABLES: [OnceLock<KindTable>; 13] = [const { OnceLock::new() }; 13];
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
        assert_eq!(of("db/seeds.rb"), Some(Language::Ruby));
        assert_eq!(of("A.java"), Some(Language::Java));
        assert_eq!(of("build.gradle.kts"), Some(Language::Kotlin));
        assert_eq!(of("A.cs"), Some(Language::CSharp));
        assert_eq!(of("a.php"), Some(Language::Php));
        assert_eq!(of("mix.exs"), Some(Language::Elixir));
        assert_eq!(of("A.scala"), Some(Language::Scala));
        assert_eq!(of("A.swift"), Some(Language::Swift));
        assert_eq!(of("x.sql"), None);
        assert_eq!(of("Makefile"), None);
    }
}
