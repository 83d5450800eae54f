#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stage.hpp>

#include "http-query.schema.hpp"
#include "timings.hpp"

namespace weir::http_query {

/// Serves documents by key over HTTP, from the first of the listed stages that has them; what a
/// later one had is put into the earlier ones. Its members run on the web server's threads.
class HttpQuery {
 public:
  static constexpr Info info{
      .id = "http-query",
      .summary = "Serves documents by key over HTTP, from a cache first, then from a store.",
      .schema = schemas::http_query};

  explicit HttpQuery(const Context& context);
  void start();

  void get(const Request& request, Reply& reply);
  void list(const Request& request, Reply& reply);

 private:
  struct Source {  // one stage that is asked
    std::string name;
    Metric found, absent, unavailable;

    const Metric& of(Answer answer) const;
  };
  struct Miss {  // a stage that did not have the document, and may be given it
    const Source* source;
    std::uint64_t lease;
  };
  struct Question {  // one request for a document, on its way through the sources
    std::string_view key;
    Reply& reply;
    Timings timings{};
    std::vector<Miss> misses{};
    bool unavailable = false;  // a source could not say
  };

  bool answer_from(const Source& source, Question& question);
  void fill(const std::vector<Miss>& misses, const Entry& entry) const;
  void report(const Source& source, const std::string& why);

  Host host_;
  std::string route_;
  std::optional<std::string> latest_;
  std::vector<Source> sources_;
  std::atomic<std::int64_t> reported_at_{
      0};  // seconds of the steady clock: a stage that is away is logged now and then
};

}  // namespace weir::http_query
