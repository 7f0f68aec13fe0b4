//! What may change in a row that breaks a predicate, and what its cells may become.
use super::{
    FillError,
    dice::Dice,
    repair, value,
    work::{Cell, Work},
};
use tw_model::sample::Values;

/// The round from which lists with shares may change.
const LISTS_GIVE_WAY: usize = 4;

/// Columns that may change in a failing row, each with a predicate that names it. The first round changes
/// what failing predicates name; later ones also what predicates name that share a column with them, for
/// one rule may leave another no room. Lists with shares and references give way last, so that shares stay
/// exact where other columns can.
pub fn changeable(
    work: &Work,
    row: usize,
    failing: &[Vec<usize>],
    round: usize,
) -> Result<Vec<(usize, usize)>, FillError> {
    let checks = &work.plan.checks;
    let mut chosen: Vec<usize> =
        (0..checks.len()).filter(|&check| failing[check].binary_search(&row).is_ok()).collect();
    let mut at = 0;
    while round > 0 && at < chosen.len() {
        let names = &checks[chosen[at]].columns;
        let related = (0..checks.len()).filter(|&c| checks[c].columns.iter().any(|name| names.contains(name)));
        let new: Vec<usize> = related.filter(|c| !chosen.contains(c)).collect();
        chosen.extend(new);
        at += 1;
    }
    let mut columns: Vec<(usize, usize)> = vec![];
    let mut reluctant = vec![];
    for check in chosen {
        for c in work.columns(&checks[check].columns)? {
            let fixed = work.frozen[c] || columns.iter().any(|(seen, _)| *seen == c);
            match &work.plan.columns[c].values {
                _ if fixed => {}
                Values::Reference { reference, .. } => {
                    if work.pools.contains_key(reference) && repair::free_to_change(work, c) {
                        let list = if round < LISTS_GIVE_WAY { &mut reluctant } else { &mut columns };
                        list.push((c, check));
                    }
                }
                Values::Serial | Values::CountWithin { .. } | Values::Constant { .. } | Values::Computed { .. } => {}
                Values::Choice { .. } if round < LISTS_GIVE_WAY => reluctant.push((c, check)),
                _ => columns.push((c, check)),
            }
        }
    }
    if columns.is_empty() {
        columns = reluctant;
    }
    Ok(columns)
}

/// Another value for a cell: fresh, null where it may be, a constant of the predicate, or the value of
/// another column it is compared with.
pub fn candidate(work: &Work, column: usize, row: usize, check: usize, dice: &mut Dice) -> Result<Cell, FillError> {
    let plan = &work.plan.columns[column];
    let nullable = plan.null_share > 0.0;
    if nullable && dice.below(3) == 0 {
        return Ok(None);
    }
    let check = &work.plan.checks[check];
    let listed = matches!(plan.values, Values::Choice { .. });
    if !listed && dice.below(3) == 0 {
        let others: Vec<String> = check
            .columns
            .iter()
            .filter(|name| **name != plan.name)
            .filter_map(|name| work.column(name).ok())
            .filter(|&c| work.types[c] == work.types[column])
            .filter_map(|c| work.cells[c][row].clone())
            .chain(constants(&check.predicate))
            .collect();
        if !others.is_empty() {
            let near = &others[dice.index(others.len())];
            if let Some(cell) = close_to(work, column, near, dice) {
                return Ok(Some(cell));
            }
        }
    }
    work.fresh(column, row, dice)
}

/// A value of the column's type at or just beside another one.
fn close_to(work: &Work, column: usize, near: &str, dice: &mut Dice) -> Option<String> {
    let ty = &work.types[column];
    let Some(place) = value::place(ty, near) else {
        return super::types::Ty::eq(ty, &super::types::Ty::Text { max: None }).then(|| near.to_string());
    };
    let step = match ty {
        super::types::Ty::Date => super::calendar::DAY_US,
        super::types::Ty::Timestamp { .. } => 60 * super::calendar::SECOND_US,
        super::types::Ty::Int { .. } => 1,
        _ => 100,
    };
    let place = place.checked_add(dice.between(-3, 3) * step)?;
    Some(match ty {
        super::types::Ty::Float => value::decimal(place, 3),
        super::types::Ty::Money => value::decimal(place, 2),
        other => value::at(other, place),
    })
}

/// Numbers and quoted texts in a predicate.
pub fn constants(predicate: &str) -> Vec<String> {
    let mut found = vec![];
    for (n, part) in predicate.split('\'').enumerate() {
        if n % 2 == 1 {
            found.push(part.to_string());
            continue;
        }
        let words = part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'));
        found.extend(
            words.filter(|w| w.starts_with(|c: char| c.is_ascii_digit()) && w.parse::<f64>().is_ok()).map(String::from),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::constants;

    #[test]
    fn constants_of_a_predicate() {
        assert_eq!(constants("amount >= 10.5 and (status <> 'paid' or col2 < 3)"), ["10.5", "paid", "3"]);
        assert!(constants("a > b").is_empty());
    }
}
