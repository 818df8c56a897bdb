//! What a message costs inside this process: the cases that are timed, whose instructions are
//! counted and whose allocations are counted.
pub mod cases;
