-- Plants for rules of normal forms. How it is read: `operators.rs`.

--- normal-forms/copied-column
create table depot.makers ({id}, {link}, motto text not null); create table depot.goods ({id}, maker_id bigint not null references depot.makers, maker_motto text not null); create index on depot.goods (maker_id);

create domain depot.words as text; create table depot.makers (maker_id bigint primary key, {link}, "cityName" depot.words, city depot.words);
create table depot.moves ({parted}, made_by bigint references depot.makers, maker_city depot.words) {by}; create index on depot.moves (made_by);
--+ naming/needs-quotes: its name
--+ naming/mixed-manner: its name

create table depot.makers (a bigint, b bigint, {link}, phone text, primary key (a, b)); create table depot.goods ({id}, a bigint not null, maker_no bigint not null,
maker_phone varchar(20), foreign key (a, maker_no) references depot.makers); create index on depot.goods (a, maker_no);

--- normal-forms/depends-on-part
create table depot.makers ({id}, {link}, motto text not null); create table depot.goods (home_ref {ukeytype} references {u}, maker bigint references depot.makers, maker_motto text not null, size bigint, more date,
primary key (home_ref, maker)); create index on depot.goods (maker);

create table depot.makers (id uuid primary key, {link}, born date not null); create table depot.moves (moved_on date, maker_id uuid references depot.makers, maker_born date, size bigint,
primary key (moved_on, maker_id)) {all}; create index on depot.moves (maker_id);

create domain depot.words as text; create table depot.makers ({id}, {link}, city depot.words not null);
create table depot.goods (n bigint, maker bigint, maker_city depot.words, size bigint, constraint by_both primary key (maker, n)); alter table depot.goods add constraint made foreign key (maker) references depot.makers on delete cascade;

--- normal-forms/stored-derived
alter table {t} add column qty bigint, add column price_each numeric(9,2), add column line_total numeric(9,2);
--+ columns/negative-quantity: they may be negative

create domain depot.words as text; create table depot.moves ({parted}, given_name depot.words, surname depot.words, full_name depot.words) {by};

create table depot.stubs ({id}, {link}, born_on date, age smallint);
--+ columns/age: it is an age

--- normal-forms/unkept-count
create table depot.makers ({id}, {link}, good_count bigint not null default 0); create table depot.goods ({id}, maker bigint not null references depot.makers); create index on depot.goods (maker);

create domain depot.amount as int not null; create table depot.makers ({id}, {link}, number_of_moves depot.amount default 0);
create table depot.moves ({parted}, maker bigint references depot.makers) {by}; create index on depot.moves (maker);

create table depot.makers ({id}, {link}); create table depot.sold_goods ({id}, maker bigint); alter table depot.sold_goods add constraint made foreign key (maker) references depot.makers on delete cascade;
create index on depot.sold_goods (maker); alter table depot.makers add column num_sold_goods bigint;
