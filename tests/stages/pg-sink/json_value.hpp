#pragma once

#include <string>
#include <string_view>

/// A document in a form that is equal for equal JSON values: members sorted, numbers by their
/// decimal value.
std::string json_value(std::string_view document);
