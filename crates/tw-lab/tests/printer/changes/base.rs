//! The database that changes are tried on, with rows, and words to say changes in.
use tw_model::schema::*;

/// Loaded once.
pub const BASE: &str = "
CREATE ROLE tw_one LOGIN;
CREATE ROLE tw_two;
GRANT tw_two TO tw_one;
CREATE SCHEMA side;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN small AS integer DEFAULT 1 CONSTRAINT small_check CHECK (VALUE < 100);
CREATE SEQUENCE numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY, email text NOT NULL, CONSTRAINT pk_users PRIMARY KEY (id));
CREATE TABLE accounts (
  id bigserial, user_id bigint, balance numeric(15,2) NOT NULL DEFAULT 0, status text DEFAULT 'open', feeling mood, level small,
  doubled numeric GENERATED ALWAYS AS (balance * 2) STORED,
  CONSTRAINT pk_accounts PRIMARY KEY (id), CONSTRAINT chk_balance CHECK (balance >= 0),
  CONSTRAINT chk_later CHECK (balance < 1000000) NOT VALID,
  CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX idx_user ON accounts (user_id);
CREATE TRIGGER trg_touch BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts FOR SELECT TO tw_one USING (user_id = 1);
CREATE TABLE plain (a integer, b text);
CREATE TABLE log (at date NOT NULL, what text DEFAULT 'x', CONSTRAINT pk_log PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE INDEX idx_log_what ON log (what);
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2025 (at date NOT NULL, what text DEFAULT 'x');
CREATE TABLE animals (name text, CONSTRAINT chk_name CHECK (name <> ''));
CREATE TABLE cats (lives integer) INHERITS (animals);
CREATE TABLE dogs (name text, CONSTRAINT chk_name CHECK (name <> ''));
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
CREATE INDEX idx_kept ON kept (one);
CREATE VIEW seen AS SELECT a FROM plain;
GRANT SELECT ON accounts, seen TO tw_one;
GRANT UPDATE (status, balance) ON accounts TO tw_one;
GRANT USAGE ON SCHEMA side TO tw_two;
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE tw_two IN SCHEMA side GRANT SELECT ON TABLES TO tw_one;
INSERT INTO users (email) VALUES ('a@b'), ('c@d');
INSERT INTO accounts (user_id, balance, feeling) VALUES (1, 10, 'sad'), (2, 20.50, 'happy');
INSERT INTO plain VALUES (1, 'one'), (2, NULL);
INSERT INTO log VALUES ('2024-05-05', 'y');
INSERT INTO log_2025 VALUES ('2025-05-05', 'z');
";

pub fn p(name: &str) -> Name {
    Name::new("public", name)
}

pub fn column(name: &str, ty: &str) -> Column {
    Column { name: name.into(), ty: ty.into(), ..Column::default() }
}

pub fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint { name: name.into(), kind, deferrable: None, not_valid: false, comment: None }
}

pub fn check(name: &str, expression: &str) -> Constraint {
    constraint(name, ConstraintKind::Check { expression: expression.into(), no_inherit: false })
}

pub fn part(column: &str) -> IndexPart {
    IndexPart { column: column.into(), ..IndexPart::default() }
}

pub fn index(name: &str, column: &str) -> Index {
    Index { name: name.into(), method: "btree".into(), parts: vec![part(column)], ..Index::default() }
}

pub fn grant(on: GrantOn, role: &str, privilege: &str, columns: &[&str]) -> Grant {
    Grant {
        on,
        role: role.into(),
        privilege: privilege.into(),
        columns: columns.iter().map(|c| c.to_string()).collect(),
        grantable: false,
    }
}

pub fn on_table(name: &str) -> GrantOn {
    GrantOn::Table { name: p(name) }
}

/// What is there now, to be edited.
pub struct Base<'a>(pub &'a Schema);

impl Base<'_> {
    pub fn table(&self, name: &str) -> &Table {
        self.0.table(&p(name)).unwrap_or_else(|| panic!("{name}"))
    }
    pub fn column(&self, table: &str, name: &str) -> &Column {
        self.table(table).column(name).unwrap_or_else(|| panic!("{name}"))
    }
    pub fn ty(&self, name: &str) -> TypeDef {
        let mut all = self.0.types.iter();
        all.find(|t| t.name.name == name).unwrap_or_else(|| panic!("{name}")).clone()
    }
    pub fn sequence(&self) -> Sequence {
        let mut all = self.0.sequences.iter();
        all.find(|s| s.name.name == "numbers").unwrap_or_else(|| panic!("numbers")).clone()
    }
    pub fn role(&self) -> Role {
        self.0.roles.iter().find(|r| r.name == "tw_one").unwrap_or_else(|| panic!("tw_one")).clone()
    }
}
