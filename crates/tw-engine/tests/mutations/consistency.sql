-- Plants for rules of consistency. How it is read: `operators.rs`.

--- consistency/disabled-trigger
create function depot.f() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger late after insert on {t} deferrable initially deferred for each row execute function depot.f();
alter table {t} disable trigger late;

create function depot.f() returns trigger language plpgsql as 'begin return null; end'; create table depot.moves ({parted}) {by};
create trigger late after truncate on depot.moves for each statement execute function depot.f(); alter table depot.moves disable trigger all;

create function depot.f() returns trigger language plpgsql as 'begin return null; end';
create trigger "Late One" after update on {t} for each statement execute function depot.f(); alter table {t} disable trigger "Late One";

--- consistency/limit-without-order
-- queries
select {key}, {required} from {t} where {key} is not null limit 50;

-- queries
select x.{key} from {t} as x join {u} y on x.{key}::text = y.{ukey}::text fetch first 10 rows only;

-- queries
with few as (select {key} from {t} limit 25) select {key} from few order by {key};

-- queries
select y.{ukey} from {u} as y where exists (select from {t} x where x.{key}::text = y.{ukey}::text) limit all offset 30;

--- consistency/nameless-insert
-- queries
insert into {t} select * from {t} where {key} is null;

-- queries
insert into {t} as x values ($1, $2) on conflict do nothing returning x.{key};

-- queries
with gone as (delete from {t} where {key} is null returning *), kept as (insert into {t} select * from gone returning {key}) select {key} from kept;

--- consistency/skipped-delete
create function depot.f() returns trigger language plpgsql as $$ begin -- return old would let it go
perform 1; return NEW; end $$; create trigger late before delete or update on {t} for each row execute function depot.f();

create function depot."F"() returns trigger language plpgsql as $$ begin insert into depot.notes values (1); return new; end $$;
create trigger late before delete on {t} for each row execute procedure depot."F"();

create function depot.f() returns trigger language plpgsql as $$ <<whole>> declare n int; begin n := 1; return  new; end $$;
create table depot.moves ({parted}) {by}; create trigger late before delete or insert on depot.moves_all for each row execute function depot.f();

--- consistency/swallowed-error
create function depot.f() returns trigger language plpgsql as $$ begin begin insert into depot.notes values (1);
exception when others then null; end; return new; end $$;

create procedure depot.f() language plpgsql as $$ begin perform 1 / 0; exception when unique_violation then raise; when others then /* fine */
end $$;

create function depot.f(a text, b text) returns void language plpgsql security invoker as $x$ begin perform a; EXCEPTION
  WHEN others THEN
    NULL;
END $x$;

--- consistency/swallowing-trigger
create function depot.f() returns trigger language plpgsql as $$ begin new.{key} := null; return null; end $$;
create trigger late before insert on {t} for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin if tg_op = 'INSERT' then return null; else return null; end if; end $$;
create trigger late before insert or update on {t} for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin RETURN
NULL; end $$; create table depot.moves ({parted}) {by}; create trigger late before update of id on depot.moves for each row execute function depot.f();

--- consistency/trigger-fires-itself
create function depot.f() returns trigger language plpgsql as $$ begin update {t} set {key} = {key} where {key} = new.{key}; return null; end $$;
create trigger late after update on {t} for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin insert into depot.stubs (home_ref) values (new.home_ref); return new; end $$;
create table depot.stubs ({id}, {link}); create trigger late after insert or delete on depot.stubs for each row execute function depot.f();

create function depot.f() returns trigger language plpgsql as $$ begin UPDATE ONLY depot.moves SET id = 2; return null; end $$;
create table depot.moves ({parted}) {by}; create trigger late after update on depot.moves for each row execute function depot.f();

--- consistency/unsafe-writes
-- committed
alter database {database} set zero_damaged_pages = on;

-- statistics
-- settings = { fsync = "off", full_page_writes = "on", ssl = "on" }

-- statistics
-- settings.full_page_writes = "off"

--- consistency/whole-table-write
-- queries
update only {t} as x set {required} = default returning x.{key};

-- queries
with gone as (delete from {t} returning {key}) select count(*) from gone;

-- queries
delete from {t} where true;
