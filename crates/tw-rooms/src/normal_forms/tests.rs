//! The theory against going through everything, over dependencies made at random.
use super::{
    chase::{lossless, lost},
    closure::closure,
    cover::{equivalent, minimal},
    decompose::{boyce_codd, projection, synthesis},
    forms::{Form, form},
    keys::keys,
    propose::propose,
    *,
};

/// Some dependencies over a few columns.
fn made(seed: u64) -> (Vec<Dependency>, Columns) {
    let mut state = seed;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let width = 2 + below(5) as usize;
    let mut some = |most: u64| Columns::of((0..=below(most)).map(|_| below(width as u64) as usize).collect::<Vec<_>>());
    let all = (0..2 + seed % 5).map(|_| Dependency { left: some(2), right: some(2) }).collect();
    (all, Columns::first(width))
}

fn subsets(all: Columns) -> Vec<Columns> {
    let places: Vec<usize> = all.iter().collect();
    (0u32..1 << places.len())
        .map(|bits| Columns::of(places.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, p)| *p)))
        .collect()
}

/// Grows as long as anything grows.
fn slow_closure(dependencies: &[Dependency], from: Columns) -> Columns {
    let grown = dependencies.iter().filter(|d| d.left.within(from)).fold(from, |set, d| set.or(d.right));
    if grown == from { from } else { slow_closure(dependencies, grown) }
}

fn slow_keys(dependencies: &[Dependency], all: Columns) -> Vec<Columns> {
    let whole: Vec<Columns> = subsets(all).into_iter().filter(|s| all.within(slow_closure(dependencies, *s))).collect();
    let mut keys: Vec<Columns> =
        whole.iter().filter(|s| !whole.iter().any(|o| o != *s && o.within(**s))).copied().collect();
    keys.sort_by_key(|key| (key.len(), *key));
    keys
}

fn columns_of(parts: &[decompose::Part]) -> Vec<Columns> {
    parts.iter().map(|p| p.columns).collect()
}

#[test]
fn closures_and_keys_are_those_of_going_through_everything() {
    for seed in 0..500 {
        let (dependencies, all) = made(seed);
        for from in subsets(all) {
            assert_eq!(closure(&dependencies, from), slow_closure(&dependencies, from), "seed {seed}");
        }
        assert_eq!(keys(&dependencies, all), (slow_keys(&dependencies, all), true), "seed {seed}");
    }
}

#[test]
fn a_minimal_cover_says_the_same_with_nothing_too_much() {
    for seed in 0..500 {
        let (dependencies, _) = made(seed);
        let cover = minimal(&dependencies);
        assert!(equivalent(&dependencies, &cover), "seed {seed}");
        for (n, d) in cover.iter().enumerate() {
            let rest: Vec<Dependency> = cover.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, d)| *d).collect();
            assert!(!equivalent(&rest, &cover), "seed {seed}: {d:?} is too much");
            for column in d.left.iter() {
                let shorter = Dependency { left: d.left.without(column), right: d.right };
                assert!(!closure::follows(&cover, shorter), "seed {seed}: {column} in {d:?} is too much");
            }
        }
        let backwards: Vec<Dependency> = dependencies.iter().rev().copied().collect();
        assert_eq!(minimal(&backwards), cover, "seed {seed}: the order does not matter");
    }
}

/// By the definitions, over all that follows.
fn slow_form(dependencies: &[Dependency], all: Columns) -> Form {
    let keys = slow_keys(dependencies, all);
    let prime = keys.iter().fold(Columns::NONE, |set, key| set.or(*key));
    let is_key = |set: Columns| all.within(slow_closure(dependencies, set));
    let mut form = Form::BoyceCodd;
    for left in subsets(all).into_iter().filter(|left| !is_key(*left)) {
        for right in slow_closure(dependencies, left).and(all).minus(left).iter() {
            let leaves = match (prime.has(right), keys.iter().any(|k| left != *k && left.within(*k))) {
                (true, _) => Form::Third,
                (false, true) => Form::First,
                (false, false) => Form::Second,
            };
            form = form.min(leaves);
        }
    }
    form
}

#[test]
fn the_form_is_the_one_of_the_definitions() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..1000 {
        let (dependencies, all) = made(seed);
        let (form, _, violations) = form(&minimal(&dependencies), all);
        assert_eq!(form, slow_form(&dependencies, all), "seed {seed}: {dependencies:?}");
        assert_eq!(violations.is_empty(), form == Form::BoyceCodd);
        seen.insert(form);
    }
    assert_eq!(seen.len(), 4, "every form is among them");
}

#[test]
fn synthesis_is_in_third_form_and_loses_nothing() {
    for seed in 0..500 {
        let (dependencies, all) = made(seed);
        let parts = synthesis(&dependencies, all);
        let columns = columns_of(&parts);
        assert_eq!(columns.iter().fold(Columns::NONE, |set, part| set.or(*part)), all, "seed {seed}");
        assert!(lossless(&dependencies, all, &columns), "seed {seed}: {parts:?}");
        assert_eq!(lost(&dependencies, &columns), [], "seed {seed}: {parts:?}");
        for part in &parts {
            let own = projection(&minimal(&dependencies), part.columns);
            assert!(slow_form(&own, part.columns) >= Form::Third, "seed {seed}: {part:?} of {parts:?}");
            assert!(part.columns.within(slow_closure(&dependencies, part.key)), "seed {seed}: the key of {part:?}");
        }
    }
}

#[test]
fn boyce_codd_parts_have_their_form_and_lose_no_row() {
    for seed in 0..500 {
        let (dependencies, all) = made(seed);
        let parts = boyce_codd(&dependencies, all);
        assert!(lossless(&dependencies, all, &columns_of(&parts)), "seed {seed}: {parts:?}");
        for part in &parts {
            let own = projection(&minimal(&dependencies), part.columns);
            assert_eq!(slow_form(&own, part.columns), Form::BoyceCodd, "seed {seed}: {part:?} of {parts:?}");
        }
    }
}

/// Street, town and code: the textbook's case in which a dependency is lost.
#[test]
fn what_boyce_codd_form_loses_is_told() {
    let (street, town, code) = (0, 1, 2);
    let dependencies = [
        Dependency { left: Columns::of([street, town]), right: Columns::one(code) },
        Dependency { left: Columns::one(code), right: Columns::one(town) },
    ];
    let all = Columns::first(3);
    assert_eq!(form(&dependencies, all).0, Form::Third);
    let parts = columns_of(&boyce_codd(&dependencies, all));
    assert_eq!(lost(&dependencies, &parts), [dependencies[0]]);
    assert_eq!(synthesis(&dependencies, all).len(), 1, "third form keeps it whole");
}

#[test]
fn a_lossy_decomposition_is_told() {
    let dependencies = [Dependency { left: Columns::one(0), right: Columns::one(1) }];
    let all = Columns::first(3);
    assert!(lossless(&dependencies, all, &[Columns::of([0, 1]), Columns::of([0, 2])]));
    assert!(!lossless(&dependencies, all, &[Columns::of([0, 1]), Columns::of([1, 2])]));
}

/// Whatever the dependencies: the proposal covers the table, loses no row, has the form that it says, and where Boyce-Codd
/// form was not taken it says what that would lose and sets a table beside each flaw that is left.
#[test]
fn a_proposal_is_what_it_says() {
    let (mut third, mut taken) = (0, 0);
    for seed in 0..500 {
        let (dependencies, all) = made(seed);
        let Some(proposal) = propose(&discover::Coded::default(), &dependencies, all, 1) else {
            assert!(slow_form(&dependencies, all) >= Form::Third, "seed {seed}: nothing is proposed");
            continue;
        };
        taken += 1;
        let parts = columns_of(&proposal.parts);
        assert_eq!(parts.iter().fold(Columns::NONE, |set, part| set.or(*part)), all, "seed {seed}");
        assert!(proposal.lossless && lossless(&dependencies, all, &parts), "seed {seed}: {proposal:?}");
        assert_eq!(lost(&dependencies, &parts), [], "seed {seed}: {proposal:?}");
        for part in &parts {
            let form = slow_form(&projection(&minimal(&dependencies), *part), *part);
            assert!(form >= proposal.form, "seed {seed}: {part:?} of {proposal:?}");
            let beside = proposal.backings.iter().any(|b| b.columns.within(*part));
            assert!(form != Form::Third || beside, "seed {seed}: {part:?} of {proposal:?}");
        }
        for backing in &proposal.backings {
            let table = proposal.tables().find(|t| t.key == backing.key && backing.columns.within(t.columns));
            assert!(table.is_some(), "seed {seed}: {backing:?} of {proposal:?}");
            assert!(backing.columns.within(slow_closure(&dependencies, backing.key)), "seed {seed}: {backing:?}");
        }
        assert_eq!(proposal.lost.is_empty(), proposal.form == Form::BoyceCodd, "seed {seed}");
        third += usize::from(proposal.form == Form::Third);
    }
    assert!(third > 5 && taken > 300, "{third} in third form of {taken}");
}

#[test]
fn what_boyce_codd_form_would_lose_is_kept_by_a_table_beside() {
    let (street, town, code) = (0, 1, 2);
    let dependencies = [
        Dependency { left: Columns::of([street, town]), right: Columns::one(code) },
        Dependency { left: Columns::one(code), right: Columns::one(town) },
    ];
    let proposal = propose(&discover::Coded::default(), &dependencies, Columns::first(3), 1).expect("a proposal");
    assert_eq!((proposal.form, columns_of(&proposal.parts)), (Form::Third, vec![Columns::first(3)]));
    assert_eq!(proposal.lost, [dependencies[0]]);
    let beside = decompose::Part { columns: Columns::of([town, code]), key: Columns::one(code) };
    assert_eq!(proposal.backings, [beside]);
}
