#pragma once

#include "engine/pipeline/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Builds the tree from yaml-cpp's events, with its limits: a bomb is stopped while it is read,
/// before it costs memory.
class YamlTree : public YAML::EventHandler {
 public:
  /// Thrown out of the parser where reading on makes no sense; the finding was made.
  struct Stop {};

  YamlTree(std::string_view text, Findings& findings) : text_(text), findings_(findings) {}

  /// The document; nothing when the file was empty.
  std::optional<Node> take() &&;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Open {  // a list or map that is being read
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Member> key;  // of a map, while its value is read
  };

  Place place(const YAML::Mark& mark, std::size_t width = 1) const;
  std::size_t offset(const YAML::Mark& mark) const;
  Node scalar(const YAML::Mark& mark, const std::string& tag, const std::string& value);
  void type(Node& node, const std::string& tag);
  void check_text(const Node& node);
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind);
  void close();
  void add(Node node, YAML::anchor_t anchor);
  void add_key(const Node& node);
  bool expects_key() const;
  void count(const Place& place);
  void count_copy(const Place& place, const Node& node);
  [[noreturn]] void stop(const Place& place, std::string code, std::string message,
                         std::string help);

  std::string_view text_;
  Findings& findings_;
  std::vector<Open> open_;
  std::optional<Node> root_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;
  std::size_t documents_ = 0;
};

}  // namespace weir
