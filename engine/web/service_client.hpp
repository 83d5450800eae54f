#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace weir {

/// Asks a running service over HTTP, for the command line. One thread.
class ServiceClient {
 public:
  /// `url` is http://HOST[:PORT]; throws std::invalid_argument where it is not.
  explicit ServiceClient(std::string_view url,
                         std::chrono::seconds longest_answer = std::chrono::seconds(20));

  struct Answer {
    int status = 0;
    std::string body;
  };
  /// Throws std::runtime_error when no service answers there: which one, why, and what to do.
  Answer get(const std::string& path) const;
  /// Sends JSON, with the service's token where that is not empty.
  Answer post(const std::string& path, const std::string& body, const std::string& token) const;

  const std::string& url() const { return url_; }

 private:
  /// `body` is null where there is none.
  Answer ask(const char* method, const std::string& path, const std::string* body,
             const std::string& token) const;

  std::string url_, host_;
  unsigned short port_ = 0;
  std::chrono::seconds longest_answer_;  // it may have to ask a store first
};

/// A path's segment, or the text of a query's member.
std::string url_escaped(std::string_view text);

}  // namespace weir
