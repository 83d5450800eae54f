#include "engine/web/answer_writer.hpp"

#include <Poco/Net/HTTPResponse.h>
#include <algorithm>
#include <charconv>

namespace weir::web {
namespace {

constexpr std::string_view security_fields =
    "Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; form-action "
    "'self'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n";

void append_number(std::string& text, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  text.append(digits, end);
}

}  // namespace

bool is_engine_field(std::string_view name) {
  static constexpr std::string_view names[] = {"Connection",
                                               "Content-Length",
                                               "Content-Security-Policy",
                                               "Cross-Origin-Embedder-Policy",
                                               "Cross-Origin-Opener-Policy",
                                               "Cross-Origin-Resource-Policy",
                                               "Date",
                                               "Keep-Alive",
                                               "Referrer-Policy",
                                               "Trailer",
                                               "Transfer-Encoding",
                                               "Upgrade",
                                               "X-Content-Type-Options",
                                               "X-Frame-Options"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view other) { return same_word(name, other); });
}

bool may_have_body(int status) { return status != 204 && status != 304; }

void AnswerWriter::begin(bool head_only, bool closes) {
  head_only_ = head_only;
  closes_ = closes;
}

bool AnswerWriter::send(const Reply& reply) {
  const std::string_view body = reply.body ? std::string_view(*reply.body) : std::string_view();
  compose(reply.status, reply.fields, Framing::length, body.size());
  return wire_.send(head_, head_only_ || !may_have_body(reply.status) ? std::string_view() : body);
}

bool AnswerWriter::send_lent(int status, std::span<const Field> fields, std::string_view body) {
  compose(status, fields, Framing::length, body.size());
  return wire_.send_now(head_, head_only_ || !may_have_body(status) ? std::string_view() : body);
}

bool AnswerWriter::open(const Reply& reply, bool chunked) {
  compose(reply.status, reply.fields, chunked ? Framing::chunks : Framing::none, 0);
  return wire_.send(head_, {});
}

void AnswerWriter::compose(int status, std::span<const Field> fields, Framing framing,
                           std::size_t body_bytes) {
  using Poco::Net::HTTPResponse;
  head_ = "HTTP/1.1 ";
  append_number(head_, static_cast<std::size_t>(status));
  head_ += ' ';
  head_ += HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(status));
  head_ += "\r\n";
  add_date();
  if (framing == Framing::chunks) head_ += "Transfer-Encoding: chunked\r\n";
  if (framing == Framing::length && may_have_body(status)) {
    head_ += "Content-Length: ";
    append_number(head_, body_bytes);
    head_ += "\r\n";
  }
  if (closes_) head_ += "Connection: close\r\n";
  for (const Field& field : fields)
    head_.append(field.name).append(": ").append(field.value).append("\r\n");
  head_ += security_fields;
  head_ += "\r\n";
  tally_.answered(status);
}

void AnswerWriter::add_date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    // The engine never sets a locale, so these names are the English ones that HTTP asks for.
    date_size_ = std::strftime(date_, sizeof date_, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  }
  head_.append(date_, date_size_);
}

}  // namespace weir::web
