//! What partitions have from their parents goes by the name that the parent gave it: outcomes speak of the design's own
//! names, wherever a row happens to lie.
use postgres::{Client, Error};
use serde_json::Value;
use std::collections::BTreeMap;

/// Names of what partitions have, each with that of the topmost parent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roots {
    /// Partitions, and indexes of partitions.
    pub relations: BTreeMap<String, String>,
    /// Constraints of partitions, by (table, constraint), where they have another name than the parent's.
    pub constraints: BTreeMap<(String, String), String>,
}

impl Roots {
    /// Asks a database. In one without partitions the answer is empty, and soon there.
    pub fn read(client: &mut Client) -> Result<Roots, Error> {
        const SQL: &str = "\
WITH RECURSIVE above AS (
    SELECT oid, oid AS child, conparentid FROM pg_catalog.pg_constraint WHERE conparentid <> 0
    UNION ALL
    SELECT p.oid, a.child, p.conparentid FROM above a JOIN pg_catalog.pg_constraint p ON p.oid = a.conparentid)
SELECT NULL, c.relname::text, r.relname::text FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_class r ON r.oid = pg_catalog.pg_partition_root(c.oid) WHERE c.relispartition
UNION ALL
SELECT t.relname::text, c.conname::text, r.conname::text FROM above a
JOIN pg_catalog.pg_constraint r ON r.oid = a.oid AND r.conparentid = 0
JOIN pg_catalog.pg_constraint c ON c.oid = a.child JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
WHERE c.conname <> r.conname";
        let mut roots = Roots::default();
        for row in client.query(SQL, &[])? {
            let (name, root): (String, String) = (row.get(1), row.get(2));
            match row.get::<_, Option<String>>(0) {
                None => roots.relations.insert(name, root),
                Some(table) => roots.constraints.insert((table, name), root),
            };
        }
        Ok(roots)
    }

    /// The name of a constraint of a table as the topmost parent has it.
    pub fn constraint<'a>(&'a self, table: Option<&str>, name: &'a str) -> &'a str {
        let key = (table.unwrap_or_default().to_string(), name.to_string());
        // A key's violation names its index.
        self.constraints.get(&key).or_else(|| self.relations.get(name)).map_or(name, String::as_str)
    }

    /// Names in a plan as the topmost parents have them.
    pub fn rename(&self, node: &mut Value) {
        if self.relations.is_empty() {
            return;
        }
        for key in ["Relation Name", "Index Name"] {
            let root = node[key].as_str().and_then(|name| self.relations.get(name));
            if let Some(root) = root {
                node[key] = Value::String(root.clone());
            }
        }
        if let Some(children) = node.get_mut("Plans").and_then(Value::as_array_mut) {
            children.iter_mut().for_each(|child| self.rename(child));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_goes_by_its_parents_names() {
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        let roots = Roots {
            relations: BTreeMap::from([pair("t_1", "t"), pair("t_1_pkey", "pk_t")]),
            constraints: BTreeMap::from([(pair("other", "fk_other_t_1"), "fk_other_t".to_string())]),
        };
        assert_eq!(roots.constraint(Some("t_1"), "t_1_pkey"), "pk_t");
        assert_eq!(roots.constraint(Some("other"), "fk_other_t_1"), "fk_other_t");
        assert_eq!(roots.constraint(Some("t"), "chk_t"), "chk_t");
        let mut plan = serde_json::json!({"Node Type": "Append", "Plans": [
            {"Node Type": "Index Scan", "Index Name": "t_1_pkey", "Relation Name": "t_1"},
            {"Node Type": "Seq Scan", "Relation Name": "u"}]});
        roots.rename(&mut plan);
        assert_eq!(
            (plan["Plans"][0]["Index Name"].as_str(), plan["Plans"][0]["Relation Name"].as_str()),
            (Some("pk_t"), Some("t"))
        );
        assert_eq!(plan["Plans"][1]["Relation Name"], "u");
    }
}
