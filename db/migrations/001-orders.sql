-- Orders: one root row, at most one delivery and one payment, any number of items.
--
-- The columns bear the names of the message's members, which is how the pipeline's mapping finds them. All but the keys may
-- be NULL: NULL stands for "the message has no such member", and what a message must have is the schema's to say.

CREATE TABLE orders (
  order_uid          text PRIMARY KEY,
  track_number       text,
  entry              text,
  locale             text,
  internal_signature text,
  customer_id        text,
  delivery_service   text,
  shardkey           text,
  sm_id              bigint,
  date_created       timestamptz,
  oof_shard          text,
  document           text,
  weir_origin        text,
  weir_position      bigint,
  weir_stored_at     timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN orders.document IS
  'The whole message, byte for byte, where the columns cannot give it back exactly; NULL for all others. Wins on reading.';
COMMENT ON COLUMN orders.weir_origin IS 'The lane that the message came from: cluster, topic, partition';
COMMENT ON COLUMN orders.weir_position IS 'Its place in that lane; an older one never overwrites a newer one';
COMMENT ON COLUMN orders.weir_stored_at IS 'When it was stored last';

-- The newest orders: for the page and for filling the cache at start.
CREATE INDEX orders_latest ON orders (weir_stored_at);

CREATE TABLE deliveries (
  order_uid text PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
  name      text,
  phone     text,
  zip       text,
  city      text,
  address   text,
  region    text,
  email     text
);

-- Amounts are whole numbers of the currency's unit, as in the message; payment_dt is seconds since 1970, kept as sent.
CREATE TABLE payments (
  order_uid     text PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
  transaction   text,
  request_id    text,
  currency      text,
  provider      text,
  amount        bigint,
  payment_dt    bigint,
  bank          text,
  delivery_cost bigint,
  goods_total   bigint,
  custom_fee    bigint
);

-- `ordinal` is the item's place in the message's list, from 0.
CREATE TABLE items (
  order_uid    text REFERENCES orders ON DELETE CASCADE,
  ordinal      integer,
  chrt_id      bigint,
  track_number text,
  price        bigint,
  rid          text,
  name         text,
  sale         bigint,
  size         text,
  total_price  bigint,
  nm_id        bigint,
  brand        text,
  status       bigint,
  PRIMARY KEY (order_uid, ordinal)
);
