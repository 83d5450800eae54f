#include <weir/stage.hpp>

#include <string>

/// Writes a mark before every value.
class Marker {
 public:
  static constexpr weir::Info info{.id = "marker", .summary = "Writes a mark before every value."};
  explicit Marker(const weir::Context&) {}

  void process(const weir::Batch& batch, weir::Edit& edit) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      edit.replace_value(i, batch[i], MARK ": " + std::string(batch[i].value()));
    }
  }
};

WEIR_PLUGIN("marker", "0.1.0", Marker);
