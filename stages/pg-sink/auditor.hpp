#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
#include <weir/stage.hpp>

#include "connection.hpp"
#include "joiner.hpp"
#include "ledger.hpp"
#include "plan.hpp"
#include "statements.hpp"

namespace weir::pg_sink {

/// Says what became of messages: in one transaction that sees one moment, over a connection of its
/// own. [any]
class Auditor {
 public:
  /// `plan`, `statements` and `ledger` are borrowed and outlive the auditor.
  Auditor(const Plan& plan, const Statements& statements, const Ledger& ledger,
          Connection::Settings settings)
      : plan_(&plan),
        statements_(&statements),
        ledger_(&ledger),
        joiner_(plan, statements),
        settings_(std::move(settings)) {}

  /// Visits each message once, in order, or none. Throws DatabaseError.
  void audit(std::string_view origin, std::span<const weir_message> messages, VisitAccount visit);

 private:
  /// A message as the mapping sees it.
  struct Asked {
    std::optional<std::string> key{};  ///< none: the message is unfit
    std::string unfit{};               ///< why
  };
  /// The row of a key.
  struct Held {
    bool same_origin = false;
    std::int64_t position = 0;
    std::optional<std::string> difference{};  ///< from the message at its position
  };
  /// What the database holds about some messages.
  struct Books {
    std::int64_t next = -1;
    std::unordered_map<std::int64_t, std::string> rejects{};  // position -> code
    std::unordered_map<std::string, Held> rows{};             // by key
  };
  using Messages = std::span<const weir_message>;

  std::vector<Asked> read_keys(Messages messages) const;
  Books look_up(std::string_view origin, Messages messages, const std::vector<Asked>& asked);
  void compare(std::string_view origin, Messages messages, const std::vector<Asked>& asked,
               const Rows& roots, Clock::time_point deadline, Books& books);
  std::string roots_of(const std::vector<Asked>& asked) const;
  void show(const weir_message& message, std::size_t index, const Asked& asked, const Books& books,
            VisitAccount visit) const;

  const Plan* plan_;
  const Statements* statements_;
  const Ledger* ledger_;
  const Joiner joiner_;
  const Connection::Settings settings_;

  std::mutex asking_;  // guards the connection
  std::unique_ptr<Connection> connection_;
};

}  // namespace weir::pg_sink
