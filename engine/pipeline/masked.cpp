#include "engine/pipeline/masked.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace weir {
namespace {

constexpr std::string_view mask = "***";

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// Names of what is nobody's business, however they are spelt: sasl.password, apiKey, DB_PWD.
bool is_secret(std::string_view name) {
  std::string letters = lower(name);
  std::erase_if(letters, [](char c) { return c < 'a' || c > 'z'; });
  return has_any(letters,
                 {"pass", "pwd", "secret", "token", "credential", "apikey", "accesskey", "private",
                  "auth", "sasl", "sslkey", "signaturekey", "signingkey", "cookie", "pem"});
}

/// Texts that may carry a secret in them, whatever they are called.
bool carries_secret(std::string_view text) {
  const std::string low = lower(text);
  const std::size_t address = low.find("://");
  if (address != std::string::npos && low.find('@', address) != std::string::npos) return true;
  return has_any(
      low, {"passw", "pass=", "pass:", "pwd", "secret", "token", "credential", "apikey", "api_key",
            "api-key", "key=", "sig=", "auth=", "bearer ", "basic ", "-----begin"});
}

struct Variable {
  std::size_t begin = 0, end = 0;    ///< in the text, with its brackets
  std::string_view name{}, given{};  ///< `given`: its default, with what leads to it
};

bool is_name(std::string_view text) {
  if (text.starts_with("file:")) return true;
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::vector<Variable> variables_in(std::string_view text) {
  std::vector<Variable> found;
  for (std::size_t at = 0; (at = text.find("${", at)) != std::string_view::npos;) {
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) break;
    const std::string_view inner = text.substr(at + 2, close - at - 2);
    const std::size_t dash = std::min(inner.find(":-"), inner.size());
    const bool escaped = at > 0 && text[at - 1] == '$';
    if (!escaped && is_name(inner.substr(0, dash)))
      found.push_back({at, close + 1, inner.substr(0, dash), inner.substr(dash)});
    at = close + 1;
  }
  return found;
}

/// The variables stay, as their values are not here; of the rest as much as tells nothing.
std::string masked_text(std::string_view text, bool secret) {
  secret = secret || carries_secret(text);
  std::string shown;
  std::size_t at = 0;
  const auto between = [&](std::size_t end) {
    if (end > at) shown.append(secret ? mask : text.substr(at, end - at));
  };
  for (const Variable& variable : variables_in(text)) {
    between(variable.begin);
    at = variable.end;
    shown.append("${").append(variable.name);
    const bool hidden =
        secret || is_secret(variable.name) || variable.given.find("${") != std::string_view::npos;
    if (hidden && variable.given.size() > 2) {
      shown.append(":-").append(mask);
    } else {
      shown.append(variable.given);
    }
    shown += '}';
  }
  between(text.size());
  return shown;
}

class Masked {
 public:
  std::string write(const Node& root) && {
    below(root, 0, false);
    return std::move(out_);
  }

 private:
  static bool is_empty(const Node& node) {
    return (node.kind == Kind::map && node.members.empty()) ||
           (node.kind == Kind::list && node.items.empty());
  }
  static bool is_block(const Node& node) {
    return (node.kind == Kind::map || node.kind == Kind::list) && !is_empty(node);
  }

  /// { name: Authorization, value: … } tells by a value what another one is.
  static bool names_secret(const Node& map) {
    return std::ranges::any_of(map.members, [](const Member& member) {
      return !is_block(member.value) &&
             (is_secret(member.value.written) || carries_secret(member.value.written)) &&
             (member.key == "name" || member.key == "key" || member.key == "header");
    });
  }

  void below(const Node& node, std::size_t depth, bool secret) {
    if (node.kind == Kind::map) {
      const bool all = secret || names_secret(node);
      for (const Member& member : node.members) {
        begin_line(depth);
        out_ += is_plain_key(member.key) ? member.key : quoted(member.key);
        out_ += ':';
        value(member.value, depth, all || is_secret(member.key));
      }
    } else if (node.kind == Kind::list) {
      for (const Node& item : node.items) {
        begin_line(depth);
        out_ += '-';
        if (is_block(item)) {
          // What is below begins on the dash's line.
          out_ += ' ';
          at_item_ = true;
          below(item, depth + 1, secret);
        } else {
          value(item, depth, secret);
        }
      }
    } else {
      value(node, depth, secret);
    }
  }

  void value(const Node& node, std::size_t depth, bool secret) {
    if (is_block(node)) {
      out_ += '\n';
      below(node, depth + 1, secret);
      return;
    }
    if (node.kind == Kind::map) {
      out_ += " {}\n";
    } else if (node.kind == Kind::list) {
      out_ += " []\n";
    } else {
      const bool null = node.kind == Kind::null && node.written.empty();
      const std::string shown = null ? "null" : masked_text(node.written, secret);
      out_ += ' ';
      out_ += null || (node.plain && shown == node.written) ? shown : quoted(shown);
      out_ += '\n';
    }
  }

  void begin_line(std::size_t depth) {
    if (!at_item_) out_.append(2 * depth, ' ');
    at_item_ = false;
  }

  static bool is_plain_key(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
    });
  }
  static std::string quoted(std::string_view text) {
    Node node;
    node.kind = Kind::text;
    node.text = text;
    return to_json(node);
  }

  std::string out_;
  bool at_item_ = false;  // the line has been begun, by a list's dash
};

}  // namespace

std::string masked_yaml(const Node& root) { return Masked().write(root); }

}  // namespace weir
