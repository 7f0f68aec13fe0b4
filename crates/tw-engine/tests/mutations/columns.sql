-- Plants for rules of columns. How it is read: `operators.rs`.

--- columns/address-in-text
alter table {t} add column client_ip varchar(39);

create table depot.stubs ({id}, {link}, peer_mac_addr text not null);

create domain depot.words as text; create table depot.moves ({parted}, source_ip_address depot.words) {by};

alter table {t} add column ipv6_address text;

--- columns/age
alter table {t} add column age numeric(3);

create table depot.roots ({id}, {link}); create table depot.twigs (age real, primary key (id)) inherits (depot.roots);

create domain depot.years as smallint; create domain depot.span as depot.years; create table depot.moves ({parted}, age depot.span) {by};

alter table {t} add column age_in_years int;

--- columns/all-optional
create table depot.stubs ({id}, home_ref {ukeytype} unique references {u}, note text, made date);

create table depot.stubs (a bigint, b text, home_ref {ukeytype} unique references {u}, note text not null, made date, primary key (a, b));
alter table depot.stubs alter note drop not null;

create domain depot.words as text check (value <> ''); create table depot.moves (id bigint, moved_on date, home_ref {ukeytype} references {u},
note depot.words, more depot.words, primary key (id, moved_on)) {by};

--- columns/always-midnight
create sequence depot.n; alter table {full} add column glazed timestamptz not null default timestamptz '2024-01-01 00:00+00' + nextval('depot.n') * interval '1 day';
alter table {full} alter column glazed drop default;

create table depot.moves ({parted}, glazed timestamptz(3)) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 4 > 0 then timestamptz '2020-03-01 00:00+00' - n % 30 * interval '1 week' end from {rows 90};

create domain depot.moment as timestamptz not null; create domain depot.hour as depot.moment; {heap glazed depot.hour}
insert into depot.moves (home_ref, glazed) select {some}, date '2021-01-01' + n % 7 from {rows 61};

--- columns/always-null
{heap note text} insert into depot.moves (home_ref) select {some} from {rows 1500}; {seen}

create table depot.moves ({parted}, size numeric(9,2)) {by};
insert into depot.moves select n, date '2024-01-01' + n % 90, {some}, null from {rows 1100}; {seen}

create domain depot.words as text; create table depot.roots ({id}, home_ref {ukeytype} not null references {u}); create index on depot.roots (home_ref);
create table depot.twigs (motto depot.words, primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref);
insert into depot.twigs (id, home_ref) select n, {some} from {rows 1200}; analyze depot.twigs;
--+ relationships/inherited-unkeyed: no reference is handed down

--- columns/backward-period
alter table {t} add column opened_on date, add column closed_on date;

create table depot.stubs ({id}, {link}, checkin_at timestamptz not null, checkout_at timestamptz);

create domain depot.moment as timestamptz; create table depot.moves ({parted}, shift_started_at depot.moment, shift_finished_at depot.moment) {by};

create table depot.roots ({id}, {link}, stay_from date); create table depot.twigs (begin_time timestamptz, end_time timestamptz, primary key (id)) inherits (depot.roots);

--- columns/between-instants
alter table {t} add column glazed timestamptz;
-- queries
select x.{key} from {t} as x where x.glazed not between '2024-03-01' and '2024-03-31 00:00';

create table depot.moves ({parted}, glazed_at timestamptz(0) not null) {by};
--+ columns/rounded-instant: it is rounded
-- queries
update depot.moves set home_ref = home_ref where moved_on > $1 and (glazed_at between $2 and cast('2024-12-31' as timestamptz));

create domain depot.moment as timestamptz; create domain depot.hour as depot.moment; alter table {t} add column glazed depot.hour;
-- queries
with late as (select {key} from {t} where glazed between '2024-01-01T00:00:00Z'::timestamptz and '2024-02-01T00:00:00Z'::timestamptz) select count(*) from late;

--- columns/check-of-null
alter table {t} add constraint said check ({text} <> null);

create table depot.stubs ({id}, {link}, size bigint, constraint said check (size > 0 or size = null));

create table depot.moves ({parted}, size bigint check (not (size = null) and size <> null)) {by};

create domain depot.words as text check (value <> null); create table depot.stubs ({id}, {link}, note depot.words);

--- columns/check-reads-tables
create function depot.fits(x {keytype}) returns boolean language sql begin atomic select exists (select from {t} where {key} = x); end;
create table depot.stubs ({id}, {link}, size {keytype} check (depot.fits(size)));

create function depot.fits() returns boolean language plpgsql as $$ declare n bigint; begin
select count(*) into n from {u} a JOIN {u} b on true; return n < 9; end $$; alter table {t} add constraint few check (depot.fits()) not valid;
--+ columns/unvalidated: it is not validated

create function depot."Fits"(x bigint) returns boolean language sql as 'select $1 in (select 1 from {u})';
create table depot.moves ({parted}, check (depot."Fits"(id))) {by};

--- columns/clock-in-check
alter table {t} add column due_on date check (due_on >= current_date);

create table depot.stubs ({id}, {link}, due_at timestamptz, check (now() < due_at));

create domain depot.later as timestamp check (value > localtimestamp); create table depot.moves ({parted}, due_local depot.later) {by};

create table depot.stubs ({id}, {link}, due_at timestamptz, constraint soon check (due_at > (now() + interval '1 day')));

--- columns/code-as-number
alter table {t} add column mobile bigint;

create table depot.stubs ({id}, {link}, home_fax_no numeric(15));

create domain depot.digits as int; create table depot.moves ({parted}, post_code depot.digits) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (zip integer, primary key (id)) inherits (depot.roots);

--- columns/deviating-type
alter table {t} add column shade text; alter table {u} add column shade text; alter table {v} add column shade varchar(9);
alter table {w} add column shade bigint;

create domain depot.made as timestamptz; alter table {t} add column glazed depot.made; alter table {u} add column glazed depot.made;
alter table {v} add column glazed date; create table depot.moves ({parted}, glazed text) {by};

alter table {t} add column badge uuid; alter table {u} add column badge uuid; alter table {v} add column badge uuid;
create table depot.roots ({id}, {link}); create table depot.twigs (badge text, primary key (id)) inherits (depot.roots);

--- columns/equal-columns
create sequence depot.n; create sequence depot.m; alter table {full} add column nick text not null default 'v' || nextval('depot.n'), add column motto text not null default 'v' || nextval('depot.m');
alter table {full} alter column nick drop default, alter column motto drop default;

create table depot.moves ({parted}, toll numeric(9,2) not null check (toll > 0), fee numeric(12,2) not null check (fee > 0)) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, n % 13 + 0.5, n % 13 + 0.5 from {rows 130};

create domain depot.badge as uuid; {heap badge depot.badge, ticket uuid}
insert into depot.moves (home_ref, badge, ticket) select {some}, case when n % 3 > 0 then md5(n::text)::uuid end, case when n % 3 > 0 then md5(n::text)::uuid end from {rows 180};

--- columns/equals-null
-- queries
select {key} from {t} where {key} is not null and (null = {required} or {required} is null);

-- queries
select x.{ukey} from {u} x left join {t} y on (y.{key})::text <> NULL and x.{ukey} is not null;

-- queries
update {t} set {required} = default where ({key})::text = null::text;

-- queries
select {key}, count(*) from {t} group by {key} having max({key}::text) != cast(null as text);

--- columns/every-column
create table depot.moves ({parted}, a int, b int, c int, d text, e text, f date, g date) {by};
-- queries
-- weight: 300
select * from only depot.moves order by moved_on;

create table depot.crates ({id}, {link}, a int, b int, c int, d text, e text, f date, g jsonb, h text);
-- queries
-- 150/s
select x.{ukey}, c.* from {u} as x join depot.crates c on c.home_ref = x.{ukey} where c.f > $1;

create table depot.roots ({id}, {link}, a int, b int, c int, d text); create table depot.twigs (e text, f date, g date, h text, i date, primary key (id)) inherits (depot.roots);
-- queries
-- weight: 1000
with late as (select {ukey} from {u}) select depot.twigs.* from depot.twigs, late where late.{ukey} = twigs.home_ref;

--- columns/fixed-document
create sequence depot.n; alter table {full} add column extras jsonb not null default jsonb_build_object('height', nextval('depot.n'), 'width', null);
alter table {full} alter column extras drop default;

create table depot.moves ({parted}, extras json) {by};
--+ columns/json-as-text: it is json
insert into depot.moves select n, date '2024-01-01' + n, {some}, (case when n % 2 = 0 then '{"b": {"x": 1}, "a": [' || n || ']}' else '{ "a" : [], "b" : "' || n || '" }' end)::json from {rows 70};

create domain depot.doc as jsonb; create domain depot.page as depot.doc; {heap extras depot.page}
insert into depot.moves (home_ref, extras) select {some}, case when n % 3 > 0 then jsonb_build_object('k', n, 'l', n % 2 = 0, 'm', 'x') end from {rows 99};

--- columns/flag-in-text
alter table {t} add column is_glazed char(1) not null default 'Y';

create table depot.stubs ({id}, {link}, listed smallint not null check (listed in (0, 1)));

create domain depot.yes as varchar(5) check (value in ('true', 'false')); create table depot.moves ({parted}, listed depot.yes) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (has_roof int, primary key (id)) inherits (depot.roots);

--- columns/frozen-clock
alter table {t} add column glazed date, add column modified_at timestamptz not null default timestamptz 'now';

create table depot.stubs ({id}, {link}, added_on timestamptz(3) not null default 'now'::timestamptz);

create domain depot.moment as timestamptz not null; create table depot.moves ({parted}, inserted_at depot.moment) {by};
alter table depot.moves alter inserted_at set default timestamptz 'now';

--- columns/impossible-default
alter table {t} add column grade varchar(3) not null default 'z' check (grade in ('a', 'b'));

create domain depot.grade as text not null check (value in ('a', 'b')); create table depot.moves ({parted}, grade depot.grade default 'A') {by};

create table depot.stubs ({id}, {link}, grade char(1) not null, check (grade = any (array['a', 'b']))); alter table depot.stubs alter grade set default 'c';

create table depot.stubs ({id}, {link}, tier int not null default 9 check (tier in (1, 2, 3)));

--- columns/json-as-text
alter table {t} add column extras json not null default '[]';

create table depot.moves ({parted}, extras json) {by};

create domain depot.doc as json; create domain depot.page as depot.doc check (value is not null); create table depot.stubs ({id}, {link}, extras depot.page);

--- columns/keys-in-array
alter table {t} add column member_ids bigint[];

create table depot.moves ({parted}, "crateIds" uuid[] not null) {by};
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

create domain depot.many as smallint[]; create table depot.stubs ({id}, {link}, crate_ids depot.many not null);

--- columns/list-in-text
alter table {t} add column phone_list text;

create table depot.stubs ({id}, {link}, option_ids varchar(200) not null default '');

create domain depot.words as varchar(80); create table depot.moves ({parted}, crates_csv depot.words) {by};

--- columns/lists-in-rows
create sequence depot.n; alter table {full} add column marks text not null default 'm' || nextval('depot.n') || ',red , blue';
alter table {full} alter column marks drop default;

create domain depot.words as varchar(60); create table depot.moves ({parted}, marks depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 6 = 0 then 'v' || n else n || '|' || n + 1 || '|' || n * 2 end from {rows 90};

create table depot.roots ({id}, {link}); create table depot.twigs (marks text, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, marks) select n, {some}, 'a' || n || ';b' from {rows 55};

--- columns/made-up-value
create sequence depot.n; alter table {full} add column nick text not null default case when nextval('depot.n') % 5 = 0 then 'not applicable' else 'v' || currval('depot.n') end;
alter table {full} alter column nick drop default;

create table depot.moves ({parted}, glazed_on date) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 9 = 0 then date '1900-01-01' when n % 9 = 1 then null else date '2024-01-01' + n end from {rows 120};

create domain depot.moment as timestamptz; create domain depot.hour as depot.moment; create table depot.roots ({id}, {link});
create table depot.twigs (glazed depot.hour, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, glazed) select n, {some}, case when n % 4 = 0 then '9999-12-31 23:59:59+00' else timestamptz '2024-01-01 07:00+00' + n * interval '1 hour' end from {rows 80};

--- columns/mixed-case
create sequence depot.n; alter table {full} add column contact_email text not null default case when nextval('depot.n') % 10 = 0 then 'Ann' || currval('depot.n') - 1 || '@Example.org' else 'ann' || currval('depot.n') || '@example.org' end;
alter table {full} alter column contact_email drop default;

create domain depot.words as varchar(90); create table depot.moves ({parted}, reply_mail depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n = 51 then 'HAULER7@example.net' else 'hauler' || n || '@example.net' end from {rows 66};

create table depot.roots ({id}, {link}); create table depot.twigs (porter_login text not null, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, porter_login) select n, {some}, case when n % 2 = 0 then 'porter' else 'Porter' end || n / 4 from {rows 60};

--- columns/money-in-float
alter table {t} add column gross_salary double precision;

create table depot.stubs ({id}, {link}, shipping_fee float4 not null default 0);

create domain depot.euros as float; create domain depot.fee as depot.euros; create table depot.moves ({parted}, toll depot.fee) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (hourly_wage real, primary key (id)) inherits (depot.roots);

--- columns/money-type
alter table {t} add column fine money not null default 0;

create table depot.moves ({parted}, toll money) {by};

create domain depot.euros as money; create domain depot.fee as depot.euros; create table depot.stubs ({id}, {link}, toll depot.fee);

--- columns/narrow-email
alter table {t} add constraint sound check ({text} ~ '^\S+@\S+\.\w{2,3}$');

create domain depot.mail as varchar(99); alter domain depot.mail add constraint sound check (value ~* '^[a-z0-9.]+@([a-z0-9]+\.)+[a-z]{2,6}$');
create table depot.stubs ({id}, {link}, reply_to depot.mail);

create table depot.moves ({parted}, reply_to text, check (reply_to is null or reply_to ~ '^.+@.+\.([a-z]{2}|[a-z]{3})$')) {by};

--- columns/negative-quantity
alter table {t} add column free_seats int not null default 0;

create table depot.stubs ({id}, {link}, gross_weight numeric(8,3));

create domain depot.amount as bigint not null; create table depot.moves ({parted}, crate_qty depot.amount) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (list_price double precision, primary key (id)) inherits (depot.roots);
--+ columns/money-in-float: it is a float

--- columns/never-null
{heap note text} insert into depot.moves (home_ref, note) select {some}, 'v' || n from {rows 12000}; {seen}

create domain depot.words as text; create table depot.moves ({parted}, size numeric(9,2), motto depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n % 90, {some}, n, 'v' || n from {rows 10500}; {seen}

create table depot.roots ({id}, home_ref {ukeytype} not null references {u}); create index on depot.roots (home_ref);
create table depot.twigs (born date, primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref);
insert into depot.twigs select n, {some}, date '2000-01-01' + n % 900 from {rows 11000}; analyze depot.twigs;

--- columns/not-in-null
alter table {t} add column nick text;
-- queries
select {ukey} from {u} where ({ukey})::text not in (select x.nick from {t} as x where x.{key} is not null);

create table depot.moves ({parted}, nick text) {by};
-- queries
delete from {t} where {key} is not null and not ({key}::text in (select nick from depot.moves where moved_on > $1));

alter table {t} add column nick text;
-- queries
select {ukey} from {u} where {ukey}::text <> all (select nick from {t});

--- columns/null-in-quotes
alter table {t} add column nick text not null default 'NULL';

create table depot.stubs ({id}, {link}, nick varchar(9) not null); alter table depot.stubs alter nick set default 'none';

create domain depot.words as text not null; create table depot.moves ({parted}, nick depot.words default 'Nil') {by};

--- columns/number-in-text
alter table {t} add column seat_count varchar(4);

create table depot.stubs ({id}, {link}, line_total text not null);

create domain depot.words as text; create table depot.moves ({parted}, gross_weight depot.words) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (monthly_salary text, primary key (id)) inherits (depot.roots);

--- columns/one-value
{heap region text not null default 'north'} insert into depot.moves (home_ref) select {some} from {rows 1500}; {seen}

create table depot.moves ({parted}, tier smallint not null default 7) {by};
insert into depot.moves select n, date '2024-01-01' + n % 90, {some} from {rows 1100}; {seen}

create domain depot.moment as timestamptz not null; create domain depot.hour as depot.moment; {heap glazed depot.hour}
insert into depot.moves (home_ref, glazed) select {some}, '2024-05-01 10:00+00' from {rows 1300}; {seen}

--- columns/optional-with-default
alter table {t} add column rank bigint default 1;

create table depot.moves ({parted}, packed_on date default current_date) {by};

create domain depot.words as text; create domain depot.word as depot.words; create table depot.stubs ({id}, {link}, nick depot.word default '');

create table depot.stubs ({id}, {link}, extras jsonb, made uuid default gen_random_uuid()); alter table depot.stubs alter extras set default '[]';

--- columns/outlived-address
alter table {t} add column runs regprocedure[];

create table depot.moves ({parted}, runs regconfig not null) {by};

create domain depot.place as regnamespace; create table depot.stubs ({id}, {link}, runs depot.place);

--- columns/padded-text
alter table {t} add column nick char(30) not null default '';

create table depot.moves ({parted}, nick character(4)) {by};

create domain depot.letters as char(9); create domain depot.short as depot.letters; create table depot.stubs ({id}, {link}, nick depot.short);

--- columns/repeated-check
alter table {t} add constraint said check ({text} <> 'x'), add constraint said_again check (({text}) <> ('x'));

create table depot.moves ({parted}, size bigint, constraint one check (size > 0)) {by}; alter table depot.moves add constraint two check (size > 0);

create table depot.stubs ({id}, {link}, a bigint, b bigint, check (a < b), check (a > 0), constraint last check (a < b));

--- columns/rounded-instant
alter table {t} add column glazed timestamptz(0);

create table depot.moves ({parted}, glazed_local timestamp(0) not null) {by};

create domain depot.moment as timestamptz(0); create domain depot.hour as depot.moment; create table depot.stubs ({id}, {link}, glazed depot.hour);

--- columns/short-text
alter table {t} add column motto varchar(255) not null default '';

create table depot.moves ({parted}, motto character varying(256)) {by};

create domain depot.words as varchar(255); create domain depot.word as depot.words; create table depot.stubs ({id}, {link}, motto depot.word);

--- columns/stray-blanks
create sequence depot.n; alter table {full} add column nick text not null default case when nextval('depot.n') % 20 = 0 then ' v' else 'v' end || currval('depot.n');
alter table {full} alter column nick drop default;

create domain depot.words as varchar(30); create table depot.moves ({parted}, nick depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n = 7 then E'v7\n' else 'v' || n end from {rows 75};

create table depot.roots ({id}, {link}); create table depot.twigs (nick varchar(20) not null, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, nick) select n, {some}, rpad('v' || n, 8) from {rows 52};

--- columns/three-valued-flag
alter table {t} add column glazed boolean default true;

create table depot.moves ({parted}, glazed bool) {by};

create domain depot.yes as boolean; create domain depot.sure as depot.yes; create table depot.stubs ({id}, {link}, glazed depot.sure);

alter table {t} alter column {flag} drop not null;

--- columns/time-in-text
alter table {t} add column glazed_date varchar(10);

create table depot.moves ({parted}, shipped_at text) {by};

create domain depot.words as text; create table depot.stubs ({id}, {link}, start_timestamp depot.words, birthdate depot.words);

--- columns/time-without-zone
alter table {t} add column glazed timestamp not null default localtimestamp;

create table depot.moves ({parted}, glazed timestamp(6)) {by};

create domain depot.moment as timestamp; create domain depot.hour as depot.moment; create table depot.stubs ({id}, {link}, glazed depot.hour);

--- columns/two-nothings
create sequence depot.n; alter table {full} add column nick text default case nextval('depot.n') % 8 when 0 then '' when 1 then null else 'v' || currval('depot.n') end;
alter table {full} alter column nick drop default;

create domain depot.words as varchar(30); create table depot.moves ({parted}, nick depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 30 = 0 then '' when n % 2 = 0 then 'v' || n end from {rows 120};

create table depot.roots ({id}, {link}); create table depot.twigs (nick text collate "C", primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, nick) select n, {some}, nullif(repeat('v', n % 5), 'vv') from {rows 95};

--- columns/two-words
create sequence depot.n; alter table {full} add column glazed varchar(3) not null default case when nextval('depot.n') % 3 = 0 then 'yes' else 'no' end;
alter table {full} alter column glazed drop default;

create domain depot.words as text; create table depot.moves ({parted}, glazed depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 4 = 0 then 'T' when n % 4 > 1 then 'F' end from {rows 100};

create table depot.roots ({id}, {link}); create table depot.twigs (glazed text, primary key (id)) inherits (depot.roots);
insert into depot.twigs (id, home_ref, glazed) select n, {some}, case when n < 9 then 'On' else 'Off' end from {rows 58};

--- columns/typed-text
create sequence depot.n; alter table {full} add column nick text not null default gen_random_uuid()::text;
alter table {full} alter column nick drop default;

create domain depot.words as varchar(40); create table depot.moves ({parted}, glazed depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n, {some}, case when n % 9 = 0 then '' else to_char(timestamp '2024-01-01' + n * interval '7 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end from {rows 80};

{heap span text} insert into depot.moves (home_ref, span) select {some}, (n - 40) / 8.0 from {rows 88};

--- columns/undated
create table depot.stubs ({id}, {link}, inserted_time timestamptz not null);

create table depot.moves ({parted}, added_on date) {by};

create domain depot.moment as timestamptz; create table depot.roots ({id}, {link});
create table depot.twigs (created depot.moment, primary key (id)) inherits (depot.roots);

alter table {t} alter column {made} drop default;

--- columns/unstated-list
{heap stage varchar(12) not null} insert into depot.moves (home_ref, stage) select {some}, (array['packed', 'sent', 'lost'])[1 + n % 3] from {rows 12000}; {seen}

create domain depot.words as text; create table depot.moves ({parted}, stage depot.words) {by};
insert into depot.moves select n, date '2024-01-01' + n % 90, {some}, nullif(chr(97 + n % 6), 'a') from {rows 10500}; {seen}

create table depot.roots ({id}, home_ref {ukeytype} not null references {u}); create index on depot.roots (home_ref);
create table depot.twigs (stage text collate "C" not null, primary key (id)) inherits (depot.roots); create index on depot.twigs (home_ref);
insert into depot.twigs select n, {some}, case when n % 5 = 0 then 'in_transit' else 'in-depot' end from {rows 11000}; analyze depot.twigs;

--- columns/unvalidated
alter table {t} add constraint said check ({text} <> 'x') not valid;

create table depot.moves ({parted}, size bigint) {by}; alter table depot.moves add constraint said check (size > 0) not valid;

create table depot.stubs ({id}, {link}, more {ukeytype} unique); alter table depot.stubs add constraint whose foreign key (more) references {u} not valid;
--+ relationships/not-valid: it is a reference

--- columns/uuid-in-text
alter table {t} add column device_uuid char(36);

create table depot.moves ({parted}, sid varchar(40) not null default gen_random_uuid()::text) {by};

create domain depot.words as text; create table depot.stubs ({id}, {link}, "publicGuid" depot.words);
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

--- columns/vacuous-check
alter table {t} add constraint said check ({key} = {key});

create table depot.moves ({parted}, check (1 = 1)) {by};

create table depot.stubs ({id}, {link}, size bigint not null, constraint said check ((size) is not null));

alter table {t} add check (true);

--- columns/zoned-time
alter table {t} add column opens timetz not null default '12:00+00';

create table depot.moves ({parted}, opens time(3) with time zone) {by};

create domain depot.hour as timetz; create domain depot.noon as depot.hour; create table depot.stubs ({id}, {link}, opens depot.noon);
