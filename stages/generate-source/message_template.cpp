#include "message_template.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <variant>

#include "expression.hpp"

namespace weir::generate_source {

struct MessageTemplate::Node {
  using Piece = std::variant<std::string, Expression>;

  /// A string with expressions, or a value that is always the same.
  struct Leaf {
    std::vector<Piece> pieces;
    std::optional<Value> constant;
    bool is_key = false;
  };
  struct Object {
    std::vector<std::string> names;  // as JSON, with the colon
    std::vector<Node> values;        // of these, in the same order
  };
  struct Array {
    std::vector<Node> items;
    std::optional<Repetition> repetition;  // of all items
  };

  std::string member;  // the name of the innermost member that it belongs to
  std::variant<Leaf, Object, Array> content;
};

class MessageTemplate::Compiler {
 public:
  explicit Compiler(const std::string& key) : key_(key) {}

  Node compile(const boost::json::value& json, const std::string& member,
               const std::string& place) {
    try {
      return {member, content(json, member, place)};
    } catch (const Placed&) {
      throw;
    } catch (const std::runtime_error& e) {
      throw Placed("at " + (place.empty() ? "the top" : place) + ": " + e.what());
    }
  }
  bool found_key() const { return found_key_; }

 private:
  /// An error that names its place already.
  struct Placed : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  using Content = decltype(Node::content);

  Content content(const boost::json::value& json, const std::string& member,
                  const std::string& place) {
    if (json.is_object()) return object(json.get_object(), place);
    if (json.is_array()) return array(json.get_array(), member, place);
    Node::Leaf leaf =
        json.is_string() ? string_leaf(json.get_string()) : Node::Leaf{{}, constant(json)};
    leaf.is_key = !key_.empty() && place == key_;
    found_key_ = found_key_ || leaf.is_key;
    return leaf;
  }

  Node::Object object(const boost::json::object& json, const std::string& place) {
    Node::Object object;
    for (const auto& [name, value] : json) {
      const std::string text(name);
      std::string printed;
      append_json_string(printed, text);
      object.names.push_back(printed + ":");
      object.values.push_back(compile(value, text, place + "/" + escaped(text)));
    }
    return object;
  }

  Node::Array array(const boost::json::array& json, const std::string& member,
                    const std::string& place) {
    Node::Array array;
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (i == 0 && json[0].is_string()) {
        array.repetition = parse_repetition(std::string_view(json[0].get_string()));
        if (array.repetition) continue;
      }
      array.items.push_back(compile(json[i], member, place + "/" + std::to_string(i)));
    }
    return array;
  }

  static Node::Leaf string_leaf(std::string_view text) {
    Node::Leaf leaf;
    while (!text.empty()) {
      const auto open = text.find("{{");
      if (open > 0) leaf.pieces.emplace_back(std::string(text.substr(0, open)));
      if (open == std::string_view::npos) break;
      const auto close = text.find("}}", open);
      if (close == std::string_view::npos) {
        throw std::runtime_error("\"" + std::string(text) +
                                 "\" opens an expression and does not close it; add }}");
      }
      leaf.pieces.emplace_back(Expression::parse(text.substr(open + 2, close - open - 2)));
      text.remove_prefix(close + 2);
    }
    for (const auto& piece : leaf.pieces) {
      const auto* expression = std::get_if<Expression>(&piece);
      if (leaf.pieces.size() > 1 && expression != nullptr && expression->is_sum()) {
        throw std::runtime_error(
            "a {{sum ...}} must be the whole text; take away what stands beside it");
      }
    }
    if (leaf.pieces.empty()) leaf.constant = Value::of_text("");
    return leaf;
  }

  static Value constant(const boost::json::value& json) {
    if (json.is_int64()) return Value::of_number({.units = json.get_int64()});
    if (!json.is_double()) return Value::of_literal(boost::json::serialize(json));
    // Shorter than Boost.JSON would write it, which knows only numbers with exponents.
    std::array<char, 64> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), json.get_double()).ptr;
    const std::string text(digits.data(), end);
    const auto decimal = Decimal::from(text);
    return decimal ? Value::of_number(*decimal) : Value::of_literal(text);
  }

  static std::string escaped(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
  }

  const std::string& key_;
  bool found_key_ = false;
};

MessageTemplate::MessageTemplate(std::string_view json, const std::string& key) {
  boost::system::error_code error;
  const auto document = boost::json::parse({json.data(), json.size()}, error);
  if (error) throw std::runtime_error("it is not JSON (" + error.message() + "); correct it");
  Compiler compiler(key);
  root_ = std::make_unique<const Node>(compiler.compile(document, "", ""));
  if (!key.empty() && !compiler.found_key()) {
    throw std::runtime_error("it has no single value at " + key + "; correct `key`");
  }
  try_out();
}

MessageTemplate::~MessageTemplate() = default;
MessageTemplate::MessageTemplate(MessageTemplate&&) noexcept = default;
MessageTemplate& MessageTemplate::operator=(MessageTemplate&&) noexcept = default;

MessageTemplate MessageTemplate::read(const std::filesystem::path& file, const std::string& key) {
  try {
    return {read_file(file), key};
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("generate-source cannot use the template " + file.string() + ": " +
                             e.what());
  }
}

void MessageTemplate::try_out() const {
  for (const Repeats repeats : {Repeats::fewest, Repeats::most}) {
    Random random(1, 0);
    static_cast<void>(fill_in(Draft(random, Instant{}, 1, repeats)));
  }
}

Document MessageTemplate::fill_in(Draft draft) const {
  draw(*root_, draft);
  draft.work_out_sums();
  Document document;
  print(*root_, draft, document, true);
  return document;
}

void MessageTemplate::draw(const Node& node, Draft& draft) {
  if (const auto* object = std::get_if<Node::Object>(&node.content)) {
    for (const auto& value : object->values) draw(value, draft);
    return;
  }
  if (const auto* array = std::get_if<Node::Array>(&node.content)) {
    const auto& repetition = array->repetition;
    const std::size_t count =
        repetition ? draft.add_repeat(repetition->least, repetition->most) : 1;
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto& item : array->items) draw(item, draft);
    }
    return;
  }
  const auto& leaf = std::get<Node::Leaf>(node.content);
  if (leaf.constant) return draft.add(node.member, *leaf.constant);
  if (leaf.pieces.size() == 1) {
    if (const auto* expression = std::get_if<Expression>(&leaf.pieces.front())) {
      if (expression->is_sum()) return draft.add_sum(node.member, expression->words());
      return draft.add(node.member, expression->draw(draft));
    }
  }
  std::string text;
  for (const auto& piece : leaf.pieces) {
    const auto* literal = std::get_if<std::string>(&piece);
    text += literal != nullptr ? *literal : std::get<Expression>(piece).draw(draft).text;
  }
  draft.add(node.member, Value::of_text(std::move(text)));
}

void MessageTemplate::print(const Node& node, Draft& draft, Document& document, bool outermost) {
  auto& out = document.text;
  const auto comma = [&out](char before) {
    if (out.back() != before) out += ',';
  };
  if (const auto* object = std::get_if<Node::Object>(&node.content)) {
    out += '{';
    for (std::size_t i = 0; i < object->values.size(); ++i) {
      comma('{');
      const std::size_t begin = out.size();
      out += object->names[i];
      const std::size_t value = out.size();
      print(object->values[i], draft, document, false);
      if (outermost)
        document.members.push_back({.begin = begin, .value = value, .end = out.size()});
    }
    out += '}';
    return;
  }
  if (const auto* array = std::get_if<Node::Array>(&node.content)) {
    out += '[';
    const std::size_t count = array->repetition ? draft.next_repeat() : 1;
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto& item : array->items) {
        comma('[');
        print(item, draft, document, false);
      }
    }
    out += ']';
    return;
  }
  const Value& value = draft.next_value();
  if (std::get<Node::Leaf>(node.content).is_key) document.key = value.text;
  if (value.kind == Value::Kind::text) {
    append_json_string(out, value.text);
  } else {
    out += value.text;
  }
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf())) {
    throw std::runtime_error("the file " + file.string() +
                             " cannot be read; correct the path or its rights");
  }
  return std::move(content).str();
}

}  // namespace weir::generate_source
