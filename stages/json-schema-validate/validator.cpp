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
#include "quick_check.hpp"
#include "wording.hpp"

namespace weir::json_schema_validate {
namespace {

/// valijson's own sentences, by how they begin, in words for whoever sent the message. Where one
/// names a member, that follows the beginning, up to the last quotation mark.
struct Sentence {
  std::string_view begins, reads;
  enum class Member { none, in_reason, in_place } member;
};

constexpr std::array<Sentence, 10> sentences{{
    {"Missing required property '", "the member NAME is missing", Sentence::Member::in_reason},
    {"Object contains a property that could not be validated using 'properties' or "
     "'additionalProperties' constraints: '",
     "is a member that the schema does not know", Sentence::Member::in_place},
    {"Failed to validate against schema associated with property name '",
     "is not allowed by the schema", Sentence::Member::in_place},
    {"Missing dependency '", "the member NAME is missing, which another member asks for",
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

std::string_view member_of(std::string_view sentence, const Sentence& known) {
  sentence.remove_prefix(known.begins.size());
  return sentence.substr(0, sentence.rfind('\''));
}

constexpr std::size_t costlier = 10;  // times: a step while errors are collected and copied

Refusal too_costly(std::size_t most) {
  return {"too-costly",
          "checking it against the schema takes more than " + std::to_string(most) +
              " steps (limits.steps); send flatter messages, raise the limit, or take choices that "
              "lead back to themselves out of the schema",
          std::nullopt};
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
    const std::string_view member = member_of(description, sentence);
    if (sentence.member == Sentence::Member::in_place) append_token(pointer, member);
    if (sentence.member == Sentence::Member::in_reason)
      reason.replace(reason.find("NAME"), 4, in_quotes(member));
    break;
  }
  return {"schema", std::move(reason), bounded_pointer(std::move(pointer))};
}

}  // namespace

struct Validator::Parts {
  Parts(const CompiledSchema& compiled, const Limits& its_limits)
      : limits(its_limits), reader(its_limits), schema(compiled.bind(steps)) {
    if (const QuickPlan* plan = compiled.quick_plan()) quick.emplace(*plan, its_limits);
  }

  Limits limits;
  std::optional<QuickCheck> quick{};
  DocumentReader reader;
  Steps steps{};
  std::unique_ptr<const valijson::Schema> schema;
  valijson::Validator validator{};  // used again: a new one costs more than a check

  bool satisfies(const valijson::adapters::BoostJsonAdapter& document, std::size_t most_steps,
                 valijson::ValidationResults* results) {
    steps.begin(most_steps);
    return validator.validate(*schema, document, results);
  }
};

Validator::Validator(const CompiledSchema& schema, const Limits& limits)
    : parts_(std::make_unique<Parts>(schema, limits)) {}

Validator::~Validator() = default;

std::optional<Refusal> Validator::check(std::string_view bytes) {
  if (parts_->quick && parts_->quick->fits(bytes)) return std::nullopt;
  return check_fully(bytes);
}

std::optional<Refusal> Validator::check_fully(std::string_view bytes) {
  if (auto refusal = parts_->reader.read(bytes)) return refusal;
  const valijson::adapters::BoostJsonAdapter document(parts_->reader.document());
  const std::size_t most = parts_->limits.steps;
  bool refused = false;
  try {
    if (parts_->satisfies(document, most, nullptr)) return std::nullopt;
    refused = true;
    valijson::ValidationResults results;  // collecting them is several times slower
    parts_->satisfies(document, most / costlier, &results);
    return explain(results);
  } catch (const Steps::Exhausted&) {
    if (refused) {
      return Refusal{"schema", "does not satisfy the schema, in more ways than can be told apart",
                     std::nullopt};
    }
    return too_costly(most);
  } catch (const std::exception& error) {
    // One odd message must not stop the pipeline for ever.
    return Refusal{"schema",
                   std::string("could not be checked against the schema: ") + error.what(),
                   std::nullopt};
  }
}

}  // namespace weir::json_schema_validate
