#include "compiled_schema.hpp"

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>

#include "document_reader.hpp"
#include "rules.hpp"
#include "schema_flattener.hpp"

namespace weir::json_schema_validate {
namespace {

/// Lets valijson ask our rules about one place. The rules and the steps outlive it.
class RulesConstraint final : public valijson::constraints::PolyConstraint {
 public:
  RulesConstraint(const Rules& rules, Steps& steps) : rules_(&rules), steps_(&steps) {}

  bool validate(const valijson::adapters::Adapter& value, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    if (results == nullptr) return rules_->accept(value, nullptr, *steps_);
    // valijson copies each error, with its whole place, up through the levels above it.
    steps_->take(context.size() * context.size() * context.size() / 1'000);
    Rules::Complaint complaint;
    if (rules_->accept(value, &complaint, *steps_)) return true;
    std::vector<std::string> place = context;
    for (auto name = complaint.members.rbegin(); name != complaint.members.rend(); ++name) {
      place.push_back('[' + *name + ']');
    }
    results->pushError(place, complaint.reason);
    return false;
  }

 private:
  Constraint* cloneInto(void* memory) const override { return new (memory) RulesConstraint(*this); }
  std::size_t sizeOf() const override { return sizeof(RulesConstraint); }

  const Rules* rules_;
  Steps* steps_;
};

/// Makes the constraint of the keyword that the flattened schema has in the place of ours.
class RulesBuilder final : public valijson::ConstraintBuilder {
 public:
  RulesBuilder(const std::deque<Rules>& rules, Steps& steps) : rules_(rules), steps_(steps) {}
  valijson::constraints::Constraint* make(const valijson::adapters::Adapter& index) const override {
    return new RulesConstraint(rules_.at(static_cast<std::size_t>(index.getInteger())),
                               steps_);  // valijson deletes it
  }

 private:
  const std::deque<Rules>& rules_;
  Steps& steps_;
};

/// A schema is trusted in size, but read by the same rules as a message: no member twice, no number
/// changed.
constexpr Limits schema_limits{.bytes = std::size_t{16} << 20,
                               .depth = 256,
                               .items = 1'000'000,
                               .members = 1'000'000,
                               .string = std::size_t{1} << 20};

FlatSchema read(std::string_view text) {
  DocumentReader reader(schema_limits);
  if (const auto refusal = reader.read(text)) {
    throw std::runtime_error((refusal->pointer ? "at " + *refusal->pointer + ": " : "") +
                             refusal->reason);
  }
  return SchemaFlattener().flatten(reader.document());
}

}  // namespace

struct CompiledSchema::Parts {
  FlatSchema flat;
};

CompiledSchema::CompiledSchema(std::string_view text, const std::string& name) {
  try {
    parts_.reset(new Parts{read(text)});
    Steps none;
    bind(none);  // so that a fault shows now
  } catch (const std::exception& error) {
    throw std::runtime_error("the schema " + name + " cannot be used: " + error.what());
  }
}

CompiledSchema::CompiledSchema(CompiledSchema&&) noexcept = default;
CompiledSchema::~CompiledSchema() = default;

std::unique_ptr<const valijson::Schema> CompiledSchema::bind(Steps& steps) const {
  auto schema = std::make_unique<valijson::Schema>();
  const valijson::adapters::BoostJsonAdapter root(parts_->flat.document);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.addConstraintBuilder(
      rules_keyword, new RulesBuilder(parts_->flat.rules, steps));  // the parser deletes it
  parser.populateSchema(root, *schema);
  return schema;
}

const QuickPlan* CompiledSchema::quick_plan() const {
  return parts_->flat.quick ? &*parts_->flat.quick : nullptr;
}

CompiledSchema CompiledSchema::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) {
    throw std::runtime_error("the schema " + file.string() +
                             " cannot be read: " + std::strerror(errno) +
                             "; check `schema`, which is taken from the pipeline file's folder");
  }
  return CompiledSchema(text, file.string());
}

}  // namespace weir::json_schema_validate
