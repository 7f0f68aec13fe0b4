-- Plants for rules of relationships. How it is read: `operators.rs`.

--- relationships/any-table
alter table {t} add column bearer_kind text not null default '', add column bearer_id bigint not null default 0;

create domain depot.words as text; create table depot.moves ({parted}, thing_table depot.words, thing_id uuid) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (bearer_model varchar(40), bearer_id text, primary key (id)) inherits (depot.roots);

--- relationships/beside-primary
create table depot.makers ({id}, {link}, mark uuid not null unique); create table depot.goods ({id}, mark uuid not null references depot.makers (mark) on delete cascade); create index on depot.goods (mark);

create domain depot.mark as bigint; create table depot.makers (id uuid primary key, {link}, a bigint not null, b depot.mark not null); create unique index whole on depot.makers (a, b);
create table depot.moves ({parted}, a bigint not null, b depot.mark not null, foreign key (a, b) references depot.makers (a, b)) {by}; create index on depot.moves (a, b);

create table depot.goods ({id}, bound {ukeytype} not null unique); alter table depot.goods add column home_ref {ukeytype} unique references {u};
alter table depot.goods add column part {ukeytype} unique; alter table depot.goods add foreign key (part) references depot.goods (bound);
--+ relationships/own-parent: it refers to itself

--- relationships/cascade-erases-records
create table depot.makers ({id}, {link}, born date, city text, street text, yard text); create table depot.sold_receipts ({id}, maker bigint not null references depot.makers on delete cascade); create index on depot.sold_receipts (maker);

create table depot.refunds ({id}, home_ref {ukeytype} not null unique); alter table depot.refunds add constraint whose foreign key (home_ref) references {u} on update cascade on delete cascade not valid;
alter table depot.refunds validate constraint whose;

create domain depot.place as bigint; create table depot.makers (a bigint, b depot.place, {link}, born date, primary key (a, b)); create table depot.ledger (id bigint not null, moved_on date not null, a bigint not null, b depot.place not null,
foreign key (a, b) references depot.makers on delete cascade, primary key (id, moved_on)) {all depot.ledger}; create index on depot.ledger (b, a);

--- relationships/cascade-from-lookup
create table depot.shades ({id}, name text not null unique); create table depot.goods ({id}, {link}, size bigint, born date, shade bigint references depot.shades on delete cascade); create index on depot.goods (shade);

create domain depot.words as text; create table depot.shades (code char(2) primary key, title depot.words not null unique, made timestamptz not null default now());
create table depot.moves ({parted}, size bigint, shade char(2) not null) {by}; alter table depot.moves add foreign key (shade) references depot.shades on delete cascade; create index on depot.moves (shade, size);

create table depot.shades (id uuid primary key, label text not null unique); alter table {t} add column shade uuid constraint shaded references depot.shades on delete cascade on update restrict; create index on {t} (shade);

--- relationships/closed-ring
create table depot.makers ({id}, {link}, best bigint not null unique); create table depot.goods ({id}, maker bigint not null unique references depot.makers on delete cascade);
alter table depot.makers add foreign key (best) references depot.goods;

create domain depot.made as bigint not null; create table depot.makers (a bigint, b bigint, {link}, best depot.made unique, primary key (a, b));
create table depot.goods ({id}, a bigint not null, b bigint not null, unique (b, a), foreign key (a, b) references depot.makers match full); alter table depot.makers add foreign key (best) references depot.goods;

create table depot.makers ({id}, {link}); create table depot.goods (id bigint primary key references depot.makers); alter table depot.makers add constraint best foreign key (id) references depot.goods on delete cascade;

--- relationships/crossed-tables
-- queries
select x.{key} from {t} x, {u} as y where x.{key} is not null and y.{ukey} is not null;

-- queries
with pairs as (select a.{ukey} from {u} a, {t}) select count(*) from pairs;

-- queries
select x.{key} from {t} as x, {u} as y, {u} as z where y.{ukey} = z.{ukey} and x.{key} = $1 order by 1;

--- relationships/default-refused
create table depot.goods ({id}, home_ref {ukeytype} not null unique references {u} on delete set default on update cascade);

create domain depot.made as bigint constraint must not null; create table depot.makers (id bigint primary key, {link}); create table depot.moves ({parted}, maker depot.made) {by};
alter table depot.moves add foreign key (maker) references depot.makers on delete set default; create index on depot.moves (maker);

create table depot.makers (a bigint, b bigint, {link}, primary key (a, b)); create table depot.goods ({id}, a bigint not null default 1, b bigint not null, foreign key (a, b) references depot.makers on delete set default);
create index on depot.goods (a, b);

--- relationships/duplicate
alter table {t} add constraint again foreign key ({from}) references {to} ({tokey});

create table depot.moves ({parted}) {by}; alter table depot.moves add constraint "Again" foreign key (home_ref) references {u} on delete cascade deferrable;

create table depot.makers (a bigint, b bigint, {link}, primary key (a, b)); create table depot.goods ({id}, a bigint not null, b bigint not null, foreign key (a, b) references depot.makers, foreign key (b, a) references depot.makers (b, a) match full);
create index on depot.goods (a, b);

--- relationships/frozen-key
create table depot.makers (nickname varchar(30) primary key, {link}); create table depot.goods ({id}, made_by varchar(30) not null references depot.makers on update restrict); create index on depot.goods (made_by);

create domain depot.words as text; create table depot.makers ({id}, {link}, main_phone depot.words not null unique); create table depot.moves ({parted}, phone depot.words references depot.makers (main_phone) on delete set null) {by};
create index on depot.moves (phone);
--+ relationships/beside-primary: it does

create table depot.makers (org bigint, "userLogin" text, {link}, primary key (org, "userLogin")); create table depot.goods ({id}, org bigint not null, who text not null, foreign key (org, who) references depot.makers); create index on depot.goods (org, who);
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name
--+ keys/case-apart: people type it

--- relationships/hub
do $$ begin for n in 0..15 loop execute format('alter table {t} add column link_%s {ukeytype} unique references {u}', chr(97 + n)); end loop; end $$;
--+ relationships/ring: it refers to the other way round
--+ keys/small: it is no lookup now
--+ indexing/shotgun: each reference has its index

create table depot.moves ({parted}) {by}; do $$ begin for n in 0..14 loop execute format('alter table depot.moves add column link_%s {ukeytype} not null', chr(97 + n));
execute format('alter table depot.moves add foreign key (link_%s) references {u} on delete cascade', chr(97 + n)); execute format('create index on depot.moves (link_%s)', chr(97 + n)); end loop; end $$;
--+ indexing/shotgun: each reference has its index

create table depot.stubs ({id}, {link}); do $$ begin for n in 0..15 loop execute format('alter table depot.stubs add column link_%s bigint unique references depot.stubs check (link_%1$s <> id)', chr(97 + n)); end loop; end $$;
--+ indexing/shotgun: each reference has its index

--- relationships/inherited-unkeyed
create table depot.roots ({id}, {link}); create table depot.twigs (id bigint not null, home_ref {ukeytype} not null); alter table depot.twigs inherit depot.roots;

create table depot.roots ({id}, {link}); create table depot.bark (n bigint primary key, {link}); create table depot.twigs (primary key (n)) inherits (depot.bark, depot.roots);

create domain depot.made as uuid; create table depot.roots (id depot.made primary key, {link}); create table depot.twigs (unique (home_ref)) inherits (depot.roots); create unique index on depot.twigs (id) where id <> '00000000-0000-4000-8000-000000000000';

create table depot.roots (a bigint, b bigint, {link}, primary key (a, b)); create table depot.twigs (primary key (a, b, home_ref)) inherits (depot.roots);

--- relationships/island
create table depot.shades ({id}, tone text not null, depth bigint not null);

create domain depot.words as text; create table depot.shades (id bigint not null, moved_on date not null, tone depot.words, primary key (id, moved_on)) {all depot.shades};

create table depot.shades (tone text, depth bigint, next_tone text, next_depth bigint, primary key (tone, depth)); alter table {t} add column shade_tone text;

--- relationships/lost-rows
create table depot.crates ({id}, {link}); insert into depot.crates (home_ref) select {ukey} from {u}; create sequence depot.n;
alter table {full} add column crate bigint not null default 1 + nextval('depot.n') % 40; alter table {full} alter column crate drop default; create index on {full} (crate);
delete from depot.crates where id % 9 = 0; alter table {full} add constraint crated foreign key (crate) references depot.crates not valid;
--+ relationships/not-valid: it is not
--+ columns/unvalidated: nor is the check that it is

create table depot.crates (id uuid primary key, {link}); insert into depot.crates select md5({ukey}::text)::uuid, {ukey} from {u};
create domain depot.crate as uuid; create table depot.moves ({parted}, crate_id depot.crate) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, md5({some}::text)::uuid from {rows 80}; delete from depot.crates where id in (select crate_id from depot.moves where id = 5);
--+ relationships/undeclared: it is not declared
--+ columns/deviating-type: a schema may have crates of its own

create table depot.crates ({id}, {link}); insert into depot.crates (home_ref) select {ukey} from {u}; create table depot.roots ({id}, {link});
create table depot.twigs (packed_crate_id bigint not null, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, packed_crate_id) select n, {some}, case when n % 7 = 0 then 100000 + n else 1 + n % 40 end from {rows 90};
--+ relationships/undeclared: it is not declared

--- relationships/misses-children
create table depot.roots ({id}, {link}); create table depot.twigs (size bigint, primary key (id)) inherits (depot.roots); create table depot.moves ({parted}, root bigint references depot.roots on delete cascade) {by};
create index on depot.moves (root);

create table depot.roots (a bigint, b bigint, {link}, primary key (a, b)); create table depot.goods ({id}, a bigint not null, b bigint not null, foreign key (a, b) references depot.roots); create index on depot.goods (a, b);
create table depot.twigs (a bigint, b bigint, home_ref {ukeytype} not null, primary key (a, b)); alter table depot.twigs inherit depot.roots;

create domain depot.made as uuid; create table depot.roots (id depot.made primary key, {link}, code text not null unique); create table depot.twigs (primary key (id)) inherits (depot.roots);
create table depot.goods ({id}, code text not null references depot.roots (code)); create index on depot.goods (code);
--+ relationships/beside-primary: it does

--- relationships/narrower
create table depot.makers ({id}, {link}); alter table {t} add column maker int references depot.makers; create index on {t} (maker);

create domain depot.letters as varchar(8); create table depot.makers (code varchar(12) primary key, {link}); create table depot.moves ({parted}, maker depot.letters not null references depot.makers on delete cascade) {by};
create index on depot.moves (maker);

create table depot.makers (a int, b text, {link}, primary key (a, b)); create table depot.goods ({id}, a smallint not null, b varchar(40) not null, foreign key (b, a) references depot.makers (b, a)); create index on depot.goods (a, b);

--- relationships/not-valid
create table depot.moves (id bigint not null, moved_on date not null, more {ukeytype} not null, primary key (id, moved_on)); create index on depot.moves (more); alter table depot.moves add foreign key (more) references {u} not valid;
--+ columns/unvalidated: it is not validated

alter table {t} add column more {ukeytype}; create index on {t} (more); alter table {t} add constraint "More" foreign key (more) references {u} on update cascade not valid;
--+ columns/unvalidated: it is not validated

create table depot.roots ({id}, {link}); create table depot.twigs (primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref); alter table depot.twigs add constraint whose foreign key (home_ref) references {u} match full not valid;
--+ columns/unvalidated: it is not validated

--- relationships/nulled-required
create table depot.goods ({id}, home_ref {ukeytype} not null unique references {u} on delete set null on update cascade);

create domain depot.made as bigint constraint must not null; create table depot.makers (id bigint primary key, {link}); create table depot.moves ({parted}, maker depot.made) {by};
alter table depot.moves add foreign key (maker) references depot.makers on delete set null; create index on depot.moves (maker);

create table depot.makers ({id}, {link}); create table depot.goods (maker bigint primary key references depot.makers on delete set null, size bigint);

alter table {t} add column more {ukeytype} references {u} on delete set null; create index on {t} (more); alter table {t} alter more set not null;

--- relationships/open-arc
create table depot.makers ({id}, {link}); create table depot.goods ({id}, {link}); create table depot.attachments ({id}, maker bigint references depot.makers on delete cascade, good bigint references depot.goods on delete cascade);
create index on depot.attachments (maker); create index on depot.attachments (good);
--+ relationships/repeatable-link: a row may have both, and so may another

create domain depot.made as uuid; create table depot.makers (id depot.made primary key, {link}); create table depot.goods (id depot.made primary key, {link});
create table depot.star_ratings ({days}, maker depot.made references depot.makers, good depot.made references depot.goods) {all depot.star_ratings}; create index on depot.star_ratings (maker); create index on depot.star_ratings (good);

create table depot.makers ({id}, {link}); create table depot.goods ({id}, {link}); create table depot."Photo" ({id}, maker bigint unique, good bigint unique, taken date not null);
alter table depot."Photo" add constraint a foreign key (maker) references depot.makers, add constraint b foreign key (good) references depot.goods on delete set null;
--+ naming/needs-quotes: its name

--- relationships/other-type
create table depot.makers (n numeric(20) primary key, {link}); alter table {t} add column maker bigint references depot.makers; create index on {t} (maker);

create domain depot.moment as timestamptz; create table depot.makers (a date, b bigint, {link}, primary key (a, b)); create table depot.moves ({parted}, a depot.moment, b bigint not null, foreign key (a, b) references depot.makers) {by};
create index on depot.moves (a, b);

create table depot.makers (made timestamp(3) primary key, {link}); create table depot.goods ({id}, made timestamptz not null unique); alter table depot.goods add foreign key (made) references depot.makers;
--+ keys/instant: it is one
--+ columns/time-without-zone: it has none

--- relationships/own-parent
alter table {t} add column above {keytype} references {t} on delete set null; create index on {t} (above);

create domain depot.made as uuid; create table depot.goods (id depot.made primary key, {link}, above depot.made not null unique references depot.goods deferrable initially deferred);

create table depot.moves ({parted}, above bigint) {by}; alter table depot.moves add foreign key (above, moved_on) references depot.moves; create index on depot.moves (above, moved_on);

--- relationships/partly-null
create table depot.makers (a bigint, b uuid, {link}, primary key (a, b)); alter table {t} add column a bigint, add column b uuid, add foreign key (a, b) references depot.makers on delete set null; create index on {t} (b, a);

create domain depot.made as bigint; create table depot.makers (a bigint, b depot.made, {link}, primary key (a, b)); create table depot.moves ({parted}, x depot.made, y bigint, foreign key (y, x) references depot.makers) {by}; create index on depot.moves (x, y);

create table depot.makers (a bigint not null, b bigint not null, c bigint primary key, {link}, unique (a, b)); create table depot.goods ({id}, a bigint, b bigint, constraint made foreign key (a, b) references depot.makers (a, b) on update cascade);
create index on depot.goods (a, b);
--+ relationships/beside-primary: it does

--- relationships/repeatable-link
create table depot.makers ({id}, {link}); create table depot.goods ({id}, {link}); create table depot.made (n bigint generated by default as identity primary key, maker bigint not null references depot.makers on delete cascade,
good bigint not null references depot.goods, granted_by text not null); create index on depot.made (maker); create index on depot.made (good) include (maker);

create domain depot.made_id as uuid not null; create table depot.makers (id uuid primary key, {link}); create table depot.pairs (id uuid default gen_random_uuid() primary key, one depot.made_id references depot.makers, two depot.made_id, foreign key (two) references depot.makers);
create index on depot.pairs using hash (one); create index on depot.pairs (two, one);
--+ keys/random-uuid: its key is

create table depot.makers ({id}, {link}); create table depot.ties ({id}, home_ref {ukeytype} references {u}, maker bigint references depot.makers); create index on depot.ties (home_ref, maker); create index on depot.ties (maker, home_ref);

--- relationships/ring
create table depot.makers ({id}, {link}, best bigint unique); create table depot.goods ({id}, maker bigint not null unique references depot.makers on delete cascade); alter table depot.makers add foreign key (best) references depot.goods on delete set null;

alter table {to} add column last {keytype} unique references {t} ({key});

create domain depot.made as uuid; create table depot.a (id depot.made primary key, {link}, b depot.made unique); create table depot.b (id depot.made primary key, {link}, c depot.made unique);
create table depot.c (id depot.made primary key, {link}, a depot.made unique references depot.a); alter table depot.a add foreign key (b) references depot.b; alter table depot.b add foreign key (c) references depot.c;

--- relationships/shown-by-rows
create table depot.crates (code text primary key, {link}); insert into depot.crates select 'c' || row_number() over (), {ukey} from {u}; create sequence depot.n;
alter table {full} add column crate text not null default 'c' || 1 + nextval('depot.n') % 40; alter table {full} alter column crate drop default;

create table depot.crates (badge uuid primary key, {link}); insert into depot.crates select md5({ukey}::text)::uuid, {ukey} from {u};
create domain depot.crate as uuid; create table depot.moves ({parted}, loaded_crate depot.crate) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, md5({some}::text)::uuid from {rows 80};

create table depot.crates (crate_no bigint primary key, {link}); insert into depot.crates select 7000 + row_number() over (), {ukey} from {u};
create table depot.roots ({id}, {link}); create table depot.twigs (crate_no bigint, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, crate_no) select n, {some}, case when n % 4 > 0 then 7001 + n % 40 end from {rows 90};

--- relationships/some-partitions
create table depot.makers ({id}, {link}); create table depot.moves ({parted}, maker bigint) {halves}; alter table depot.moves_old add constraint made foreign key (maker) references depot.makers on delete cascade; create index on depot.moves (maker);

create table depot.makers (a bigint, b bigint, {link}, primary key (a, b)); create table depot.moves ({parted}, a bigint not null, b bigint not null) {halves}; create index on depot.moves (a, b);
alter table depot.moves_new add foreign key (a, b) references depot.makers;

create table depot.makers ({id}, {link}); create table depot.moves ({parted}, maker bigint) partition by range (moved_on);
create index on depot.moves (home_ref); create table depot.moves_old partition of depot.moves for values from ('2024-01-01') to ('2025-01-01'); create index on depot.moves (maker); create table depot.moves_odd (like depot.moves including all);
alter table depot.moves_odd add foreign key (maker) references depot.makers not valid; alter table depot.moves attach partition depot.moves_odd for values from ('2025-01-01') to ('2026-01-01');

--- relationships/undeclared
create table depot.makers ({id}, {link}); alter table {t} add column maker_id bigint;

create table depot.glass_boxes (glass_box_id uuid primary key, {link}); create table depot.moves ({parted}, "lastGlassBoxId" uuid) {by};
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

create domain depot.made as bigint; create table depot.ladies (id depot.made primary key, {link}); create table depot.roots ({id}, {link}); create table depot.twigs (lady_id depot.made not null, primary key (id)) inherits (depot.roots);
