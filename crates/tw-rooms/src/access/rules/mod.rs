//! The rules of the room of access. A rule is its file and its line in the list.
mod alternative_policies;
mod concatenated_sql;
mod copied_past_policies;
mod escaping_row;
mod extension_among_tables;
mod forgeable_claim;
mod formatted_sql;
mod idle_policy;
mod leaky_view;
mod no_policy;
mod open_definer;
mod open_policy;
mod open_wire;
mod owner_exempt;
mod passed_on_grant;
mod plain_card_number;
mod plain_password;
mod plain_token;
mod policy_asks_itself;
mod policy_per_row;
mod public_definer;
mod public_grant;
mod secret_in_schema;
mod truncate_past_policies;
mod unguarded_sibling;
mod view_past_policies;
mod weak_hash;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    alternative_policies::RULE,
    concatenated_sql::RULE,
    copied_past_policies::RULE,
    escaping_row::RULE,
    extension_among_tables::RULE,
    forgeable_claim::RULE,
    formatted_sql::RULE,
    idle_policy::RULE,
    leaky_view::RULE,
    no_policy::RULE,
    open_definer::RULE,
    open_policy::RULE,
    open_wire::RULE,
    owner_exempt::RULE,
    passed_on_grant::RULE,
    plain_card_number::RULE,
    plain_password::RULE,
    plain_token::RULE,
    policy_asks_itself::RULE,
    policy_per_row::RULE,
    public_definer::RULE,
    public_grant::RULE,
    secret_in_schema::RULE,
    truncate_past_policies::RULE,
    unguarded_sibling::RULE,
    view_past_policies::RULE,
    weak_hash::RULE,
];
