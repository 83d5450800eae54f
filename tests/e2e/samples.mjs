// Orders for the tests.

export const sampleId = 'b563feb7b2b84b6test';

export const sampleOrder = {
  order_uid: sampleId,
  track_number: 'WBILMTESTTRACK',
  entry: 'WBIL',
  delivery: {
    name: 'Test Testov',
    phone: '+9720000000',
    zip: '2639809',
    city: 'Kiryat Mozkin',
    address: 'Ploshad Mira 15',
    region: 'Kraiot',
    email: 'test@gmail.com',
  },
  payment: {
    transaction: sampleId,
    request_id: '',
    currency: 'USD',
    provider: 'wbpay',
    amount: 1817,
    payment_dt: 1637907727,
    bank: 'alpha',
    delivery_cost: 1500,
    goods_total: 317,
    custom_fee: 0,
  },
  items: [
    {
      chrt_id: 9934930,
      track_number: 'WBILMTESTTRACK',
      price: 453,
      rid: 'ab4219087a764ae0btest',
      name: 'Mascaras',
      sale: 30,
      size: '0',
      total_price: 317,
      nm_id: 2389212,
      brand: 'Vivienne Sabo',
      status: 202,
    },
  ],
  locale: 'en',
  internal_signature: '',
  customer_id: 'test',
  delivery_service: 'meest',
  shardkey: '9',
  sm_id: 99,
  date_created: '2021-11-26T06:22:19Z',
  oof_shard: '1',
};

/** An order with several items, members that the page does not know, and sums that disagree. */
export const richOrder = (id) => ({
  ...sampleOrder,
  order_uid: id,
  gift: { wrap: 'red', note: 'Mind the gap' },
  tags: ['spring', 'priority'],
  payment: {
    ...sampleOrder.payment,
    transaction: 'tx-7719',
    amount: 123456,
    goods_total: 1234,
    wallet: 'w-1',
  },
  items: [
    sampleOrder.items[0],
    {
      ...sampleOrder.items[0],
      chrt_id: 9934931,
      name: 'A long name of an item that goes on over more than one line',
      brand: 'L’Oréal',
      price: 1200,
      sale: 25,
      total_price: 900,
      size: 'XL',
      colour: 'blue',
    },
    {
      ...sampleOrder.items[0],
      chrt_id: 9934932,
      name: 'Sérum',
      price: 100,
      sale: 0,
      total_price: 100,
      status: 404,
    },
  ],
});

/** The same order with `make(path)` in the place of every string; the members' names stay. */
export function withStrings(value, make, path = '') {
  if (typeof value === 'string') return make(path);
  if (Array.isArray(value))
    return value.map((entry, index) => withStrings(entry, make, `${path}/${index}`));
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        withStrings(member, make, `${path}/${name}`),
      ]),
    );
  }
  return value;
}
