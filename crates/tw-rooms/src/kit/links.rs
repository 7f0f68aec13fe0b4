//! Links: every reference one entity holds to another, said or implied.
use tw_model::{
    Origin,
    model::{Action, Entity, Invariant, InvariantRule, Model, snake_case},
};

/// `holder.name` refers to `target`.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The entity that holds the reference.
    pub holder: String,
    /// Name of the end on the holder.
    pub name: String,
    /// The entity referred to.
    pub target: String,
    /// The holder may have none.
    pub optional: bool,
    /// At most one holder per target.
    pub one_to_one: bool,
    /// Every target has at least this many holders.
    pub min_holders: u32,
    /// At most so many holders per target; none is many.
    pub max_holders: Option<u32>,
    /// ON DELETE.
    pub on_delete: Action,
    /// ON UPDATE.
    pub on_update: Action,
    /// What makes it a link.
    pub kind: LinkKind,
    /// The relation's verb; empty for implied links.
    pub verb: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// What makes a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A relation line.
    Relation,
    /// `of Owner`: the owner's key leads the key.
    Owner,
    /// A subtype's key is its supertype's.
    Subtype,
    /// The tenant that a row belongs to.
    Tenant,
}

/// Every link of a model: by entity in model order; subtype, tenant and owner links before relations.
pub fn links(model: &Model) -> Vec<Link> {
    model.entities.iter().flat_map(|entity| links_of(model, entity)).collect()
}

/// The links that one entity holds: as in [`links`], without those of others.
pub fn links_of(model: &Model, entity: &Entity) -> Vec<Link> {
    let mut found: Vec<Link> = model
        .ends_of(&entity.name)
        .into_iter()
        .map(|end| Link {
            kind: if entity.weak_of.as_deref() == Some(end.target.as_str()) {
                LinkKind::Owner
            } else {
                LinkKind::Relation
            },
            holder: end.holder,
            name: end.name,
            target: end.target,
            optional: end.optional,
            one_to_one: end.one_to_one,
            min_holders: end.min_holders,
            max_holders: end.max_holders,
            on_delete: end.relation.on_delete.unwrap_or(Action::Restrict),
            on_update: end.relation.on_update.unwrap_or(Action::NoAction),
            verb: end.relation.verb.clone(),
            origin: end.relation.origin.clone(),
        })
        .collect();
    let implied = |name: String, target: &str, kind, on_delete| Link {
        holder: entity.name.clone(),
        name,
        target: target.into(),
        optional: false,
        one_to_one: kind == LinkKind::Subtype,
        min_holders: 0,
        max_holders: (kind == LinkKind::Subtype).then_some(1),
        on_delete,
        on_update: Action::NoAction,
        kind,
        verb: String::new(),
        origin: entity.origin.clone(),
    };
    if let Some(owner) = &entity.weak_of
        && !found.iter().any(|l| l.kind == LinkKind::Owner)
    {
        found.insert(0, implied(snake_case(owner), owner, LinkKind::Owner, Action::Cascade));
    }
    if let Some(tenant) = tenant_of(model, entity)
        && !found.iter().any(|l| l.target == tenant && l.name == snake_case(tenant))
    {
        found.insert(0, implied(snake_case(tenant), tenant, LinkKind::Tenant, Action::Restrict));
    }
    if let Some(supertype) = &entity.supertype {
        found.insert(0, implied("key".into(), supertype, LinkKind::Subtype, Action::Cascade));
    }
    found
}

/// The invariants of a model, and with them the greatest numbers that its relations say (`0..3`): such a rule
/// has the path of its end as its name.
pub fn rules(model: &Model) -> Vec<Invariant> {
    let said = links(model).into_iter().filter(|l| !l.one_to_one).filter_map(|l| {
        let rule = InvariantRule::AtMost {
            limit: l.max_holders?,
            entity: l.holder.clone(),
            per: l.name.clone(),
            filter: None,
        };
        Some(Invariant { name: super::link_path(&l).to_string(), rule, origin: l.origin })
    });
    model.invariants.iter().cloned().chain(said).collect()
}

/// The tenant entity that rows of `entity` belong to; none for the tenant itself and shared entities.
pub fn tenant_of<'a>(model: &'a Model, entity: &Entity) -> Option<&'a str> {
    let tenant = model.promises.tenant.as_deref()?;
    let owned = entity.name != tenant && !entity.shared && entity.supertype.is_none();
    owned.then_some(tenant)
}

/// True when another entity of the same tenant refers to this one by a key that does not hold the tenant:
/// such references go over (tenant, key).
pub fn tenant_shared(model: &Model, entity: &Entity) -> bool {
    let Some(tenant) = tenant_of(model, entity) else { return false };
    let end = snake_case(tenant);
    let in_key = super::shape::key_columns(model, entity)
        .iter()
        .any(|c| c.symbol == end || c.symbol.starts_with(&format!("{end}.")));
    let mates =
        |l: &Link| l.target == entity.name && model.entity(&l.holder).is_some_and(|h| tenant_of(model, h).is_some());
    !in_key && links(model).iter().any(|l| l.kind != LinkKind::Subtype && mates(l))
}

/// Symbol of the lookup table of an open list: `Product:category`.
pub fn lookup_symbol(entity: &Entity, attribute: &tw_model::model::Attribute) -> String {
    format!("{}:{}", entity.name, attribute.name)
}

/// Symbol of the sequence that counts an attribute up.
pub fn sequence_symbol(entity: &Entity, attribute: &tw_model::model::Attribute) -> String {
    format!("sequence({} {})", entity.name, attribute.name)
}
