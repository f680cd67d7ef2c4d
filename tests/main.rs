//! The one integration binary: each module is a part of what users rely on.

mod floors;
mod incident;
mod program;
mod rules;
