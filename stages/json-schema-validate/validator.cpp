#include "validator.hpp"

#include <array>
#include <exception>
#include <string>
#include <utility>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "document_reader.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

/// valijson's own sentences, by how they begin, in words for whoever sent the message. A sentence
/// that names a member ends with it in single quotation marks.
struct Sentence {
  std::string_view begins, reads;
  enum class Member { none, in_reason, in_place } member;
};

constexpr std::array<Sentence, 10> sentences{{
    {"Missing required property ", "the member NAME is missing", Sentence::Member::in_reason},
    {"Object contains a property that could not be validated",
     "is a member that the schema does not know", Sentence::Member::in_place},
    {"Failed to validate against schema associated with property name",
     "is not allowed by the schema", Sentence::Member::in_place},
    {"Missing dependency ", "the member NAME is missing, which another member asks for",
     Sentence::Member::in_reason},
    {"Target should not validate against schema specified in 'not'",
     "is what the schema excludes (not)", Sentence::Member::none},
    {"Failed to any values against subschema in 'contains'",
     "must hold an element of the kind that `contains` asks for", Sentence::Member::none},
    {"Failed to validate against exactly one child schema",
     "fits more than one of the choices of oneOf", Sentence::Member::none},
    {"Array contains more items than allowed", "must not hold more elements than `items` lists",
     Sentence::Member::none},
    {"Cannot validate item #", "must not hold more elements than `items` lists",
     Sentence::Member::none},
    {"Failed to validate", "is not allowed by the schema", Sentence::Member::none},
}};

std::string member_of(std::string_view sentence) {
  const std::size_t end = sentence.rfind('\'');
  const std::size_t introduced = sentence.find(": '");
  const std::size_t begin =
      introduced == std::string_view::npos ? sentence.find('\'') : introduced + 2;
  if (end == std::string_view::npos || begin == std::string_view::npos || begin >= end) return {};
  return std::string(sentence.substr(begin + 1, end - begin - 1));
}

/// The first error that valijson found: children come before their parents, so it is the innermost.
Refusal explain(const valijson::ValidationResults& results) {
  if (results.begin() == results.end()) {
    return {"schema",
            "does not satisfy the schema: a member's name is not one that propertyNames allows, or "
            "nothing is",
            std::nullopt};
  }
  const auto& [context, description] = *results.begin();
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {  // 0 is the root; the others stand in brackets
    append_token(pointer, std::string_view(context[i]).substr(1, context[i].size() - 2));
  }
  std::string reason = description;
  for (const Sentence& sentence : sentences) {
    if (!description.starts_with(sentence.begins)) continue;
    reason = sentence.reads;
    const std::string member =
        sentence.member == Sentence::Member::none ? "" : member_of(description);
    if (sentence.member == Sentence::Member::in_place) append_token(pointer, member);
    if (sentence.member == Sentence::Member::in_reason)
      reason.replace(reason.find("NAME"), 4, in_quotes(member));
    break;
  }
  return {"schema", std::move(reason), bounded_pointer(std::move(pointer))};
}

}  // namespace

struct Validator::Parts {
  const CompiledSchema& schema;
  DocumentReader reader;
  valijson::Validator validator{};  // used again: a new one costs more than a check
};

Validator::Validator(const CompiledSchema& schema, const Limits& limits)
    : parts_(new Parts{schema, DocumentReader(limits)}) {}

Validator::~Validator() = default;

std::optional<Refusal> Validator::check(std::string_view bytes) {
  if (auto refusal = parts_->reader.read(bytes)) return refusal;
  const valijson::adapters::BoostJsonAdapter document(parts_->reader.document());
  const valijson::Subschema& schema = parts_->schema.root();
  try {
    if (parts_->validator.validate(schema, document, nullptr)) return std::nullopt;
    valijson::ValidationResults results;  // collecting them is several times slower
    parts_->validator.validate(schema, document, &results);
    return explain(results);
  } catch (const std::exception& error) {
    // One odd message must not stop the pipeline for ever.
    return Refusal{"schema",
                   std::string("could not be checked against the schema: ") + error.what(),
                   std::nullopt};
  }
}

}  // namespace weir::json_schema_validate
