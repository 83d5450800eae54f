#include "engine/pipeline/yaml_tree.hpp"

#include "engine/pipeline/scalar.hpp"
#include "engine/pipeline/source_text.hpp"
#include "engine/pipeline/yaml.hpp"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view quoted_tag =
    "!";  // yaml-cpp's names for "no tag, quoted" and "no tag, not quoted"
constexpr std::string_view plain_tag = "?";
constexpr std::string_view text_tag = "tag:yaml.org,2002:str";

struct Cost {
  std::size_t nodes = 0, bytes = 0;
};

void add_cost(const Node& node, Cost& cost) {
  cost.nodes += 1;
  cost.bytes += node.text.size() + node.written.size();
  for (const Node& item : node.items) add_cost(item, cost);
  for (const Member& member : node.members) {
    cost.bytes += member.key.size();
    add_cost(member.value, cost);
  }
}

/// Whether the empty value at `rest` is written out, and how long.
std::size_t null_width(std::string_view rest) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!rest.starts_with(word)) continue;
    rest.remove_prefix(word.size());
    return rest.empty() ||
                   std::string_view(" \t\r\n,]}").find(rest.front()) != std::string_view::npos
               ? word.size()
               : 0;
  }
  return 0;
}

std::size_t depth_of(const Node& node) {
  std::size_t deepest = 0;
  for (const Node& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (const Member& member : node.members) deepest = std::max(deepest, depth_of(member.value));
  return deepest + 1;
}

}  // namespace

std::optional<Node> YamlTree::take() && { return std::move(root_); }

void YamlTree::stop(const Place& place, std::string code, std::string message, std::string help) {
  findings_.error(place, std::move(code), std::move(message), std::move(help));
  throw Stop{};
}

Place YamlTree::place(const YAML::Mark& mark, std::size_t width) const {
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1,
          width};
}

std::size_t YamlTree::offset(const YAML::Mark& mark) const {
  return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
}

void YamlTree::count(const Place& place) {
  if (++nodes_ > YamlLimits::nodes) {
    stop(place, "too-many-nodes", "the file has more than 10,000 values, aliases included",
         "move large values into files that the stages read");
  }
}

void YamlTree::count_copy(const Place& place, const Node& node) {
  Cost cost;
  add_cost(node, cost);
  nodes_ += cost.nodes - 1;
  copied_bytes_ += cost.bytes;
  if (copied_bytes_ > YamlLimits::copied_bytes) {
    stop(place, "too-large", "the file's aliases repeat more than 4 MiB",
         "move large values into files that the stages read");
  }
  count(place);
}

void YamlTree::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 1) return;
  if (text_.substr(offset(mark), 3) == "---") {
    stop(place(mark, 3), "yaml", "a second document starts here",
         "write each pipeline into a file of its own");
  }
  stop(place(mark), "yaml", "this line does not belong to what stands above it",
       "lines of one map or list start in the same column; check the indentation");
}

void YamlTree::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.plain = true;
  if (const std::size_t width = null_width(text_.substr(offset(mark))); width != 0)
    node.place = place(mark, width);
  // An empty value's mark is that of whatever comes next; it is shown at its key instead.
  if (node.place.line == 0 && !open_.empty())
    node.place = open_.back().key ? open_.back().key->place : place(mark);
  count(node.place);
  add(std::move(node), anchor);
}

void YamlTree::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) {
    stop(place(mark), "yaml", "this alias stands inside of what it repeats",
         "an alias can repeat only what is complete");
  }
  count_copy(place(mark), known->second);
  if (open_.size() + depth_of(known->second) > YamlLimits::depth) {
    stop(place(mark), "too-deep", "values are nested more than 64 deep", "nest less");
  }
  add(known->second, 0);
}

Node YamlTree::scalar(const YAML::Mark& mark, const std::string& tag, const std::string& value) {
  Node node;
  node.kind = Kind::text;
  node.text = value;
  node.written = value;
  const std::size_t at = offset(mark);
  const std::string_view rest = text_.substr(at);
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'') && tag == quoted_tag) {
    const Extent extent = quoted_extent(text_, at);
    node.place = place(mark, extent.width);
    // yaml-cpp takes the end of the file for a quote.
    if (!extent.closed)
      stop(node.place, "yaml", "this quote is never closed", "end the text with the same quote");
  } else {
    node.place = place(mark, !value.empty() && rest.starts_with(value) ? value.size() : 1);
  }
  count(node.place);
  return node;
}

void YamlTree::type(Node& node, const std::string& tag) {
  if (tag == plain_tag) {
    node.plain = true;
    Typed typed = type_plain_scalar(node.text);
    node.kind = typed.kind;
    node.text = std::move(typed.text);
    if (node.kind == Kind::broken) {
      findings_.error(node.place, "bad-number", in_quotes(node.written) + " " + node.text,
                      "put it in quotes if it is a text");
    }
  } else if (tag != quoted_tag && tag != text_tag) {
    node.kind = Kind::broken;
    findings_.error(node.place, "yaml", "the tag " + in_quotes(tag) + " is not known here",
                    "write the value without a tag");
  }
}

void YamlTree::check_text(const Node& node) {
  if (node.written.find('\0') == std::string::npos) return;
  stop(node.place, "control-character", "this text holds a NUL byte",
       "remove it: a stage would see only what stands before");
}

void YamlTree::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        const std::string& value) {
  Node node = scalar(mark, tag, value);
  check_text(node);
  if (!expects_key()) type(node, tag);
  add(std::move(node), anchor);
}

void YamlTree::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(mark, tag, anchor, Kind::list);
}

void YamlTree::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value) {
  open(mark, tag, anchor, Kind::map);
}

void YamlTree::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    Kind kind) {
  const Place here = place(mark);
  if (expects_key())
    stop(here, "yaml", "a key must be a text, not a list or a map", "write `key: value`");
  if (open_.size() >= YamlLimits::depth)
    stop(here, "too-deep", "values are nested more than 64 deep", "nest less");
  if (tag != plain_tag && tag != quoted_tag && !tag.empty()) {
    findings_.error(here, "yaml", "the tag " + in_quotes(tag) + " is not known here",
                    "write the value without a tag");
  }
  count(here);
  Open opened;
  opened.node.kind = kind;
  opened.node.place = here;
  opened.anchor = anchor;
  open_.push_back(std::move(opened));
}

void YamlTree::close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  add(std::move(closed.node), closed.anchor);
}

bool YamlTree::expects_key() const {
  return !open_.empty() && open_.back().node.kind == Kind::map && !open_.back().key;
}

void YamlTree::add(Node node, YAML::anchor_t anchor) {
  if (anchor != 0) {
    count_copy(node.place, node);
    anchors_.insert_or_assign(anchor, node);
  }
  if (expects_key()) {
    add_key(node);
  } else if (open_.empty()) {
    root_ = std::move(node);
  } else if (Open& parent = open_.back(); parent.key) {
    parent.key->value = std::move(node);
    parent.node.members.push_back(std::move(*parent.key));
    parent.key.reset();
  } else {
    parent.node.items.push_back(std::move(node));
  }
}

void YamlTree::add_key(const Node& node) {
  if (node.kind == Kind::list || node.kind == Kind::map || node.written.empty()) {
    stop(node.place, "yaml", "a key must be a text", "write `key: value`");
  }
  if (node.written.size() > YamlLimits::key_bytes) {
    stop(node.place, "yaml", "this key is longer than 256 bytes", "use a shorter one");
  }
  Open& map = open_.back();
  if (const Member* first = map.node.find(node.written)) {
    findings_.error(
        node.place, "duplicate-key",
        "the key " + in_quotes(node.written) + " stands here a second time",
        "it is in line " + std::to_string(first->place.line) + " already; remove one of them");
  }
  map.key = Member{node.written, node.place, {}};
}

}  // namespace weir
