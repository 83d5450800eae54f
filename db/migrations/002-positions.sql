-- Where each lane of a pipeline goes on, and which of its messages were rejected: written in the transaction of the rows that
-- the same messages became. Together they say of every position that is done what became of it.

CREATE TABLE weir_positions (
  pipeline   text,
  origin     text,
  epoch      bigint NOT NULL,
  next       bigint,
  last       bigint,
  mark       bigint,
  claimed_by text,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  moved_at   timestamptz,
  PRIMARY KEY (pipeline, origin)
) WITH (fillfactor = 20); -- one update a batch, of no indexed column: room for them on the row's own page

COMMENT ON COLUMN weir_positions.origin IS 'The lane: cluster, topic, partition';
COMMENT ON COLUMN weir_positions.epoch IS 'Counts the claims; a writer of an older claim is fenced off';
COMMENT ON COLUMN weir_positions.next IS 'Where the lane goes on; everything before it is stored or rejected. NULL: not begun';
COMMENT ON COLUMN weir_positions.last IS 'Position of the last message before next; NULL: not known';
COMMENT ON COLUMN weir_positions.mark IS 'Fingerprint of that message: tells whether the position still means the same';

CREATE TABLE weir_rejects (
  pipeline    text,
  origin      text,
  position    bigint,
  code        text NOT NULL,
  rejected_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (pipeline, origin, position)
);

COMMENT ON TABLE weir_rejects IS
  'One row a rejected message. Its letter was on disk before; a letter without a row does not count: its message came again.';
