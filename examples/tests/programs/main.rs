//! Each example as a program: it says where it is, and does there what it promises.

mod chat;
mod file_upload;
mod logging;
mod notifications;
mod presence;
mod program;
mod rate_limit;
mod stock_ticker;
mod user_groups;
