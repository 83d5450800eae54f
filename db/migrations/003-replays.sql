-- A rejected message may go through its pipeline once more: this remembers that it has, in the transaction of what it became.

ALTER TABLE weir_rejects ADD COLUMN replayed_at timestamptz;

COMMENT ON COLUMN weir_rejects.replayed_at IS
  'When the message was replayed and stored: from then on it does not count as rejected. NULL: it was not';
