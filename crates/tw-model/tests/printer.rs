//! What printed schemas look like, and that they split in two halves.
use tw_model::{model::Action, print, schema::*};

fn bank() -> Schema {
    let column =
        |name: &str, ty: &str, not_null| Column { name: name.into(), ty: ty.into(), not_null, ..Column::default() };
    let constraint =
        |name: &str, kind| Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None };
    let users = Table {
        name: Name::symbol("users"),
        columns: vec![column("user_id", "uuid", true), column("email", "varchar(100)", true)],
        constraints: vec![constraint(
            "pk_users",
            ConstraintKind::Primary { columns: vec!["user_id".into()], include: vec![] },
        )],
        comment: Some("A person who can sign in.".into()),
        ..Table::default()
    };
    let mut balance = column("balance", "numeric(15,2)", true);
    balance.default = Some("0.00".into());
    balance.comment = Some("What is left.".into());
    let accounts = Table {
        name: Name::symbol("accounts"),
        columns: vec![column("account_id", "uuid", true), column("user_id", "uuid", true), balance],
        constraints: vec![
            constraint(
                "fk_accounts_users",
                ConstraintKind::Foreign {
                    columns: vec!["user_id".into()],
                    target: Name::symbol("users"),
                    target_columns: vec!["user_id".into()],
                    on_delete: Action::Cascade,
                    on_update: Action::NoAction,
                    match_full: false,
                },
            ),
            constraint(
                "chk_accounts_balance",
                ConstraintKind::Check { expression: "(balance >= 0)".into(), no_inherit: false },
            ),
        ],
        indexes: vec![Index {
            name: "idx_accounts_user_id".into(),
            parts: vec![IndexPart { column: "user_id".into(), ..IndexPart::default() }],
            ..Index::default()
        }],
        row_security: true,
        policies: vec![Policy {
            name: "own".into(),
            permissive: true,
            command: "SELECT".into(),
            roles: vec!["app".into()],
            using: Some("user_id = current_setting('app.user')::uuid".into()),
            ..Policy::default()
        }],
        ..Table::default()
    };
    Schema {
        tables: vec![accounts, users],
        roles: vec![Role { name: "app".into(), login: true, inherit: true, connection_limit: -1, ..Role::default() }],
        grants: vec![Grant {
            on: GrantOn::Table { name: Name::symbol("accounts") },
            role: "app".into(),
            privilege: "SELECT".into(),
            columns: vec![],
            grantable: false,
        }],
        ..Schema::default()
    }
}

#[test]
fn objects_are_laid_out_by_table_and_name_no_role() {
    let sql = print::print_objects(&bank());
    assert_eq!(
        sql,
        "\
-- Table accounts
CREATE TABLE accounts (
    account_id uuid          NOT NULL,
    user_id    uuid          NOT NULL,
    balance    numeric(15,2) NOT NULL DEFAULT 0.00,
    CONSTRAINT chk_accounts_balance CHECK (balance >= 0)
);
CREATE INDEX idx_accounts_user_id ON accounts (user_id);
COMMENT ON COLUMN accounts.balance IS 'What is left.';

-- Table users
CREATE TABLE users (
    user_id uuid         NOT NULL,
    email   varchar(100) NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (user_id)
);
COMMENT ON TABLE users IS 'A person who can sign in.';

-- Foreign keys
ALTER TABLE accounts ADD CONSTRAINT fk_accounts_users FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;
"
    );
}

#[test]
fn roles_hold_row_security_policies_and_grants() {
    let sql = print::print_roles(&bank());
    assert_eq!(
        sql,
        "\
-- Roles
CREATE ROLE app LOGIN;

-- Row security
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON accounts FOR SELECT TO app
    USING (user_id = current_setting('app.user')::uuid);

-- Privileges
GRANT SELECT ON TABLE accounts TO app;
"
    );
}
