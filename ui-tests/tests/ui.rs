//! Builds every file under `cases`: `pass` must compile and run, `fail` must say exactly what is recorded beside it.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("cases/*/pass/*.rs");
    cases.compile_fail("cases/*/fail/*.rs");
}
