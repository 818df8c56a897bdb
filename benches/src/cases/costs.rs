use std::fmt;
use std::sync::LazyLock;

/// What doing a piece of work once costs, as counted by valgrind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// Instructions of the processor in user mode.
    pub instructions: f64,
    /// Blocks of memory that are asked for.
    pub allocations: f64,
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.2}", self.instructions, self.allocations)
    }
}

/// The figures that were committed, by the names of the cases.
pub static FIGURES: LazyLock<Vec<(&str, Costs)>> = LazyLock::new(|| {
    let lines = include_str!("../../figures/counts.txt").lines();
    lines.filter_map(read).collect()
});

fn read(line: &str) -> Option<(&str, Costs)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let mut number = || words.next()?.parse().ok();
    let costs = Costs {
        instructions: number()?,
        allocations: number()?,
    };
    Some((name, costs))
}
