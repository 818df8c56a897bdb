//! Each example as a program: it does what it promises.

mod chat;
mod dotnet_hub;
mod file_upload;
mod logging;
mod monitor;
mod notifications;
mod observability;
mod presence;
mod program;
mod rate_limit;
mod scale_out;
mod stock_ticker;
mod terminal_chat;
mod user_groups;
