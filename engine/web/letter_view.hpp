#pragma once

#include "engine/runtime/letter.hpp"

#include <string>
#include <vector>

namespace weir::web {

/// A dead letter in JSON, as every answer shows it. What is not UTF-8 has U+FFFD in it, and stands
/// in base64 beside it.
void append_letter(std::string& out, const Letter& letter);

/// An array of them.
void append_letters(std::string& out, const std::vector<Letter>& letters);

}  // namespace weir::web
