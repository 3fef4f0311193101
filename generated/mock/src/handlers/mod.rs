//! The implementations of the server traits, one file per namespace or group of small namespaces.

mod alert;
mod application;
mod auth;
mod billing;
mod bucket;
mod dashboard;
mod data;
mod filters;
mod misc;
mod user;
mod webcheck;
