-- A small shop as one finds it: reviewed in docs/guide/review.md and by crates/tablewright/tests/review.rs.
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE
);
COMMENT ON TABLE customers IS 'People who have bought.';

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers ON DELETE SET NULL,
    total real NOT NULL CHECK (total >= 0),
    placed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE orders IS 'What was bought at once.';

-- tablewright: ignore keys/no-primary because rows are only sorted out from here
CREATE TABLE arrivals (line text NOT NULL);
COMMENT ON TABLE arrivals IS 'Lines of files as they come in.';
