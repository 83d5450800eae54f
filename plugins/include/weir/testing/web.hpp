/// The routes of a stage in a test, and a request to them, without a socket.
#pragma once

#include <weir/abi.h>
#include <weir/ext/http.h>
#include <weir/stage.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::testing {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// A registered route.
struct Route {
  std::string pattern;
  weir_http_handler handler;
  void* self;
};

/// What a route answered. 404 where no route matched, 500 where the handler sent nothing.
struct HttpAnswer {
  std::uint32_t status = 404;
  HeaderList headers{};
  std::string body{};
  int sends = 0;  ///< how often the handler sent; more than once is its mistake

  /// The first header of that name, letters' case aside; empty where there is none.
  std::string header(std::string_view name) const;
};

namespace detail {

inline bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

inline std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) && digit(text[i + 2])) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

inline std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> all;
  for (std::size_t start = 1; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    all.push_back(path.substr(start, end - start));
    start = end + 1;
  }
  return all;
}

/// The decoded values of the pattern's {names}, or nothing where the path does not match.
inline std::optional<std::vector<std::string>> matched(std::string_view pattern,
                                                       std::string_view path) {
  const auto wanted = segments(pattern);
  const auto given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{') && wanted[i].ends_with('}')) {
      values.push_back(percent_decoded(given[i]));
    } else if (wanted[i] != percent_decoded(given[i])) {
      return std::nullopt;
    }
  }
  return values;
}

struct HttpCall {  // the tables first: a pointer to one is a pointer to its struct
  struct RawRequest {
    weir_http_request table;
    const HeaderList* headers;
  };
  struct RawReply {
    weir_http_reply table;
    HttpAnswer* answer;
  };

  static weir_view header(const weir_http_request* raw, weir_view name) {
    for (const auto& [each, value] : *reinterpret_cast<const RawRequest*>(raw)->headers) {
      if (same_name(each, weir::text(name))) return view(value);
    }
    return {nullptr, 0};
  }

  static void send(weir_http_reply* raw, std::uint32_t status, const weir_header* headers,
                   std::size_t count, weir_view body) {
    HttpAnswer& answer = *reinterpret_cast<RawReply*>(raw)->answer;
    if (++answer.sends > 1) return;
    answer.status = status;
    for (std::size_t i = 0; i < count; ++i) {
      answer.headers.emplace_back(weir::text(headers[i].name), weir::text(headers[i].value));
    }
    answer.body = weir::text(body);
  }
};

inline HttpAnswer call(const Route& route, std::string_view method, const std::string& path,
                       std::optional<std::string_view> query,
                       const std::vector<std::string>& values, const HeaderList& headers) {
  HttpAnswer answer{.status = 500};
  std::vector<weir_view> parameters;
  for (const std::string& value : values) parameters.push_back(view(value));
  const HttpCall::RawRequest request{{sizeof(weir_http_request), view(method), view(path),
                                      query ? view(*query) : weir_view{nullptr, 0},
                                      parameters.data(), parameters.size(), &HttpCall::header},
                                     &headers};
  HttpCall::RawReply reply{{sizeof(weir_http_reply), &HttpCall::send}, &answer};
  route.handler(route.self, &request.table, &reply.table);
  return answer;
}

}  // namespace detail

inline std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (detail::same_name(each, name)) return value;
  }
  return {};
}

/// `target` is a path as it stands in a request line, with its query: "/order/a%20b?pretty".
inline HttpAnswer request(const std::vector<Route>& routes, std::string_view method,
                          std::string_view target, const HeaderList& headers) {
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  std::optional<std::string_view> query;
  if (mark != std::string_view::npos) query = target.substr(mark + 1);
  for (const Route& route : routes) {
    if (const auto values = detail::matched(route.pattern, path)) {
      return detail::call(route, method, detail::percent_decoded(path), query, *values, headers);
    }
  }
  return {};
}

}  // namespace weir::testing
