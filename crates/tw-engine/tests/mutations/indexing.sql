-- Plants for rules of indexing. How it is read: `operators.rs`.

--- indexing/always-true-filter
create index on {t} ({text}) where {key} is not null;

create domain depot.sure as bigint not null; create table depot.moves ({parted}, size depot.sure) {by};
create index on depot.moves (size, moved_on) where (size) is not null;

create table depot.stubs ({id}, {link}, nick text not null); create unique index on depot.stubs (lower(nick)) where nick is not null;

--- indexing/backward-copy
create index on {t} ({text}, {key} desc nulls last); create index on {t} ({text} desc, {key} nulls first);

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves (lower(nick) desc); create index on depot.moves (lower(nick));

create table depot.stubs ({id}, {link}, a date, b date); create index on depot.stubs (a, b desc) include (home_ref);
create index on depot.stubs (a desc, b) include (home_ref);

--- indexing/beyond-key
create index on {t} ({key}, {text});

create table depot.stubs ({id}, {link}, nick text not null unique); create index on depot.stubs (nick, (id + 1));

create table depot.stubs ({id}, {link}, a bigint not null, b bigint not null); create unique index on depot.stubs (a, b); create index on depot.stubs (b, a, home_ref desc);

--- indexing/boolean
create index on {t} ({flag});

create table depot.moves ({parted}, glazed boolean not null) {by}; create index on depot.moves using hash (glazed);

create domain depot.yes as boolean not null; create table depot.stubs ({id}, {link}, glazed depot.yes); create index on depot.stubs (glazed desc) include (id);

--- indexing/btree-on-container
alter table {t} add column marks text[] not null default '{}'; create index on {t} (marks desc);

create table depot.moves ({parted}, extras jsonb) {by}; create index on depot.moves (extras) where id > 7;

create domain depot.stay as daterange; create table depot.stubs ({id}, note text not null, span depot.stay, home_ref {ukeytype} unique references {u}, exclude using gist (span with &&));
create index on depot.stubs (span) include (id);

create table depot.stubs ({id}, {link}, stays tstzmultirange); create index on depot.stubs (stays);

--- indexing/column-twice
create index on {t} ({text}, {key}, {text});

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves (nick) include (id, nick);

create table depot.stubs ({id}, {link}, nick text); create index on depot.stubs (lower(nick), home_ref, lower(nick));

--- indexing/deep-offset
-- queries
select {key} from {t} order by {key} limit 10 offset 100000;

-- queries
select x.{key} from {t} as x order by x.{key} limit $1 offset ($2 - 1) * $1;

-- queries
with page as (select {key} from {t} order by {key} desc offset $1 rows fetch next 5 rows only) select count(*) from page;

--- indexing/deleted-still-unique
create table depot.stubs ({id}, {link}, slug text not null unique, deleted_on date);

create table depot.stubs ({id}, {link}, label varchar(20) not null, is_deleted boolean not null default false); create unique index on depot.stubs (label);

create domain depot.words as text not null; create table depot.moves (id bigint not null, moved_on date not null, nickname depot.words, deleted_at timestamptz,
home_ref {ukeytype} not null references {u}, primary key (id, moved_on), unique (nickname, moved_on)) {by};

alter table {t} add column deleted_at timestamptz, add column handle varchar(40) not null default '', add constraint one_handle unique (handle);

--- indexing/duplicate
create index again on {t} ({from});

create index one on {t} (lower({text}::text)) where {key} is not null; create index two on {t} (lower({text}::text)) where {key} is not null;
--+ indexing/always-true-filter: the key always is there

create table depot.moves ({parted}) {by}; create index on depot.moves (id, moved_on);

create table depot.stubs ({id}, {link}, nick text); create unique index on depot.stubs (nick nulls first); create index on depot.stubs (nick nulls first);

--- indexing/endless-answer
-- queries
-- weight: 4
-- name: rows 80000
select x.{key}, y.{ukey} from {t} as x left join {u} y on x.{key}::text = y.{ukey}::text where y.{ukey} is null;

-- queries
-- name: rows 9000
with late as (select {key} from {t} limit 1) select {ukey} from {u} where {ukey} is not null;
--+ consistency/limit-without-order: it has no order

-- queries
-- weight: 2
-- name: rows 20000
select {key}::text from {t} union all select {ukey}::text from {u};

--- indexing/false-immutable
create function depot.f() returns bigint language sql immutable begin atomic select count(*) from {t}; end;

create function depot.f(d date) returns int language plpgsql immutable strict as $$ begin return extract(year from age(CURRENT_TIMESTAMP, d)); end $$;

create function depot.f() returns uuid language sql stable as 'select gen_random_uuid()'; alter function depot.f() immutable leakproof;

create sequence depot.numbers; create domain depot.amount as bigint; create function depot.f() returns depot.amount language sql immutable return nextval('depot.numbers');

--- indexing/few-values
{quick} create type depot.tone as enum ('high', 'low'); {heap tone depot.tone not null} create index on depot.moves (tone);
insert into depot.moves (home_ref, tone) select {some}, case when n % 3 = 0 then 'high' else 'low' end::depot.tone from {rows 100100}; {seen}

create domain depot.grade as smallint; create table depot.moves ({parted}, grade depot.grade not null) {by}; create index on depot.moves using hash (grade);
-- statistics
-- tables."depot.moves_all" = { rows = 250000, analysed = true, scans = 3 }
-- columns."depot.moves.grade" = { distinct = 3, values = [["1", 0.4], ["2", 0.4], ["3", 0.2]] }

create index few on {t} ({text} desc) include ({key});
-- statistics
-- tables.'{path}' = { rows = 900000, analysed = true, scans = 3 }
-- columns.'{textpath}' = { distinct = 2, null_share = 0.2, values = [["x", 0.5], ["y", 0.3]] }
--+ columns/unstated-list: two texts are a list
--+ indexing/always-true-filter: the key is there

--- indexing/fraction-against-integer
alter table {t} add column rank int not null default 0; create index on {t} (rank, {key});
-- queries
select {key} from {t} x where x.rank >= 10.0 and x.{key} is not null;

create table depot.moves ({parted}, rank smallint not null) {by}; create index on depot.moves (rank);
-- queries
update depot.moves set rank = 1 where cast($1 as decimal(9,2)) = rank;

create domain depot.rank as bigint; create domain depot.grade as depot.rank; alter table {t} add column grade depot.grade; create index on {t} (grade) where grade > 7;
-- queries
select {key} from {t} where grade between 1.5 and 9;

alter table {t} add column rank int not null default 0; create index on {t} (rank);
-- queries
delete from {t} where rank < $1::double precision and (rank) > '1.5'::numeric;

--- indexing/hash-beside-btree
create index on {t} using hash ({key});

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves using hash (nick); create index on depot.moves (nick desc, id);

create table depot.stubs ({id}, {link}, nick text); create unique index on depot.stubs (nick); create index on depot.stubs using hash (nick) where id > 9;

create index on {t} using hash ({from});

--- indexing/leading-wildcard
-- queries
select {key} from {t} where {text} like '%' || $1 || '%' order by {key};

-- queries
update {t} as x set {text} = default where (x.{text}) not ilike E'%x\\_' and x.{key} is not null;

create table depot.moves ({parted}, nick varchar(20)) {by}; create index on depot.moves (nick text_pattern_ops);
-- queries
select count(*) from {u} y where y.{ukey} in (select home_ref from depot.moves where nick::text like '_b%');

--- indexing/long-list
-- queries
select x.{key} from {t} as x where (x.{key})::text in (select '7') or length(x.{key}::text) in ({list 130});

-- queries
update {t} set {required} = default where {key} is not null and not (char_length({key}::text) in ({list 100}));

-- queries
with late as (select {key} from {t} where octet_length({key}::text) not in ({list 240})) select count(*) from late;

--- indexing/mostly-null
{quick} {heap voucher text} create index on depot.moves (voucher);
insert into depot.moves (home_ref, voucher) select {some}, case when n % 40 = 0 then 'v' || n end from {rows 100100}; {seen}

create table depot.moves ({parted}, glazed_on date) {by}; create index on depot.moves (glazed_on desc nulls last);
-- statistics
-- tables."depot.moves_all" = { rows = 250000, analysed = true, scans = 3 }
-- columns."depot.moves.glazed_on" = { null_share = 0.93, distinct = 4000 }

create domain depot.code as uuid; alter table {t} add column badge depot.code; create index badges on {t} using hash (badge);
-- statistics
-- tables.'{path}' = { rows = 900000, analysed = true, scans = 3 }
-- columns.'{path}.badge' = { null_share = 0.9, distinct = -0.1 }

--- indexing/one-at-a-time
-- queries
-- weight: 70000
select * from {t} as x where x.{key} = $1 limit 1;
-- weight: 600
select count(*) from {u};

-- queries
-- weight: 40000
-- name: rows 40000
select y.{ukey} from {u} y where $1 = y.{ukey};

create table depot.crates ({id}, {link}, badge uuid not null unique);
-- queries
-- weight: 12000
select c.home_ref from depot.crates as c where (c.badge) = $1::uuid;
-- weight: 9000
update {t} set {required} = default where {key} = $1;

--- indexing/prefix
create index on {t} ({from}, {text});

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves (id);

create table depot.stubs ({id}, {link}, a date, b date); create index on depot.stubs (a desc, b); create index on depot.stubs (a desc, b, id) include (home_ref);

create table depot.stubs ({id}, {link}, nick text collate "C"); create index on depot.stubs (upper(nick)); create unique index on depot.stubs (upper(nick), home_ref);

--- indexing/random-order
-- queries
select {key} from {t} where {key} is not null order by md5(random()::text) limit 3;

-- queries
select row_number() over (order by random() desc), {key} from {t};

-- queries
with drawn as (select {key} from {t} order by gen_random_uuid() limit 10) select count(*) from drawn;

--- indexing/read-whole
-- committed
{heap size bigint not null} insert into depot.moves (home_ref, size) select {some}, n from {rows 10100}; {seen}
do $$ begin for i in 1..1050 loop perform count(*) from depot.moves; end loop; end $$;

create table depot.moves ({parted}) {by};
-- statistics
-- tables."depot.moves_all" = { rows = 40000, scans = 70000, scanned_rows = 2800000000.0, analysed = true }

-- statistics
-- tables.'{path}' = { rows = 3000000, scans = 1001, scanned_rows = 1000000000.0, analysed = true, index_scans = 900 }

--- indexing/shotgun
create table depot.stubs ({id}, {link}, a date, b date, c date, d date, e date);
create index on depot.stubs (a); create index on depot.stubs using brin (b); create index on depot.stubs (c desc); create index on depot.stubs (d) where id > 3; create index on depot.stubs using hash (e);

create table depot.stubs ({id}, {link}, a text not null unique, b text not null unique, c text not null, d text not null);
create unique index on depot.stubs (c); create index on depot.stubs (d);

do $$ begin for n in 1..17 loop execute format('create index on {t} ({text}) where {key}::text > %L', n); end loop; end $$;

--- indexing/some-partitions
create table depot.moves ({parted}, nick text) {halves}; create index on depot.moves_old (nick) where id > 4;

create table depot.moves ({parted}, nick text) {halves}; create unique index on depot.moves_new (id);

create table depot.moves ({parted}, nick text) {halves}; create index on depot.moves_old using hash (nick); create index on depot.moves_new (nick desc);

--- indexing/unfinished
-- committed
create table depot.crates ({id}, {link}, size bigint not null); insert into depot.crates (home_ref, size) select {ukey}, 7 from {u};
-- refused
create unique index concurrently one_size on depot.crates (size);

create index late on {t} (({text} || '.'), {key}); update pg_index set indisvalid = false where indexrelid = '{s}.late'::regclass;

create table depot.moves ({parted}, size bigint) {by}; create index late on depot.moves_all using brin (size);
update pg_index set indisvalid = false where indexrelid = 'depot.late'::regclass;

create materialized view depot.copy as select {key} as a from {t}; create unique index one on depot.copy (a); create index late on depot.copy (a desc nulls last);
update pg_index set indisvalid = false where indexrelid = 'depot.late'::regclass;
--+ indexing/backward-copy: it is one

--- indexing/unindexed-policy
{guarded} drop index depot.papers_keeper_idx;

{papers} create policy own on depot.papers for delete using (current_setting('x', true) = keeper); drop index depot.papers_keeper_idx;
create index on depot.papers (id, keeper) where id > 5;
--+ access/policy-per-row: it asks for each row
--+ indexing/beyond-key: it begins with the key

create table depot.moves ({parted}, holder text not null) {by}; alter table depot.moves enable row level security, force row level security;
create policy own on depot.moves using (holder = (select session_user) and id > 0);

--- indexing/unindexed-reference
drop index {way};

alter table {t} add column more {ukeytype} references {u} on delete cascade; create index on {t} using brin (more);

create table depot.moves (id bigint not null, moved_on date not null, more {ukeytype}, primary key (id, moved_on),
constraint whose foreign key (more) references {u}) {all};

create table depot.stubs (a bigint, b bigint, {link}, primary key (a, b)); create table depot.leaves ({id}, a bigint not null, b bigint not null, foreign key (b, a) references depot.stubs (b, a));
create index on depot.leaves (a);

--- indexing/unused
{quick} {heap size bigint not null} create index on depot.moves (size); insert into depot.moves (home_ref, size) select {some}, n from {rows 60000}; {seen}
-- statistics
-- days = 60
--+ physical/unread: it is not read either

create table depot.moves ({parted}, nick text) {by}; create index late on depot.moves_all (lower(nick), moved_on) where id > 7;
-- statistics
-- days = 31
-- indexes."depot.moves_all.late" = { bytes = 3000000 }
--+ physical/unread: it is not read either

create index late on {t} using brin ({key});
-- statistics
-- days = 200
-- indexes.'{path}.late' = { bytes = 70000000 }

--- indexing/wide
alter table {t} add column a date, add column b date, add column c date, add column d date; create index on {t} (a, b, c, d desc, {key}, {text});

create table depot.moves ({parted}, a date, b date, c date, d date) {by}; create index on depot.moves (moved_on, a, b, c, d, (id + 1)) where id > 2;

create table depot.stubs ({id}, {link}, a int, b int, c int, d int, e int, f int);
create index on depot.stubs (f nulls first, e, d, c, b, a) include (home_ref);

--- indexing/wrapped-column
create index on {t} ({text});
-- queries
select {key} from {t} x where x.{key} is not null and upper(x.{text}) = $1;

create table depot.moves ({parted}, glazed timestamptz not null) {by}; create index on depot.moves (glazed, moved_on);
-- queries
delete from depot.moves where extract(year from glazed) = 2024;

create table depot.crates ({id}, {link}, size bigint not null); create index on depot.crates (size desc);
-- queries
select y.{ukey} from {u} y join depot.crates c on c.home_ref = y.{ukey} and coalesce(c.size, 0) > 5;

create table depot.crates ({id}, {link}, size bigint not null); create index on depot.crates (size);
-- queries
update depot.crates set size = 0 where size + 1 = $1;
