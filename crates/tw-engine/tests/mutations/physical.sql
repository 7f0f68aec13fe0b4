-- Plants for rules of the physical design. How it is read: `operators.rs`.

--- physical/bloated
{quick} {heap note text not null} alter table depot.moves set (fillfactor = 10); insert into depot.moves (home_ref, note) select {some}, repeat('v', 500) || n from {rows 16500};
alter table depot.moves reset (fillfactor); {seen}

create table depot.moves ({parted}, size bigint) {by}; insert into depot.moves select n, '2024-01-01', {some}, n from {rows 99}; analyze depot.moves_all;
-- statistics
-- tables."depot.moves_all" = { rows = 1000000, bytes = 400000000, analysed = true }

analyze {full};
-- statistics
-- tables.'{path}' = { rows = 150, bytes = 130000000, analysed = true, scans = 2 }

--- physical/blocking-refresh
create materialized view depot.copy as select {key} as a, count(*) as n from {t} group by {key} with no data;
--+ access/copied-past-policies: a copy is past the policies of its table

create materialized view depot.copy (a, b) as select x.{key}, x.{text} from {t} x; create index on depot.copy (a); create unique index on depot.copy (a) where a is not null;
--+ access/copied-past-policies: a copy is past the policies of its table

create view depot.shown as select {key} as a from {t}; create materialized view depot.copy with (fillfactor = 90) as select a from depot.shown; create unique index on depot.copy ((a::text || '.'));
--+ access/copied-past-policies: a copy is past the policies of its table

--- physical/cold-cache
-- statistics
-- pages_found = 7000000
-- pages_read = 1000000

-- statistics
-- days = 90
-- pages_found = 3000000000.0
-- pages_read = 900000000.0

-- statistics
-- pages_found = 10000
-- pages_read = 1500000

--- physical/cold-updates
-- committed
{heap size bigint not null} create index on depot.moves (size); insert into depot.moves (home_ref, size) select {some}, n from {rows 1000};
do $$ begin for i in 1..101 loop update depot.moves set size = size + 1; end loop; end $$;
vacuum analyze depot.moves;

create table depot.moves ({parted}) {by};
-- statistics
-- tables."depot.moves_all" = { rows = 700, updates = 3000000, hot_updates = 800000, analysed = true }

create table depot.crates ({id}, {link}) with (autovacuum_vacuum_scale_factor = 0.05);
-- statistics
-- tables."depot.crates" = { rows = 90000, updates = 250000, hot_updates = 70000, analysed = true, scans = 2 }

--- physical/dead-rows
-- committed
{heap size bigint not null} insert into depot.moves (home_ref, size) select {some}, n from {rows 6000};
update depot.moves set size = size + 1 where size > 0; update depot.moves set size = size + 1; analyze depot.moves;
--+ physical/stale-statistics: the server hears of the changes after it has analysed

-- committed
create table depot.moves ({parted}) {by}; insert into depot.moves select n, '2024-01-01', {some} from {rows 11000}; delete from depot.moves where id > 10; analyze depot.moves;

-- statistics
-- tables.'{path}' = { rows = 4000000, dead_rows = 2500000, vacuumed_days = 41, analysed = true, scans = 2 }

--- physical/endless-transactions
-- committed
alter database {database} set idle_in_transaction_session_timeout = 0;

-- committed
alter role tablewright_lab in database {database} set idle_in_transaction_session_timeout = '0s';

-- committed
alter database {database} reset idle_in_transaction_session_timeout;

--- physical/idle-slot
-- statistics
-- slots.standby_7 = { bytes = 1500000000, active = false }

-- statistics
-- slots = { one = { active = true, bytes = 9e12 }, two = { bytes = 9e12 } }

-- statistics
-- slots."feed-2" = { bytes = 80000000000.0 }
-- slots."feed-1" = { bytes = 500, active = true }

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

--- physical/old-transactions
{heap size bigint} update pg_class set relfrozenxid = ((txid_current() - 260000000 + 4294967296) % 4294967296)::text::xid where oid = 'depot.moves'::regclass;

create table depot.moves ({parted}) {by}; update pg_class set relfrozenxid = ((txid_current() - 1900000000 + 4294967296) % 4294967296)::text::xid where oid = 'depot.moves_all'::regclass;

update pg_class set relfrozenxid = ((txid_current() - 400000000 + 4294967296) % 4294967296)::text::xid where oid = '{t}'::regclass;

--- physical/partition-gap
create table depot.moves ({parted}) partition by range (moved_on); create index on depot.moves (home_ref);
create table depot.moves_b partition of depot.moves for values from ('2024-07-01') to (maxvalue); create table depot.moves_a partition of depot.moves for values from (minvalue) to ('2024-06-30');

create table depot.moves (id bigint not null, home_ref {ukeytype} not null references {u}, load numeric(9,2) not null, primary key (id, load)) partition by range (load); create index on depot.moves (home_ref);
create table depot.moves_a partition of depot.moves for values from (-10) to (0.5); create table depot.moves_b partition of depot.moves for values from (1.5) to (20);

create table depot.moves ({parted}) {halves}; alter table depot.moves detach partition depot.moves_new; drop table depot.moves_new;
create table depot.moves_new partition of depot.moves for values from ('2030-01-01') to ('2031-01-01');

create table depot.moves (id bigint not null, home_ref {ukeytype} not null references {u}, letter text not null, primary key (id, letter)) partition by range (letter); create index on depot.moves (home_ref);
create table depot.moves_a partition of depot.moves for values from ('a') to ('m'); create table depot.moves_b partition of depot.moves for values from ('n') to ('z');

--- physical/stale-statistics
-- committed
{heap size bigint} insert into depot.moves (home_ref, size) select {some}, n from {rows 1500};

-- committed
create table depot.moves ({parted}) {by}; insert into depot.moves select n, date '2024-01-01' + n, {some} from {rows 1200}; analyze depot.moves; update depot.moves set id = id + 5000 where id > 500;

-- committed
create table depot.roots ({id}, home_ref {ukeytype} not null references {u}); create index on depot.roots (home_ref);
create table depot.twigs (primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref); insert into depot.twigs select n, {some} from {rows 5000};
analyze depot.roots; truncate depot.twigs; insert into depot.twigs select n, {some} from {rows 1000};

--- physical/trigger-without-when
create function depot.f() returns trigger language plpgsql as $$ begin if OLD.{key} is not distinct from NEW.{key} then return null; end if; insert into depot.notes values (1); return null; end $$;
create trigger late after update on {t} for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ declare n int; begin
  -- nothing else matters
  IF (new.*) IS DISTINCT FROM (old.*) THEN insert into depot.notes values (1); END IF; return new; end $$;
create table depot.moves ({parted}) {by}; create trigger late before update on depot.moves for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin if not (new.{key} = old.{key}) then perform 1; end if; return new; end $$;
create trigger late before update on {t} for each row execute function depot.f();

--- physical/unchecked-pages
-- statistics
-- settings = { data_checksums = "off", full_page_writes = "on" }

-- statistics
-- days = 400
-- settings = { data_checksums = "off" }

-- statistics
-- settings = { ssl = "on", data_checksums = "off" }

--- physical/unlogged
create table depot.crates ({id}, size bigint not null); alter table depot.crates set unlogged;
--+ relationships/island: what is logged cannot refer to it

create table depot.moves ({parted}) partition by range (moved_on); create index on depot.moves (home_ref); create unlogged table depot.moves_all partition of depot.moves default;

create unlogged table depot.stubs (id bigint generated always as identity primary key, nick text not null, other bigint unique references depot.stubs, check (other <> id));
--+ relationships/island: what is logged cannot refer to it

--- physical/unread
-- committed
{heap size bigint} insert into depot.moves (home_ref) select {some} from {rows 300};
-- statistics
-- days = 60

-- committed
create table depot.moves ({parted}) {by}; insert into depot.moves select n, '2024-01-01', {some} from {rows 100};
-- statistics
-- days = 33

-- committed
create table depot.roots ({id}, home_ref {ukeytype} not null references {u}); create index on depot.roots (home_ref);
create table depot.twigs (primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref); select from only depot.roots;
-- statistics
-- days = 400

--- physical/vacuum-off
-- committed
alter database {database} set track_counts = off;

-- statistics
-- settings = { autovacuum = "off", ssl = "on" }

-- statistics
-- settings = { track_counts = "off" }
