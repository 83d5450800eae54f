#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace weir {

enum class Severity { error, warning };

/// One finding about a pipeline file: what is wrong, where, and how to mend it.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< a stable word, such as "unknown-key"
  std::string message;
  std::filesystem::path file;
  std::size_t line = 0;    ///< from 1; 0: the whole file
  std::size_t column = 0;  ///< from 1, in bytes
  std::size_t width = 1;   ///< how many columns the caret underlines
  std::string source_line;
  std::string help;  ///< how to mend it, such as "did you mean `topic`?"; may be empty

  bool operator==(const Diagnostic&) const = default;
};

/// As a compiler writes it: `error[code]: message`, file:line:column, the line, a caret, help.
std::ostream& operator<<(std::ostream& out, const Diagnostic& diagnostic);

}  // namespace weir
