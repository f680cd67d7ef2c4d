//! What keeps a folder of migrations in order, whatever they do: in the folder of each tool that it concerns.

mod base;
mod bases;
mod folders;
mod merged;
mod replayed;
mod repository;
