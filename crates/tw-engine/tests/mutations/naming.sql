-- Plants for rules of naming. How it is read: `operators.rs`.

--- naming/cut
alter table {t} add column the_day_on_which_whoever_was_responsible_for_it_at_the_time_looked_it_up date;

create table depot.the_things_that_were_moved_from_one_place_to_another_place_by_somebody ({id}, {link});

create table depot.moves ({parted}, nick text, constraint the_name_that_whoever_moved_it_gave_to_it_is_not_the_empty_string_one check (nick <> '')) {by};

create domain depot.words as text; create table depot.stubs ({id}, {link}, die_läufe_aller_gegenstände_die_jemals_bewegt_worden_sind_und_dann_weg depot.words);

--- naming/kind-in-name
create table depot.tbl_moves ({id}, {link});

alter table {t} add column bln_glazed boolean not null default false;

create domain depot.words as varchar(40); create table depot.moves ({parted}, str_nick depot.words) {by};

create table depot."TblMoves" ({id}, {link}, dec_size numeric(9,2));
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

--- naming/misspelt
alter table {t} add column departure date; alter table {u} add column departure date; alter table {v} add column departure date; alter table {w} add column depature date;

alter table {t} add column weighing_kind text; alter table {u} add column weighing_kind text; alter table {v} add column weighing_kind text;
create domain depot.words as text; create table depot.moves ({parted}, wieghing_kind depot.words) {by};

alter table {t} add column occurrence bigint; alter table {u} add column occurrence bigint; alter table {v} add column occurrence bigint;
create table depot.roots ({id}, {link}); create table depot.twigs (occurence bigint, primary key (id)) inherits (depot.roots);

--- naming/mixed-manner
alter table {t} add column "shelfPlace" text;
--+ naming/needs-quotes: its name

create table depot.moves ({parted}, "packedDay" date, "packedAs" text) {by};
--+ naming/needs-quotes: its name

create table depot.roots ({id}, {link}); create table depot.twigs ("ShelfPlace" text, primary key (id)) inherits (depot.roots);
--+ naming/needs-quotes: its name

--- naming/near-twins
alter table {t} add column shelf_place text, add column shelfplace text;

create domain depot.words as text; create table depot.moves ({parted}, crate depot.words, crates text) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (pack_day date, packday date, primary key (id)) inherits (depot.roots);

--- naming/needs-quotes
alter table {t} add column "shelf place" text;

create table depot."2nd_moves" ({parted}) {by depot."2nd_moves"};

create table depot.roots ({id}, {link}); create table depot.twigs ("place?" text, primary key (id)) inherits (depot.roots);

alter table depot.notes rename to "Notes";

--- naming/negated-flag
alter table {t} add column is_not_glazed boolean not null default false;

create domain depot.yes as boolean not null; create table depot.moves ({parted}, no_glaze depot.yes) {by};

create table depot.roots ({id}, {link}); create table depot.twigs (cannot boolean not null, can_not_float boolean not null, primary key (id)) inherits (depot.roots);

alter table {t} add column was_not_packed boolean not null default false;

--- naming/odd-number-out
create schema dock; create table dock.crates ({id}, {link}); create table dock.barrels ({id}, {link}); create table dock.sacks ({id}, {link}); create table dock.cranes ({id}, {link});
create table dock.hook ({id}, {link});
--+ naming/undescribed: nothing says what they are for

create schema dock; create table dock.big_crate ({id}, {link}); create table dock.barrel ({id}, {link}); create table dock.sack ({id}, {link}); create table dock.moves ({parted}) {by dock.moves};
create table dock.crane ({id}, {link});
--+ naming/undescribed: nothing says what they are for

create schema dock; create table dock."Crates" ({id}, {link}); create table dock."Ladies" ({id}, {link}); create table dock."Boxes" ({id}, {link}); create table dock."Men" ({id}, {link});
create table dock."Child" ({id}, {link});
--+ naming/needs-quotes: their names
--+ naming/undescribed: nothing says what they are for

--- naming/repeated-table
create table depot.crate ({id}, {link}, crate_size bigint, crate_colour text, crate_made date);

create domain depot.words as text; create table depot.wool_sacks ({parted}, wool_sack_cloth depot.words, wool_sack_seam depot.words, wool_sack_colour depot.words) {by depot.wool_sacks};

create table depot.roots ({id}, {link}); create table depot.boxes (boxes_width bigint, boxes_height bigint, boxes_depth bigint, primary key (id)) inherits (depot.roots);

--- naming/reserved-word
alter table {t} add column "window" text;

create table depot."all" ({parted}) {by depot."all"};

create table depot.roots ({id}, {link}); create table depot.twigs ("check" text, primary key (id)) inherits (depot.roots);

alter table depot.notes rename to "table";

--- naming/time-by-another-name
alter table {t} add column packed_at date;

create table depot.moves ({parted}, pickup_day timestamptz) {by};

create domain depot.moment as timestamptz(3); create domain depot.hour as depot.moment; create table depot.roots ({id}, {link});
create table depot.twigs (pack_date depot.hour, primary key (id)) inherits (depot.roots);

--- naming/undescribed
create schema dock; create table dock.crates ({id}, {link}); create table dock.barrels ({id}, {link}); create table dock.sacks ({id}, {link}); create table dock.cranes ({id}, {link});
create table dock.hooks ({id}, {link});

create schema dock; create table dock.crates ({id}, {link}); create table dock.barrels ({id}, {link}); create table dock.sacks ({id}, {link}); create table dock.roots ({id}, {link});
create table dock.twigs (size bigint, primary key (id)) inherits (dock.roots); create table dock.leaves (size bigint, primary key (id)) inherits (dock.roots); comment on table dock.roots is 'Roots.'; comment on column dock.crates.id is 'The number.';

create schema "Dock"; do $$ declare n text; begin foreach n in array array['crates', 'barrels', 'sacks', 'cranes', 'hooks', 'ropes'] loop
execute format('create table "Dock".%I ({id}, {link})', n); end loop; end $$;

--- naming/vague
alter table {t} add column misc text;

create table depot.stuff ({parted}) {by depot.stuff};

create table depot.roots ({id}, {link}); create table depot.twigs (field1 text, primary key (id)) inherits (depot.roots);

alter table depot.notes rename to temp;
