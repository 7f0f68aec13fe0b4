-- Plants for rules of access. How it is read: `operators.rs`.

--- access/alternative-policies
{papers} create policy first on depot.papers for update using (keeper = current_user);
create policy second on depot.papers to public using (keeper = session_user);

{papers} create role porter; create policy first on depot.papers for delete to porter using (keeper = current_user);
create policy second on depot.papers for delete to public, porter using (keeper = 'x');

alter table {t} enable row level security, force row level security;
create policy low on {t} for select using ({key} is not null); create policy high on {t} for select using ({key} is null);
--+ access/view-past-policies: views of the table are past its policies now
--+ access/copied-past-policies: as are materialised ones
--+ access/truncate-past-policies: a role may empty it

--- access/concatenated-sql
create procedure depot.reset(tab regclass, col text) language plpgsql as $$ begin
execute 'update ' || tab || ' set ' || col || ' = 0'; end $$;

create function depot.tell(which text) returns setof bigint language plpgsql as $$ declare n bigint; begin
for n in execute 'select id from ' || which loop return next n; end loop; end $$;

create function depot.tell(cols text) returns setof record language plpgsql as $f$ begin
return query EXECUTE ('select ' || cols || ' from pg_class'); end $f$;

create function depot.drop_it(which text) returns void language plpgsql as $$ declare q text; begin
q := 'drop table ' || which; execute q; end $$;

--- access/copied-past-policies
{guarded} create materialized view depot.copy as with p as (select q.id from depot.papers q) select p.id from p;
create unique index on depot.copy (id);

{guarded} create materialized view depot.copy as select x.{ukey} as a, (select max(p.keeper) from depot.papers p) as b from {u} x;
create unique index on depot.copy (a);

{guarded} create materialized view depot.copy as
select keeper as a from depot.papers union select 'nobody' with no data; create unique index on depot.copy (a);

--- access/escaping-row
{papers} create policy own on depot.papers as restrictive for update using (keeper = current_user) with check (true);
create policy pass on depot.papers using (keeper = current_user);

{papers} create role porter; create policy own on depot.papers for all to porter using (keeper = 'x') with check ((((true))));

alter table {t} enable row level security, force row level security;
create policy own on {t} for update using ({key} is not null) with check (true);
--+ access/view-past-policies: views of the table are past its policies now
--+ access/copied-past-policies: as are materialised ones
--+ access/truncate-past-policies: a role may empty it

--- access/extension-among-tables
create extension fuzzystrmatch schema {s};

create extension lo with schema {s};

create extension intarray; alter extension intarray set schema {s};

--- access/forgeable-claim
{papers} create policy own on depot.papers for update
using (keeper = (select (current_setting('request.jwt.claims', true)::json #>> array['user_metadata', 'name'])));

{papers} create policy own on depot.papers for insert
with check (keeper = (select current_setting('jwt')::jsonb -> 'raw_user_meta_data' ->> 'name'));

{papers} create policy base on depot.papers using (keeper = current_user); create policy own on depot.papers as restrictive for select
using (exists (select 1 where (current_setting('request.jwt.claims')::jsonb -> 'user_metadata') ? 'admin'));

--- access/formatted-sql
create procedure depot.wipe(which varchar) language plpgsql as $x$ begin perform 1; EXECUTE format('delete from depot.notes where id in (%s)', which); end $x$;

create domain depot.words as text; create function depot.tell(a depot.words, b int) returns setof bigint language plpgsql as $$ begin
return query execute format('select %1$s from depot.notes limit %2$s', a, b); end $$;

create function depot.tell(col text, dir text) returns bigint language plpgsql security invoker as $$ declare n bigint; begin
execute format('select id from %I order by %I %s', 'notes', col, dir) into n; return n; end $$;

--- access/idle-policy
create policy own on {t} for delete using ({key} is not null);

{guarded} alter table depot.papers disable row level security;

create table depot.moves ({parted}) {by};
create policy own on depot.moves as restrictive for select using (id > 0);

--- access/leaky-view
create role watcher; create view depot.shown as select {key} as a from {t} where {key} is not null with local check option;
grant select on depot.shown to watcher;

create role watcher; create view depot.shown (a, b) as select x.{key}, y.{ukey} from {t} x join {u} y on true where x.{key} is not null;
grant select on all tables in schema depot to watcher;
--+ access/view-past-policies: the other table may be guarded

create role watcher; create view depot.shown with (security_barrier = false) as select {key} as a from {t} where {key} is null;
grant select (a), update (a) on depot.shown to watcher;

--- access/no-policy
{papers}

{papers} create policy few on depot.papers as restrictive for select using (keeper = current_user);

create table depot.moves ({parted}) {by}; alter table depot.moves enable row level security, force row level security;

--- access/open-definer
create function depot.f() returns int language sql security definer return 1; revoke execute on function depot.f() from public;

create function depot.f() returns trigger language plpgsql security definer set work_mem = '1MB' as 'begin return new; end';

create function depot.f(text) returns text language sql parallel safe cost 5 as 'select $1'; revoke execute on function depot.f(text) from public;
alter function depot.f(text) security definer set timezone = 'UTC';

--- access/open-policy
{papers} create policy anybody on depot.papers for update to public using (true);

{papers} create role porter; create policy anyone on depot.papers to public, porter using (true) with check (true);

alter table {t} enable row level security, force row level security; create policy anyone on {t} for insert with check ((true));
--+ access/view-past-policies: views of the table are past its policies now
--+ access/copied-past-policies: as are materialised ones
--+ access/truncate-past-policies: a role may empty it

--- access/open-wire
-- statistics
-- settings = { ssl = "off", listen_addresses = "localhost,192.168.7.20,::1" }

-- statistics
-- settings = { ssl = "off", listen_addresses = "::" }

-- statistics
-- settings = { ssl = "off", listen_addresses = " 127.0.0.1 , db.example.org" }

--- access/owner-exempt
{guarded} alter table depot.papers no force row level security;

alter table {t} enable row level security, no force row level security; create policy own on {t} as restrictive using ({key} is not null);
create policy one on {t} for select using ({key} is not null);
--+ access/view-past-policies: views of the table are past its policies now
--+ access/copied-past-policies: as are materialised ones
--+ access/truncate-past-policies: a role may empty it

create table depot.moves ({parted}) {by}; create policy own on depot.moves_all for select using (id > 1);
alter table depot.moves_all enable row level security;

--- access/passed-on-grant
create role porter; grant usage on schema depot to porter with grant option;

create role porter; create sequence depot.numbers; grant usage, select on sequence depot.numbers to porter with grant option;

create role porter; grant references on {t} to porter with grant option;

create role porter; create function depot.f() returns int language sql return 1; grant execute on function depot.f() to porter with grant option;

--- access/plain-card-number
alter table {t} add column credit_card_number text;

create table depot.stubs ({id}, {link}, passport_number varchar(20) not null);

create domain depot.digits as varchar(16); create table depot.moves ({parted}, card_no depot.digits) {by};

alter table {t} add column social_security_number bigint;

--- access/plain-password
alter table {t} add column login_password varchar(72);

create table depot.stubs ({id}, {link}, pwd text not null default '');

create domain depot.words as varchar(99); create table depot.moves ({parted}, passphrase depot.words) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (admin_passwd text, primary key (id)) inherits (depot.roots);

--- access/plain-token
alter table {t} add column stripe_secret_key text;

create table depot.stubs ({id}, {link}, session_token varchar(64) not null unique);

create domain depot.words as text; create table depot.moves ({parted}, totp_secret depot.words) {by};

alter table {t} add column bearer_token text;

--- access/policy-asks-itself
{papers} create policy own on depot.papers using (exists (select 1 from {u} x join depot.papers p on true where p.keeper = current_user));

{papers} create policy own on depot.papers for select using (id = any (array(select q.id from depot.papers q where q.keeper = current_user)));

{papers} create policy own on depot.papers as restrictive for select using ((select count(*) from depot.papers) < 100);
create policy pass on depot.papers for update using (keeper = current_user);

{papers} create policy own on depot.papers using (id in (with p as (select id from depot.papers) select p.id from p));

--- access/policy-per-row
{papers} create policy own on depot.papers using (keeper = current_setting('app.who') and id > 0);

{papers} create function depot.who() returns name language plpgsql stable as 'begin return current_user; end';
create policy own on depot.papers as restrictive for delete using (keeper = depot.who());
create policy pass on depot.papers using (keeper = current_user);

{papers} create policy own on depot.papers for insert with check (coalesce(current_setting('app.who', true), '') = keeper);

--- access/public-definer
create function depot.f() returns setof bigint language plpgsql security definer set search_path = '' as 'begin return next 1; end';

create procedure depot.f(a text, b text) language sql security definer set search_path to pg_catalog as 'select 1';
grant execute on procedure depot.f(text, text) to public;

create function depot.f() returns int language sql set search_path = pg_catalog return 1; alter function depot.f() security definer;

--- access/public-grant
grant references, trigger on {t} to public;

create sequence depot.numbers; grant usage on sequence depot.numbers to public;

grant create on schema depot to public;

grant update ({key}) on {t} to public;

create view depot.shown as select {key} as a from {t}; grant select on depot.shown to public;
--+ access/leaky-view: everybody reads it

--- access/secret-in-schema
alter table {t} add column hook text not null default 'https://robot:Tr0ub4dor@hooks.example.net/in';

comment on column {t}.{key} is 'see amqp://mover:c0rrecthorse@queue.example.net/moves';

create procedure depot.send() language plpgsql as $$ begin perform 'xoxb-0123456789abcdef'; end $$;

create domain depot.words as text; create table depot.moves ({parted}, key depot.words default 'sk_live_0123456789ABCDEFabcd') {by};
--+ columns/optional-with-default: it may be null

--- access/truncate-past-policies
{guarded} create role porter; grant all on all tables in schema depot to porter;

create role porter; alter default privileges in schema depot grant truncate on tables to porter; {guarded}

create role porter; create table depot.moves ({parted}) {by}; grant delete, truncate on depot.moves_all to porter;
alter table depot.moves_all enable row level security, force row level security; create policy own on depot.moves_all using (id > 1);

--- access/unguarded-sibling
{guarded} create table depot.folders ({id}, {link}, keeper name not null);

{papers} create policy own on depot.papers using ((select current_setting('app.who')) = keeper);
create table depot.moves ({parted}, keeper name) {by};

{guarded} create table depot.roots ({id}, {link}); create table depot.twigs (keeper name, primary key (id)) inherits (depot.roots);

--- access/view-past-policies
{guarded} create view depot.shown as with p as (select q.id from depot.papers q) select p.id from p;

{guarded} create view depot.shown with (security_invoker = false) as select x.{ukey} as a from {u} x where exists (select from depot.papers);

{guarded} create view depot.shown as select 1 as a union all select 2 from depot.papers p;

--- access/weak-hash
-- committed
alter database {database} set password_encryption = 'md5';

-- committed
alter role all in database {database} set password_encryption = md5;

-- committed
alter role tablewright_lab in database {database} set password_encryption to 'md5';
