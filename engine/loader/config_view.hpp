#pragma once

#include <weir/abi.h>

#include <filesystem>
#include <memory>
#include <string>

namespace weir {

/// A stage's `with:` as the ABI shows it: a JSON object read by JSON Pointer. Immutable, so [any].
/// Must outlive the stage.
class ConfigView {
 public:
  /// `json` is an object, checked before. Throws std::invalid_argument when it is not.
  ConfigView(std::string json, const std::filesystem::path& folder);
  ~ConfigView();
  ConfigView(const ConfigView&) = delete;
  ConfigView& operator=(const ConfigView&) = delete;

  const weir_config* raw() const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

}  // namespace weir
