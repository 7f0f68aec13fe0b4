-- Plants for rules of keys. How it is read: `operators.rs`.

--- keys/case-apart
alter table {t} add column contact_email text not null default ''; alter table {t} add constraint one_mail unique (contact_email);

create table depot.stubs (login varchar(30) primary key, {link});

create domain depot.mail as text; create table depot.moves (id bigint not null, moved_on date not null, home_ref {ukeytype} not null references {u}, mail depot.mail not null,
primary key (id, moved_on), unique (mail, moved_on)) {by};

create table depot.stubs ({id}, {link}, org bigint not null, user_name text, "userMail" text not null); create unique index on depot.stubs (org, "userMail") include (home_ref);
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

--- keys/cycling
create sequence depot.numbers as smallint start 5 cycle; create table depot.moves (id bigint not null default nextval('depot.numbers'), {link}, primary key (id));
--+ keys/narrow-sequence: it is short

create table depot.stubs (id bigserial primary key, {link}); alter sequence depot.stubs_id_seq maxvalue 99999 cycle;
--+ keys/serial: it is a serial

create table depot.stubs (id bigint generated always as identity (cycle) primary key, {link});

--- keys/flag-in-unique
alter table {t} add column rank bigint not null default 0, add column glazed boolean not null default false; alter table {t} add constraint one_rank unique (rank, glazed);

create domain depot.yes as boolean not null; create table depot.moves ({parted}, glazed depot.yes, unique (moved_on, glazed)) {by};

create table depot.stubs ({id}, {link}, rank bigint not null, glazed boolean not null); create unique index on depot.stubs (glazed, home_ref, rank) include (id);

--- keys/float
create table depot.stubs (depth double precision, {link}, primary key (depth, home_ref));

alter table {t} add column depth float4 not null default 0; create unique index on {t} (depth);

create domain depot.depth as float8; create domain depot.pit as depot.depth; create table depot.moves ({parted}, pit depot.pit not null, unique (pit, moved_on)) {by};

--- keys/instant
create table depot.stubs (seen timestamptz(3) primary key, {link});

create domain depot.moment as timestamptz; create domain depot.hour as depot.moment; create table depot.stubs (seen depot.hour, {link}, primary key (seen));

create table depot.roots (seen timestamptz not null, {link}); alter table depot.roots add primary key (seen) include (home_ref);

create table depot.moves (seen timestamptz primary key, home_ref {ukeytype} not null unique references {u});

--- keys/narrow-sequence
create sequence depot.numbers as smallint; create table depot.moves (id bigint not null default nextval('depot.numbers'), moved_on date, home_ref {ukeytype} not null references {u},
primary key (id, moved_on)) {by};

create table depot.stubs ({id}, {link}, turn bigint not null); create sequence depot.turns maxvalue 2147483647; alter table depot.stubs alter turn set default nextval('depot.turns');

create domain depot.big as bigint; create sequence depot.turns as integer owned by none; alter table {t} add column turn depot.big not null default nextval('depot.turns');

--- keys/no-primary
create table depot.stubs (place text not null, {link}); alter table depot.stubs drop constraint stubs_home_ref_key;
create index on depot.stubs (home_ref);

create table depot.stubs as select x.{key} as a, y.{ukey} as b from {t} x, {u} y;
--+ relationships/island: nothing refers to it

create table depot.stubs (like {t} including defaults including generated including identity);
--+ relationships/island: it refers to nothing
--+ relationships/undeclared: its references are not copied
--+ keys/shared-sequence: the default is
--+ columns/time-without-zone: the copy has the flaws of the table

create table depot.stubs ({id}, home_ref {ukeytype} references {u}); alter table depot.stubs drop constraint stubs_pkey; create unique index on depot.stubs (home_ref);

alter table {t} drop constraint {pk} cascade;
--+ relationships/island: references to it are gone
--+ relationships/undeclared: references to it are gone
--+ logical/single-column: references to it are gone
--+ logical/empty-shape: references to it are gone
--+ relationships/inherited-unkeyed: its children
--+ indexing/unindexed-policy: the key found them

--- keys/nullable-unique
alter table {t} add column shelf bigint, add column slot bigint; create unique index on {t} (shelf, slot);

create domain depot.place as text; create table depot.moves ({parted}, slot depot.place, unique (slot, moved_on)) {by};

create table depot.stubs ({id}, home_ref {ukeytype} references {u}, slot text not null, constraint one_slot unique (home_ref, slot) include (id));

create table depot.stubs ({id}, {link}, shelf bigint not null, slot bigint not null, unique (shelf, slot)); alter table depot.stubs alter slot drop not null;

--- keys/overlapping-periods
create table depot.stubs ({id}, home_ref {ukeytype} not null references {u}, active_from date not null, active_till date not null, check (active_from < active_till)); create index on depot.stubs (home_ref);

create table depot.moves ({parted}, stay daterange not null) {by};

create domain depot.stay as tstzrange; create table depot.stubs ({id}, {link}, stay depot.stay);

alter table {t} add column valid_from timestamptz, add column valid_until timestamptz;
--+ columns/backward-period: nothing says which is first

--- keys/own-reference
alter table {t} add constraint self foreign key ({key}) references {t} ({key});

create table depot.stubs (a bigint, b bigint, {link}, primary key (a, b), foreign key (b, a) references depot.stubs (b, a) on delete cascade);

create table depot.moves ({parted}) {by}; alter table depot.moves add foreign key (id, moved_on) references depot.moves;

create domain depot.place as uuid; create table depot.stubs (id depot.place primary key constraint self references depot.stubs deferrable, {link});

--- keys/random-uuid
create table depot.stubs (id uuid default gen_random_uuid() not null, {link}, constraint by_id primary key (id) include (home_ref));

create domain depot.made as uuid; create domain depot.mark as depot.made; create table depot.stubs (mark depot.mark primary key default gen_random_uuid(), {link});

create table depot.stubs (id text primary key default gen_random_uuid(), {link});
--+ columns/uuid-in-text: it is a text

--- keys/repeatable-identifier
create table depot.stubs ({id}, {link}, iban varchar(34) not null);

create domain depot.words as text; create table depot.stubs (id uuid default gen_random_uuid() primary key, {link}, sku depot.words not null); create index on depot.stubs (sku);
--+ keys/random-uuid: its key is

create table depot.stubs ({id}, {link}); alter table depot.stubs add column handle text; create index on depot.stubs (handle) where id > 9;

create table depot.stubs ({id}, {link}, vin char(17) not null);
--+ columns/padded-text: it is padded

--- keys/repeatable-lookup
create table depot.shades ({id}, name text not null); alter table {t} add column shade bigint references depot.shades; create index on {t} (shade);

create domain depot.words as varchar(40) not null; create table depot.shades (id smallint primary key, title depot.words); create index on depot.shades (title);
create table depot.moves ({parted}, shade smallint references depot.shades) {by}; create index on depot.moves (shade);

create table depot.shades (id uuid primary key, code char(3) not null, made timestamptz not null default now());
create table depot.stubs ({id}, {link}, shade uuid not null unique references depot.shades);

--- keys/repeated
alter table {t} add constraint again unique ({key});

create table depot.moves ({parted}) {by}; alter table depot.moves add unique (moved_on, id);

create table depot.stubs ({id}, a bigint not null, {link}, unique (home_ref, a)); create unique index on depot.stubs (a, home_ref);
--+ keys/wider-than-needed: home_ref is a key by itself

--- keys/serial
create table depot.stubs (n bigserial primary key, {link});

alter table {t} add column turn bigserial;

create table depot.moves (id bigserial, moved_on date, home_ref {ukeytype} not null references {u}, primary key (id, moved_on)) {by};

create domain depot.big as bigint; create table depot.stubs (id depot.big primary key, {link}); create sequence depot."Stubs id" owned by depot.stubs.id;
alter table depot.stubs alter id set default nextval('depot."Stubs id"');

--- keys/shared-sequence
create sequence depot.turns; alter table {t} add column turn bigint not null default nextval('depot.turns'); alter table {u} add column turn bigint not null default nextval('depot.turns');

create sequence depot.turns; create table depot.moves ({parted}, turn bigint default nextval('depot.turns') not null, back bigint not null default nextval('depot.turns')) {by};

create domain depot.turn as bigint not null; create sequence depot."Turns"; create table depot.stubs ({id}, {link}, turn depot.turn default nextval('depot."Turns"'));
alter table {t} add column turn bigint not null default nextval('depot."Turns"'::regclass);

--- keys/small
create table depot.stubs (id integer generated by default as identity, {link}, extras jsonb not null, primary key (id));

create table depot.stubs (id smallserial primary key, {link}, extras jsonb not null);
--+ keys/serial: it is a serial

create domain depot.little as int; create domain depot.tiny as depot.little; create sequence depot.numbers as int;
create table depot.roots (id depot.tiny primary key default nextval('depot.numbers'), {link}, extras jsonb not null);

create table depot.audit_log (n int generated always as identity primary key, {link}, said text not null);

--- keys/wider-than-needed
alter table {t} add constraint more unique ({key}, {required});

create table depot.stubs ({id}, {link}, nick text not null, constraint more unique (nick, home_ref) include (id));

create domain depot.code as text not null; create table depot.stubs (code depot.code primary key, {link}, room bigint not null, slot bigint not null, unique (slot, room, code));
