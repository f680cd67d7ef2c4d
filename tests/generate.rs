//! What is generated, judged by the programs that will run it.

mod admission;
mod changes;
mod fixes;
mod guarded_patches;
mod guards;
mod hostile_names;
mod kept;
mod layouts;
mod left_alone;
mod mini;
mod patch_forms;
mod properties;
mod real_dbmate;
mod real_pglite;
mod refusals;
mod split;
pub mod tools;
