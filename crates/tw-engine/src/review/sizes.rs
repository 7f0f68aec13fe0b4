//! How large the tables of a live database are: what its server last counted. No table is opened, so nothing waits.
use std::collections::BTreeMap;
use tw_model::{
    finding::TableSize,
    observed::Statistics,
    schema::{Name, Schema},
};
use tw_rooms::rule::path;

/// Sizes of the schema's tables by name, those of partitions with their parent's; what was never counted is not in it.
pub fn of(statistics: &Statistics, schema: &Schema) -> BTreeMap<Name, TableSize> {
    let wholes: BTreeMap<&Name, &Name> =
        schema.tables.iter().filter_map(|t| Some((&t.name, &t.partition_of.as_ref()?.0))).collect();
    let mut sizes: BTreeMap<Name, TableSize> = BTreeMap::new();
    for table in &schema.tables {
        let counted = statistics.tables.get(&path(&table.name)).filter(|used| used.analysed || used.rows > 0.0);
        let Some(used) = counted else { continue };
        let mut whole = &table.name;
        while let Some(above) = wholes.get(whole) {
            whole = above;
        }
        let size = sizes.entry(whole.clone()).or_default();
        size.rows += rounded(used.rows);
        size.bytes += rounded(used.whole_bytes);
    }
    sizes
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts, exact below two to the 53rd
fn rounded(count: f64) -> u64 {
    count.max(0.0) as u64
}
