#include "engine/pipeline/substitution.hpp"

#include "engine/pipeline/scalar.hpp"
#include "engine/pipeline/utf8.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t largest_value = 1024 * 1024;      // bytes of one scalar with its variables
constexpr std::size_t largest_sum = 8 * largest_value;  // of all scalars of a file with theirs

/// Why a `${…}` has no value, and how to mend it.
struct Trouble {
  std::string message;
  std::string help;
};

bool is_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  if (name.empty() || !letter(name.front())) return false;
  for (const char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

/// The text of one scalar with its variables put in.
class Expansion {
 public:
  Expansion(const Environment& environment, const std::filesystem::path& folder)
      : environment_(environment), folder_(folder) {}

  std::string expand(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::size_t at = text.find('$');
      out += text.substr(0, at);
      if (at == std::string_view::npos) break;
      text.remove_prefix(at);
      if (text.starts_with("$${")) {
        out += "${";
        text.remove_prefix(3);
      } else if (text.starts_with("${")) {
        const std::size_t end = text.find('}');
        if (end == std::string_view::npos) {
          throw Trouble{"`${` has no end",
                        "close it with `}`; a `${` that is meant as text is written `$${`"};
        }
        out += value(text.substr(2, end - 2));
        ++variables_;
        text.remove_prefix(end + 1);
      } else {
        out += '$';
        text.remove_prefix(1);
      }
      if (out.size() > largest_value)
        throw Trouble{"the value is over 1 MiB with its variables", "use a shorter one"};
    }
    return out;
  }

  std::size_t variables() const { return variables_; }

 private:
  std::string value(std::string_view inside) {
    constexpr std::string_view file = "file:";
    if (inside.starts_with(file)) return fit(read(std::string(inside.substr(file.size()))), inside);
    const std::size_t dash = inside.find(":-");
    const std::string name(inside.substr(0, dash));
    if (!is_name(name)) {
      throw Trouble{"`${" + std::string(inside) + "}` names no variable",
                    "write ${NAME}, ${NAME:-default} or ${file:/path}; a `${` that is meant as "
                    "text is written `$${`"};
    }
    const std::optional<std::string> found = environment_(name);
    if (dash != std::string_view::npos && (!found || found->empty())) {
      const std::string_view fallback = inside.substr(dash + 2);
      if (fallback.find("${") != std::string_view::npos) {
        throw Trouble{"the default of `${" + name + "}` holds a variable itself",
                      "write a plain text as the default"};
      }
      return std::string(fallback);
    }
    if (!found)
      throw Trouble{"the variable `" + name + "` is not set",
                    "set it, or give a default: ${" + name + ":-…}"};
    return fit(*found, inside);
  }

  std::string read(const std::string& name) const {
    const std::filesystem::path path = folder_ / name;
    std::error_code failure;
    // A pipe or a device could hold the reader for ever.
    if (!std::filesystem::is_regular_file(path, failure)) {
      throw Trouble{"there is no file " + in_quotes(path.string()), "create it, or mend the path"};
    }
    std::ifstream in(path, std::ios::binary);
    std::string content(largest_value + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in.is_open() || in.bad()) {
      throw Trouble{"the file " + in_quotes(path.string()) + " cannot be read",
                    "give this user the right to read it"};
    }
    content.resize(static_cast<std::size_t>(in.gcount()));
    if (content.ends_with('\n')) content.pop_back();
    return content;
  }

  /// Values end in JSON and in C: bytes that neither can hold would be changed on the way.
  static std::string fit(std::string value, std::string_view inside) {
    const std::string name = "the value of `${" + std::string(inside) + "}` ";
    if (value.find('\0') != std::string::npos)
      throw Trouble{name + "holds a NUL byte", "give it a text"};
    if (find_invalid_utf8(value) != value.size())
      throw Trouble{name + "is not UTF-8", "give it a UTF-8 text"};
    return value;
  }

  const Environment& environment_;
  const std::filesystem::path& folder_;
  std::size_t variables_ = 0;
};

/// `${…}` and nothing else.
bool is_one_variable(std::string_view text) {
  return text.starts_with("${") && text.find('}') == text.size() - 1;
}

/// One walk over a file's values.
class Walk {
 public:
  Walk(const Environment& environment, Findings& findings)
      : environment_(environment), findings_(findings), folder_(findings.file().parent_path()) {}

  void visit(Node& node) {
    if (node.kind == Kind::text && node.text.find("${") != std::string::npos)
      substitute_scalar(node);
    for (Node& item : node.items) visit(item);
    for (Member& member : node.members) visit(member.value);
  }

 private:
  void substitute_scalar(Node& node) {
    try {
      Expansion expansion(environment_, folder_);
      std::string value = expansion.expand(node.text);
      sum_ += value.size();
      if (sum_ > largest_sum)
        throw Trouble{"the file is over 8 MiB with its variables", "use shorter values"};
      const bool typed = node.plain && is_one_variable(node.text);
      node.substituted = expansion.variables() != 0;
      node.text = std::move(value);
      if (typed) type(node);
    } catch (const Trouble& trouble) {
      node.kind = Kind::broken;
      findings_.error(node.place, "variable", trouble.message, trouble.help);
    }
  }

  void type(Node& node) {
    Typed typed = type_plain_scalar(node.text);
    node.kind = typed.kind;
    node.text = std::move(typed.text);
    if (node.kind == Kind::broken) {
      findings_.error(node.place, "bad-number",
                      "the value of " + in_quotes(node.written) + " " + node.text);
    }
  }

  const Environment& environment_;
  Findings& findings_;
  std::filesystem::path folder_;
  std::size_t sum_ = 0;
};

}  // namespace

void substitute(Node& node, const Environment& environment, Findings& findings) {
  Walk(environment, findings).visit(node);
}

}  // namespace weir
