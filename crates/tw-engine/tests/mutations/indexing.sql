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

--- indexing/false-immutable
create function depot.f() returns bigint language sql immutable begin atomic select count(*) from {t}; end;

create function depot.f(d date) returns int language plpgsql immutable strict as $$ begin return extract(year from age(CURRENT_TIMESTAMP, d)); end $$;

create function depot.f() returns uuid language sql stable as 'select gen_random_uuid()'; alter function depot.f() immutable leakproof;

create sequence depot.numbers; create domain depot.amount as bigint; create function depot.f() returns depot.amount language sql immutable return nextval('depot.numbers');

--- indexing/hash-beside-btree
create index on {t} using hash ({key});

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves using hash (nick); create index on depot.moves (nick desc, id);

create table depot.stubs ({id}, {link}, nick text); create unique index on depot.stubs (nick); create index on depot.stubs using hash (nick) where id > 9;

create index on {t} using hash ({from});

--- indexing/prefix
create index on {t} ({from}, {text});

create table depot.moves ({parted}, nick text) {by}; create index on depot.moves (id);

create table depot.stubs ({id}, {link}, a date, b date); create index on depot.stubs (a desc, b); create index on depot.stubs (a desc, b, id) include (home_ref);

create table depot.stubs ({id}, {link}, nick text collate "C"); create index on depot.stubs (upper(nick)); create unique index on depot.stubs (upper(nick), home_ref);

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

--- indexing/wide
alter table {t} add column a date, add column b date, add column c date, add column d date; create index on {t} (a, b, c, d desc, {key}, {text});

create table depot.moves ({parted}, a date, b date, c date, d date) {by}; create index on depot.moves (moved_on, a, b, c, d, (id + 1)) where id > 2;

create table depot.stubs ({id}, {link}, a int, b int, c int, d int, e int, f int);
create index on depot.stubs (f nulls first, e, d, c, b, a) include (home_ref);
