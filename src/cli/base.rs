//! What a command compares with.

use crate::locate::base_branch::WantedBase;

/// Where GitHub Actions and GitLab CI name the branch into which a pull request, or a merge request, is to be merged.
const TARGETS: [&str; 2] = ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"];

/// What `--git-base` names; without it, what is being built goes to; and elsewhere the repository's main branch.
pub fn wanted_base(git_base: Option<&str>) -> WantedBase {
    if let Some(name) = git_base {
        return WantedBase::Named(name.to_owned());
    }
    let targets = TARGETS.iter().filter_map(|name| std::env::var(name).ok());
    let mut targets = targets.filter(|name| !name.is_empty());
    targets.next().map_or(WantedBase::Usual, WantedBase::Target)
}
