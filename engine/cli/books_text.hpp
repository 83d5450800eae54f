#pragma once

#include "engine/books/books.hpp"

#include <string>

namespace weir {

/// The books of a pipeline for people: a line a lane, the findings, one sentence at the end.
std::string books_text(const Books& books);

/// The same as one JSON document.
std::string books_json(const std::string& pipeline, const Books& books);

}  // namespace weir
