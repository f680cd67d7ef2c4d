//! `--output-format full`: each finding with both its ends, as rustc would show it; then lanes by sites; then the summary.

use std::io;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level as Heading, Origin, Renderer, Snippet};

use super::concise::listed;
use super::disagreement::{Compared, other_side};
use super::look::{Color, Look, ShowMatrix};
use super::matrix::matrix;
use super::outcome::Outcome;
use super::summary;
use super::visible::{lines, one_line};
use super::window::{Mark, Window, windows};
use crate::model::finding::{Finding, Level};
use crate::source::file::{Location, SourceFile};

/// Writes the findings in the outcome's order, the matrix of each lane set, the notes and the summary.
///
/// # Errors
/// What the writer refuses.
pub fn write(outcome: &Outcome, look: &Look, writer: &mut dyn io::Write) -> io::Result<()> {
    for finding in &outcome.findings {
        writeln!(writer, "{}\n", render(finding, look))?;
    }
    if look.matrix == ShowMatrix::Always || !outcome.findings.is_empty() {
        for lane_set in &outcome.lane_sets {
            writeln!(writer, "{}", matrix(lane_set, look.columns, look.color))?;
        }
    }
    for note in &outcome.notes {
        writeln!(writer, "note: {}", one_line(note))?;
    }
    if let Some(line) = summary::fixable(outcome) {
        writeln!(writer, "{line}")?;
    }
    writeln!(writer, "{}", summary::line(outcome))
}

/// One thing that stopped the check, with the line that it stands on: a problem of the manifest, say. Without a newline at the end.
pub fn problem(location: &Location, message: &str, look: &Look) -> String {
    let mark = Mark {
        span: location.span,
        text: String::new(),
        is_culprit: true,
    };
    let shown = windows(
        &location.file,
        vec![mark],
        look.columns.saturating_sub(GUTTER).max(SHORTEST),
    );
    let path = one_line(location.path().as_str());
    let title = Heading::ERROR.primary_title(one_line(message));
    let group = shown
        .iter()
        .fold(Group::with_title(title), |group, window| {
            with_window(group, &path, window)
        });
    renderer(look).render(&[group])
}

/// What stands left of the source: line numbers, a bar, the renderer's own ellipses.
const GUTTER: usize = 20;

/// A marked line keeps this many characters, however long what is said of it.
const SHORTEST: usize = 32;

fn render(finding: &Finding, look: &Look) -> String {
    let heading = match finding.rule.level() {
        Level::Error => Heading::ERROR,
        Level::Warning => Heading::WARNING,
    };
    let title = heading
        .primary_title(one_line(&finding.message))
        .id(finding.rule.as_str());
    let files = files(finding, look);
    let mut group = Group::with_title(title);
    for (path, windows) in &files {
        for window in windows {
            group = with_window(group, path, window);
        }
    }
    for (name, lanes) in [("missing", &finding.missing), ("extra", &finding.extra)] {
        if !lanes.is_empty() {
            let text = one_line(&listed(lanes)).into_owned();
            group = group.element(Heading::NOTE.with_name(name).message(text));
        }
    }
    if let Some(disagreement) = &finding.disagreement {
        let compared = Compared::new(
            disagreement,
            look.columns.saturating_sub(GUTTER).max(SHORTEST),
            look.color,
        );
        let here = Heading::NOTE.with_name("    here").message(compared.here);
        let declared = Heading::NOTE
            .with_name(other_side(finding.rule))
            .message(compared.declared);
        group = group.element(here).element(declared);
    }
    if let Some(help) = &finding.help {
        group = group.element(Heading::HELP.message(lines(help)));
    }
    renderer(look).render(&[group])
}

fn renderer(look: &Look) -> Renderer {
    let renderer = match look.color {
        Color::Always => Renderer::styled(),
        Color::Never => Renderer::plain(),
    };
    renderer.term_width(look.columns)
}

/// The windows of each file that the finding speaks of: the culprit's file first, then in the order of the related ends.
fn files(finding: &Finding, look: &Look) -> Vec<(String, Vec<Window>)> {
    let mut marks: Vec<(Arc<SourceFile>, Vec<Mark>)> = Vec::new();
    let ends = std::iter::once((&finding.culprit, true))
        .chain(finding.related.iter().map(|related| (related, false)));
    for (remark, is_culprit) in ends {
        let file = &remark.location.file;
        let mark = Mark {
            span: remark.location.span,
            text: one_line(&remark.text).into_owned(),
            is_culprit,
        };
        match marks.iter_mut().find(|(seen, _)| Arc::ptr_eq(seen, file)) {
            Some((_, marks)) => marks.push(mark),
            None => marks.push((Arc::clone(file), vec![mark])),
        }
    }
    marks
        .into_iter()
        .map(|(file, marks)| {
            let path = one_line(file.path().as_str()).into_owned();
            let longest = marks.iter().map(|mark| mark.text.chars().count()).max();
            let columns = look
                .columns
                .saturating_sub(GUTTER + longest.unwrap_or(0))
                .max(SHORTEST);
            (path, windows(&file, marks, columns))
        })
        .collect()
}

fn with_window<'a>(group: Group<'a>, path: &'a str, window: &'a Window) -> Group<'a> {
    let annotations = window.marks.iter().map(|(range, mark)| {
        let kind = match mark.is_culprit {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let label = (!mark.text.is_empty()).then_some(mark.text.as_str());
        kind.span(range.clone()).label(label)
    });
    let snippet = Snippet::source(window.text.as_str())
        .line_start(window.line_number)
        .annotations(annotations);
    if !window.is_cut_before {
        return group.element(snippet.path(path));
    }
    // The renderer would count the column from the cut.
    let origin = Origin::path(path)
        .line(window.position.line)
        .char_column(window.position.column);
    group.element(origin).element(snippet)
}
