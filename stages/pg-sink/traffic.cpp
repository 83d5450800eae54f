#include "traffic.hpp"

#include <array>

namespace weir::pg_sink {

Traffic Traffic::of(const Host& host) {
  static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                     0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
  return {
      .batch_seconds =
          host.histogram("weir_pg_batch_seconds", "Time to store a batch, commit included", bounds),
      .messages =
          host.counter("weir_pg_messages_total", "Messages stored, superseded ones included"),
      .superseded = host.counter("weir_pg_superseded_total",
                                 "Messages that a later one of the same key made needless"),
      .documents =
          host.counter("weir_pg_documents_total", "Messages kept whole beside their columns"),
      .halvings = host.counter("weir_pg_halvings_total",
                               "Batches cut in two in search of a refused message"),
      .refused = host.counter("weir_pg_refused_total", "Messages that PostgreSQL refused"),
      .retries = host.counter("weir_pg_retries_total",
                              "Batches given back because PostgreSQL was away or busy"),
      .inserts =
          host.counter("weir_pg_inserts_total", "Small batches of new keys, written by INSERT"),
      .copies = host.counter("weir_pg_copies_total", "Large batches of new keys, written by COPY"),
      .fallbacks = host.counter("weir_pg_fallbacks_total",
                                "Batches written by an upsert after all, because they were not of "
                                "new keys, or because COPY was refused"),
  };
}

}  // namespace weir::pg_sink
