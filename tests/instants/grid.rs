//! Which cases there are, in which order they run, and the table of those that failed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::calls;
use crate::case::{ALONE, Case, PAIRS, STARTED, Shot, TOGETHER};
use crate::crew;
use crate::judge::Verdict;
use crate::random::Random;

/// How much of the grid is run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extent {
    /// So many cases.
    Sample(usize),
    /// What there is time for.
    Time(Duration),
    All,
}

/// The second signal of a pair comes at most so many boundaries after the first.
const FARTHEST: u64 = 48;
/// How many distances are tried at each boundary.
const DISTANCES: usize = 3;
/// How often each operation runs without a signal.
const UNDISTURBED: usize = 20;
/// So many failures are told in full.
const TOLD: usize = 40;

/// Runs a part of the grid and prints what failed; says whether nothing did.
pub(crate) fn run(extent: Extent, filters: &[&str]) -> bool {
    let begun = Instant::now();
    let plans = match crew::plans() {
        Ok(plans) => plans,
        Err(fault) if fault.contains("ptrace(2)") => {
            println!("instants: SKIPPED: programs cannot be traced here: {fault}");
            return true;
        }
        Err(fault) => {
            println!("instants: an undisturbed program: {fault}");
            return false;
        }
    };
    let mut cases = in_order(&plans, filters);
    let all = cases.len();
    let end = match extent {
        Extent::Sample(count) => {
            cases.truncate(count);
            None
        }
        Extent::Time(time) => Some(begun + time),
        Extent::All => None,
    };
    let texts: Vec<String> = cases.iter().map(Case::to_string).collect();
    let results = crew::run_all(&texts, end);
    let results: Vec<_> = results
        .into_iter()
        .map(|(at, verdict)| (cases[at].clone(), verdict))
        .collect();
    let failed = report(&results);
    println!(
        "instants: {} of {all} cases in {:.0} s, {failed} failures",
        results.len(),
        begun.elapsed().as_secs_f64(),
    );
    failed == 0
}

/// Every case that is wanted, in an order that is the same each time.
fn in_order(plans: &[(Case, Vec<String>)], filters: &[&str]) -> Vec<Case> {
    let mut random = Random(1);
    let mut cases: Vec<Case> = plans
        .iter()
        .flat_map(|(case, boundaries)| of_operation(case, boundaries, &mut random))
        .collect();
    let wanted = |case: &Case| {
        let text = case.to_string();
        filters.is_empty() || filters.iter().any(|filter| text.contains(filter))
    };
    cases.retain(wanted);
    random.shuffle(&mut cases);
    cases
}

/// Every case of an operation: each boundary that differs from the next, with each signal.
fn of_operation(plan: &Case, boundaries: &[String], random: &mut Random) -> Vec<Case> {
    let mut names: Vec<&str> = ALONE.to_vec();
    if plan.supervised {
        names.extend_from_slice(STARTED);
    }
    if plan.supervised || plan.operation.lends {
        names.extend_from_slice(TOGETHER);
    }
    let mut cases = Vec::new();
    for (at, boundary) in boundaries.iter().enumerate() {
        if !differs(boundary) {
            continue;
        }
        let mut add = |name: &str| {
            let shot = Shot::parse(name).expect("a name of the tables");
            cases.push(Case {
                shot,
                at,
                ..plan.clone()
            });
        };
        for name in names
            .iter()
            .filter(|name| **name != "NONE" || at < UNDISTURBED)
        {
            add(name);
        }
        for pair in PAIRS {
            for _ in 0..DISTANCES {
                add(&format!("{pair}@{}", random.below(FARTHEST)));
            }
        }
    }
    cases
}

/// Whether a signal at this boundary differs from one at the next.
fn differs(boundary: &str) -> bool {
    match boundary.strip_suffix('>') {
        Some(call) => calls::may_wait(call),
        None => true,
    }
}

/// Whether nothing is wrong but a pop too many of the keyboard's stack, after a death that cannot be
/// held back between the write that pops and the note of it: see `docs/restore.md`.
fn is_torn(case: &Case, verdict: &Verdict) -> bool {
    let one_too_many = [
        "[0, 1] for [1, 1]",
        "[1, 0] for [1, 1]",
        "[0, 0] for [1, 1]",
    ];
    let is_pop = |fault: &String| {
        let keyboard = fault.strip_prefix("at the end: modes keyboard ");
        keyboard.is_some_and(|rest| one_too_many.contains(&rest))
    };
    let faults = &verdict.faults;
    case.dies_at_once()
        && verdict.at == "after write"
        && !faults.is_empty()
        && faults.iter().all(is_pop)
}

/// Prints the failures: a table of counts, and some in full. Returns how many there are.
fn report(results: &[(Case, Verdict)]) -> usize {
    let (hopeless, rest): (Vec<_>, Vec<_>) =
        results.iter().partition(|(case, _)| case.is_hopeless());
    let (torn, rest): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|(case, verdict)| is_torn(case, verdict));
    let failed: Vec<_> = rest
        .into_iter()
        .filter(|(_, verdict)| !verdict.faults.is_empty())
        .collect();
    let mut table: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (case, _) in &failed {
        *table
            .entry((case.column(), case.operation.name))
            .or_default() += 1;
    }
    let mut told = BTreeMap::new();
    for (case, verdict) in &failed {
        told.entry((case.operation.name, case.column()))
            .or_insert((case, verdict));
    }
    for (case, verdict) in told.values().take(TOLD) {
        println!("{case} ({}): {}", verdict.at, verdict.faults.join("; "));
        println!("    cargo test --test instants -- --case {case}");
    }
    print_table(&table);
    let left = hopeless
        .iter()
        .filter(|(_, verdict)| !verdict.faults.is_empty());
    println!(
        "instants: in {} a death right after a write that pops popped once more",
        torn.len()
    );
    println!(
        "instants: after SIGKILL and _exit without a supervisor, {} of {} were left as they were",
        left.count(),
        hopeless.len()
    );
    failed.len()
}

fn print_table(table: &BTreeMap<(String, &str), usize>) {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((column, operation), count) in table {
        let row = rows.entry(operation).or_default();
        row.push(format!("{column} {count}"));
    }
    for (operation, cells) in rows {
        println!("{operation:<14} {}", cells.join(", "));
    }
}
