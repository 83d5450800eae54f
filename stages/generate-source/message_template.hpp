#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "document.hpp"
#include "draft.hpp"

namespace weir::generate_source {

/// A JSON document with expressions in its strings, ready to be filled in. Immutable.
class MessageTemplate {
 public:
  /// `key`: a JSON Pointer to the value that becomes the message's key, or empty. Every expression
  /// is tried out. Throws std::runtime_error with the place in the document.
  MessageTemplate(std::string_view json, const std::string& key);
  ~MessageTemplate();
  MessageTemplate(MessageTemplate&&) noexcept;
  MessageTemplate& operator=(MessageTemplate&&) noexcept;

  static MessageTemplate read(const std::filesystem::path& file, const std::string& key);

  Document fill_in(Draft draft) const;

 private:
  struct Node;
  class Compiler;

  static void draw(const Node& node, Draft& draft);
  static void print(const Node& node, Draft& draft, Document& document, bool outermost);
  void try_out() const;

  std::unique_ptr<const Node> root_;
};

/// The whole file. Throws std::runtime_error.
std::string read_file(const std::filesystem::path& file);

}  // namespace weir::generate_source
