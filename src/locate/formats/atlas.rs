//! Atlas: `VERSION_name.sql` by file name, sealed by `atlas.sum` (its source, `sql/migrate`: `dir.go` and `lex.go`).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::directive::said;
use super::history::History;
use super::order::Order;
use super::written::{NewFile, NewMigration, Surroundings, is_alone, script};
use super::{Entry, Files, Format, Half, Part, Parts, Refusal, flat, refuse_mark};
use crate::model::migration_step::Transaction;

#[derive(Debug)]
pub struct Atlas;

/// What seals the folder.
pub const SEAL: &str = "atlas.sum";
/// In the comments above the first empty line it speaks for the whole file.
const ALONE: &str = "atlas:txmode none";

/// The directives of a whole file.
fn directives(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map_while(said)
}

/// Whether the text is not summed, only the name: by a directive on the first line, whatever stands before it there.
fn is_left_out(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let said = first.rsplit_once("atlas:sum ");
    said.is_some_and(|(_, mode)| mode.trim_start_matches(' ') == "ignore")
}

/// The text of `atlas.sum`: a sum over the lines, and for each file the running hash of all names and texts so far.
fn sum(files: &[NewFile]) -> String {
    let mut running = Sha256::new();
    let mut lines = String::new();
    let mut over = Sha256::new();
    for file in files {
        running.update(&file.path);
        if is_left_out(&file.text) {
            continue;
        }
        running.update(&file.text);
        let hash = BASE64_STANDARD.encode(running.clone().finalize());
        over.update(&file.path);
        over.update(&hash);
        lines.push_str(&format!("{} h1:{hash}\n", file.path));
    }
    format!("h1:{}\n{lines}", BASE64_STANDARD.encode(over.finalize()))
}

impl Format for Atlas {
    /// Every SQL file counts; its version is what stands before the first underscore.
    fn entry(&self, path: &str) -> Option<Entry> {
        let stem = flat(path, ".sql")?.strip_suffix(".sql")?;
        let version = stem.split('_').next()?;
        (!version.is_empty()).then(|| Entry::new(version, Half::Up, Order::text(path)))
    }

    fn parts(&self, files: &Files) -> Result<Parts, Refusal> {
        refuse_mark(&files.up, "Atlas")?;
        let mut directives = directives(files.up.text());
        let transaction = match directives.any(|directive| directive == ALONE) {
            true => Transaction::None,
            false => Transaction::Wrapped,
        };
        Ok(Parts {
            up: Part::whole(&files.up, transaction),
            down: None,
        })
    }

    fn history(&self) -> Option<History> {
        History::each(
            "atlas_schema_revisions.atlas_schema_revisions",
            "SELECT version::text AS version FROM {table} WHERE applied = total AND version NOT LIKE '.%'",
        )
    }

    fn is_numeric(&self) -> bool {
        false
    }

    fn is_hashed(&self) -> bool {
        true
    }

    fn seal_name(&self) -> Option<&'static str> {
        Some(SEAL)
    }

    /// Without a seal that was right before there is none after: it would vouch for what nobody looked at.
    fn seal(&self, files: &[NewFile], old: Option<&str>) -> Result<String, String> {
        let sealed = old.map_or(0, |old| old.lines().skip(1).count());
        let before = files.get(..sealed).map(sum);
        match old {
            Some(old) if before.as_deref() != Some(old) => Err(format!(
                "{SEAL} is not that of the files beside it; look at what changed, and run `atlas migrate hash` first"
            )),
            _ => Ok(sum(files)),
        }
    }

    fn keeps_checksums(&self) -> bool {
        true
    }

    fn files(&self, new: &NewMigration, _: &Surroundings) -> Result<Vec<NewFile>, String> {
        let alone = match is_alone(&new.step.up) {
            true => format!("-- {ALONE}\n\n"),
            false => String::new(),
        };
        Ok(vec![NewFile {
            path: format!("{}_{}.sql", new.version, new.step.slug),
            text: format!("{alone}{}", script(new.step, &new.step.up)),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> NewFile {
        NewFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// An empty folder's sum is known from every new Atlas project; the other is what Atlas 0.7.2 says of these files.
    #[test]
    fn the_seal_is_that_of_atlas() {
        assert_eq!(
            sum(&[]),
            "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
        );
        let files = [
            file("10_d.sql", "SELECT 4;\r\n"),
            file("1_a.sql", "SELECT 1;\n"),
            file("2_b.sql", "-- atlas:sum ignore\n\nSELECT 2;\n"),
            file("3.sql", "SELECT 3;\n"),
            file("6_f.sql", "-- hello\n-- atlas:sum ignore\n\nSELECT 6;\n"),
            file("7_g.sql", "SELECT 7;\n-- atlas:sum ignore\n"),
        ];
        assert_eq!(
            sum(&files),
            "h1:zGHCgbHzUXxg/licwBUOYHpsgAgOILBIni8QiZ7HAzA=\n\
             10_d.sql h1:nmAgzWo3/2DfWGG1Ur6hqtAq2ECqrj7F65vyfZjBAgY=\n\
             1_a.sql h1:rRm7a8ziVvChHNdw0dhr5c3H20ykOTVENgI5E34cJt4=\n\
             3.sql h1:9mT1UXPQyv5B7c27l3WRvCCReOHqVXIJjq2NB2XkC2w=\n\
             6_f.sql h1:JtxH2BgdZ1CumoCwLaZE2v/N+iE51Lq9eGWYAkSNswE=\n\
             7_g.sql h1:BUAztTa5IfZUzl3nS3n1Ini4htMD9A98uOHVlKgNeFs=\n"
        );
    }

    #[test]
    fn a_broken_seal_is_not_mended() {
        let old = sum(&[file("1_a.sql", "SELECT 1;\n")]);
        let both = [
            file("1_a.sql", "SELECT 1;\n"),
            file("2_b.sql", "SELECT 2;\n"),
        ];
        let new = Atlas.seal(&both, Some(&old)).unwrap();
        assert_eq!(new, sum(&both));
        assert_eq!(new.lines().nth(1), old.lines().nth(1));
        let changed = [file("1_a.sql", "SELECT 3;\n"), both[1].clone()];
        assert!(Atlas.seal(&changed, Some(&old)).is_err());
    }
}
