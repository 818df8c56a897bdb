//! What the compiler says to a user of the macros, case by case: see `cases` and the README beside it.
