-- Plants for rules of the physical design. How it is read: `operators.rs`.

--- physical/blocking-refresh
create materialized view depot.copy as select {key} as a, count(*) as n from {t} group by {key} with no data;

create materialized view depot.copy (a, b) as select x.{key}, x.{text} from {t} x; create index on depot.copy (a); create unique index on depot.copy (a) where a is not null;

create view depot.shown as select {key} as a from {t}; create materialized view depot.copy with (fillfactor = 90) as select a from depot.shown; create unique index on depot.copy ((a::text || '.'));

--- physical/low-fill
alter table {t} set (fillfactor = 15);

create table depot.moves ({parted}) {by}; create index thin on depot.moves (moved_on); alter index depot.moves_all_moved_on_idx set (fillfactor = 25);

create table depot.stubs (id bigint generated always as identity, {link}, primary key (id)) with (autovacuum_vacuum_threshold = 9, fillfactor = 49);

create table depot.roots ({id}, {link}); create table depot.twigs (primary key (id)) inherits (depot.roots) with (fillfactor = '30');

--- physical/no-autovacuum
alter table {t} set (autovacuum_enabled = 'no');

create table depot.moves ({parted}) {by}; alter table depot.moves_all set (fillfactor = 80, autovacuum_enabled = 0);

create table depot.roots ({id}, {link}); create table depot.twigs (primary key (id)) inherits (depot.roots) with (autovacuum_enabled = off);

--- physical/no-partition
create table depot.moves ({parted}) partition by hash (id, moved_on); create index on depot.moves (home_ref);

create table depot.moves ({parted}) partition by list (moved_on); create index on depot.moves (home_ref); create table depot.moves_1 partition of depot.moves for values in ('2024-01-01');
alter table depot.moves detach partition depot.moves_1; drop table depot.moves_1;

create table depot.moves ({parted}) {by}; create table depot.moves_more partition of depot.moves for values from ('3000-01-01') to ('3001-01-01') partition by range (id);

--- physical/partition-gap
create table depot.moves ({parted}) partition by range (moved_on); create index on depot.moves (home_ref);
create table depot.moves_b partition of depot.moves for values from ('2024-07-01') to (maxvalue); create table depot.moves_a partition of depot.moves for values from (minvalue) to ('2024-06-30');

create table depot.moves (id bigint not null, home_ref {ukeytype} not null references {u}, load numeric(9,2) not null, primary key (id, load)) partition by range (load); create index on depot.moves (home_ref);
create table depot.moves_a partition of depot.moves for values from (-10) to (0.5); create table depot.moves_b partition of depot.moves for values from (1.5) to (20);

create table depot.moves ({parted}) {halves}; alter table depot.moves detach partition depot.moves_new; drop table depot.moves_new;
create table depot.moves_new partition of depot.moves for values from ('2030-01-01') to ('2031-01-01');

create table depot.moves (id bigint not null, home_ref {ukeytype} not null references {u}, letter text not null, primary key (id, letter)) partition by range (letter); create index on depot.moves (home_ref);
create table depot.moves_a partition of depot.moves for values from ('a') to ('m'); create table depot.moves_b partition of depot.moves for values from ('n') to ('z');

--- physical/trigger-without-when
create function depot.f() returns trigger language plpgsql as $$ begin if OLD.{key} is not distinct from NEW.{key} then return null; end if; insert into depot.notes values (1); return null; end $$;
create trigger late after update on {t} for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ declare n int; begin
  -- nothing else matters
  IF (new.*) IS DISTINCT FROM (old.*) THEN insert into depot.notes values (1); END IF; return new; end $$;
create table depot.moves ({parted}) {by}; create trigger late before update on depot.moves for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin if not (new.{key} = old.{key}) then perform 1; end if; return new; end $$;
create trigger late before update on {t} for each row execute function depot.f();

--- physical/unlogged
create table depot.crates ({id}, size bigint not null); alter table depot.crates set unlogged;
--+ relationships/island: what is logged cannot refer to it

create table depot.moves ({parted}) partition by range (moved_on); create index on depot.moves (home_ref); create unlogged table depot.moves_all partition of depot.moves default;

create unlogged table depot.stubs (id bigint generated always as identity primary key, nick text not null, other bigint unique references depot.stubs, check (other <> id));
--+ relationships/island: what is logged cannot refer to it
