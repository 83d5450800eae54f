#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace weir::web {

/// An answer as it came over the wire; names of fields in lower case.
struct RawAnswer {
  int status = 0;
  std::map<std::string, std::string> fields;
  std::string body;
  bool has(const std::string& name) const { return fields.count(name) > 0; }
  std::string field(const std::string& name) const {
    return has(name) ? fields.at(name) : std::string();
  }
};

/// A client that sends any bytes at all, and reads answers with a deadline.
class RawClient {
 public:
  /// `from` is another address of loopback, to look like another machine.
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &address.sin_addr);
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("the test's client cannot connect to port " + std::to_string(port));
  }
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has hung up, which the test will see when it reads
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Sends a well-formed GET; `fields` are lines with their CRLF.
  RawAnswer get(const std::string& target, const std::string& fields = "") {
    send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    return answer();
  }

  /// The next answer; throws where none comes within ten seconds. `with_body` is false for HEAD.
  RawAnswer answer(bool with_body = true) {
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!receive())
        throw std::runtime_error("the connection ended before an answer: '" + received_ + "'");
    RawAnswer answer = take_head();
    const std::string length = answer.field("content-length");
    const std::size_t size = with_body && !length.empty() ? std::stoul(length) : 0;
    while (received_.size() < size)
      if (!receive()) throw std::runtime_error("the connection ended inside a body");
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }

  /// The next head that is no answer yet, such as that of 100 Continue.
  std::string interim() {
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!receive()) throw std::runtime_error("the connection ended: '" + received_ + "'");
    const std::size_t size = received_.find("\r\n\r\n") + 4;
    const std::string head = received_.substr(0, size);
    received_.erase(0, size);
    return head;
  }

  /// What comes of a body that goes on, until this text has come.
  std::string until(std::string_view text) {
    std::size_t found = std::string::npos;
    while ((found = received_.find(text)) == std::string::npos)
      if (!receive()) throw std::runtime_error("the connection ended inside a body");
    std::string part = received_.substr(0, found + text.size());
    received_.erase(0, part.size());
    return part;
  }

  /// Whether the server ends the connection, with nothing more to read, within ten seconds.
  bool ends() { return received_.empty() && !receive(); }

  /// Whether the server has refused bytes that came after it closed: such a reset can overtake an
  /// answer.
  bool is_reset() const {
    pollfd what{.fd = socket_, .events = 0, .revents = 0};
    return ::poll(&what, 1, 300) > 0 && (what.revents & (POLLERR | POLLHUP));
  }

  void finish_sending() const { ::shutdown(socket_, SHUT_WR); }

 private:
  RawAnswer take_head() {
    const std::size_t end = received_.find("\r\n\r\n");
    const std::string head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    RawAnswer answer;
    if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("not an answer: " + head);
    answer.status = std::stoi(head.substr(9));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t line_end = head.find("\r\n", at), colon = head.find(": ", at);
      std::string name = head.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (!answer.fields.emplace(name, head.substr(colon + 2, line_end - colon - 2)).second)
        throw std::runtime_error("the field " + name + " stands twice in: " + head);
      at = line_end + 2;
    }
    return answer;
  }

  /// False at the end of the connection.
  bool receive() {
    pollfd what{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&what, 1, 10'000) <= 0)
      throw std::runtime_error("no bytes from the server for ten seconds");
    char part[64 * 1024];
    const ssize_t got = ::recv(socket_, part, sizeof part, 0);
    if (got < 0) throw std::runtime_error("the server reset the connection");
    if (got > 0) received_.append(part, static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  std::string received_;
};

}  // namespace weir::web
