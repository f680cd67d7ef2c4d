//! How far long work has come, on a terminal; nowhere else, and nothing of it stays.

use std::cell::RefCell;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::verify::watch::{Replay, Watch};

/// A line for each replay, on standard error.
pub struct Progress {
    lines: MultiProgress,
    /// In the order in which they began.
    bars: RefCell<Vec<(Replay, ProgressBar)>>,
}

impl Progress {
    /// Nothing is shown when standard error is no terminal, or to the `quiet`.
    pub fn new(quiet: bool) -> Self {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        Self {
            lines: MultiProgress::with_draw_target(target),
            bars: RefCell::default(),
        }
    }

    /// A line that says what is waited for, until it is taken away again.
    pub fn waiting_for(&self, what: &str) -> ProgressBar {
        let bar = self.lines.add(ProgressBar::new_spinner());
        bar.set_style(
            ProgressStyle::with_template("{msg} …").unwrap_or(ProgressStyle::default_spinner()),
        );
        bar.set_message(what.to_owned());
        bar.tick();
        bar
    }

    /// Takes every line away, so that the report stands alone.
    pub fn clear(&self) {
        for (_, bar) in self.bars.borrow_mut().drain(..) {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Progress {
    fn done(&self, replay: Replay, steps: usize, of: usize) {
        let mut bars = self.bars.borrow_mut();
        let place = bars.iter().position(|(known, _)| *known == replay);
        let place = place.unwrap_or_else(|| {
            let bar = self.lines.add(ProgressBar::new(of as u64));
            let template = "{msg:<28} {bar:24} {pos}/{len}";
            bar.set_style(
                ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar()),
            );
            bar.set_message(named(replay));
            bars.push((replay, bar));
            bars.len() - 1
        });
        bars[place].1.set_position(steps as u64);
    }
}

fn named(replay: Replay) -> &'static str {
    match replay {
        Replay::Migrations => "migrations",
        Replay::Schema => "the dump",
        Replay::Patches => "patches, three boots",
        Replay::Base => "patches on the base branch",
    }
}
