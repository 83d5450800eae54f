/// Two steps that do nothing: what the engine and the ABI cost, and nothing else.
#include <weir/stage.hpp>

#include <cstddef>

namespace {

class Empty {
 public:
  static constexpr weir::Info info{
      .id = "empty", .summary = "Passes a batch on, unseen.", .schema = "{}"};
  explicit Empty(const weir::Context&) {}
  void process(const weir::Batch&, weir::Edit&) {}
};

class Looking {
 public:
  static constexpr weir::Info info{
      .id = "looking", .summary = "Looks at each message, and passes it on.", .schema = "{}"};
  explicit Looking(const weir::Context&) {}
  void process(const weir::Batch& batch, weir::Edit&) {
    for (std::size_t i = 0; i < batch.size(); ++i) seen_ += batch[i].value().size();
  }

 private:
  std::size_t seen_ = 0;
};

}  // namespace

WEIR_PLUGIN("bench-empty", "0.1.0", Empty, Looking);
