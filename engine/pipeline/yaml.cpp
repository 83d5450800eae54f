#include "engine/pipeline/yaml.hpp"

#include "engine/pipeline/source_text.hpp"
#include "engine/pipeline/yaml_tree.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>
#include <string>

namespace weir {
namespace {

/// Reads memory in place; istringstream would copy it.
class View : public std::streambuf {
 public:
  explicit View(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // the base class never writes to its get area
    setg(begin, begin, begin + text.size());
  }
};

/// How to mend what yaml-cpp complains of; the words that it has are about its own rules.
std::string help_for(const std::string& complaint, std::string_view line) {
  const std::size_t indent = line.find_first_not_of(' ');
  if (indent != std::string_view::npos && line[indent] == '\t')
    return "indent with spaces: YAML takes no tabs there";
  if (line.find("${") != std::string_view::npos &&
      line.find_first_of("{[") != std::string_view::npos) {
    return "inside { } and [ ], and before `: `, put a text with ${…} in quotes";
  }
  if (complaint.find("map value") != std::string::npos) {
    return "a text that holds `: ` needs quotes; otherwise check the indentation";
  }
  if (complaint.find("flow") != std::string::npos)
    return "check that each [ and { is closed, and that texts with , : or # are in quotes";
  if (complaint.find("end of") != std::string::npos)
    return "lines of one map or list start in the same column; check the indentation";
  if (complaint.find("unknown token") != std::string::npos)
    return "put a text that starts with @, ` or % in quotes";
  if (complaint.find("escape") != std::string::npos)
    return "in double quotes a backslash is written \\\\; or use single quotes";
  return {};
}

void report(const YAML::ParserException& failure, Findings& findings) {
  Place place{1, 1, 1};
  if (!failure.mark.is_null()) {
    place.line = static_cast<std::size_t>(failure.mark.line) + 1;
    place.column = static_cast<std::size_t>(failure.mark.column) + 1;
  }
  findings.error(place, "yaml", "this is not YAML: " + failure.msg,
                 help_for(failure.msg, findings.line(place.line)));
}

}  // namespace

std::optional<Node> read_yaml(std::string_view text, Findings& findings) {
  if (!check_source_text(text, findings)) return std::nullopt;

  YamlTree tree(text, findings);
  View view(text);
  std::istream in(&view);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(tree)) continue;
  } catch (const YamlTree::Stop&) {
    return std::nullopt;
  } catch (const YAML::ParserException& failure) {
    report(failure, findings);
    return std::nullopt;
  } catch (const YAML::Exception& failure) {
    findings.error({}, "yaml", std::string("this is not YAML: ") + failure.what());
    return std::nullopt;
  }
  return std::move(tree).take();
}

}  // namespace weir
