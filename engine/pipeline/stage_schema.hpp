#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <memory>
#include <string>

namespace weir {

/// The draft-07 schema of a stage type's `with:`. Immutable, but one thread at a time: its parts
/// are counted references.
class StageSchema {
 public:
  using Value = Poco::Dynamic::Var;
  using Object = Poco::JSON::Object::Ptr;
  using Array = Poco::JSON::Array::Ptr;

  /// Throws std::invalid_argument, with the reason, when the text is no such schema, or uses a
  /// keyword that valijson would silently ignore.
  explicit StageSchema(const std::string& json);
  ~StageSchema();
  StageSchema(const StageSchema&) = delete;
  StageSchema& operator=(const StageSchema&) = delete;

  const Value& root() const { return root_; }
  /// What stands behind a `$ref`; any other schema is returned as it is.
  Value resolve(const Value& schema) const;
  /// Whether a regular expression is applied to texts or keys somewhere.
  bool has_patterns() const { return has_patterns_; }

  /// Valijson's verdict on a JSON text. Formats are not its business: it knows neither `duration`
  /// nor `bytes`, and throws where a format meets a value that is no text.
  bool accepts(const std::string& json) const;

  /// Null when the value is none.
  static Object object(const Value& value);
  static Array array(const Value& value);

 private:
  struct Compiled;

  Value root_;
  bool has_patterns_ = false;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace weir
