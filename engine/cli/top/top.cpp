#include "engine/cli/cli.hpp"
#include "engine/cli/signals.hpp"
#include "engine/cli/top/frame.hpp"
#include "engine/cli/top/terminal.hpp"
#include "engine/web/service_client.hpp"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

namespace weir {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr auto period = 1s;
constexpr std::chrono::seconds longest_answer{2};  // so long Ctrl-C may have to wait

template <typename Clock>
double seconds_of() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// What the service said last, and how it is drawn.
class View {
 public:
  explicit View(const ServiceClient& service) : service_(service) {}

  /// Throws std::runtime_error where the service is away, or another than a service answers.
  void ask() {
    const auto answer = service_.get("/api/pipelines");
    if (answer.status != 200)
      throw std::runtime_error(service_.url() + " answers " + std::to_string(answer.status));
    try {
      document_ = Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
      throw std::runtime_error(service_.url() +
                               " does not answer as a service does; see what listens there");
    }
    rates_.take(*document_, seconds_of<std::chrono::steady_clock>());
    answered_ = seconds_of<std::chrono::system_clock>();
  }

  Lines drawn(const glance::Screen& screen) const {
    return glance::frame(*document_, rates_, answered_, screen);
  }

  /// The last frame stays, under a line that says why there is no newer one.
  Lines drawn_away(const std::string& why, const glance::Screen& screen) {
    rates_.forget();
    return glance::away(why, document_ ? drawn(screen) : Lines{}, screen);
  }

 private:
  const ServiceClient& service_;
  glance::Rates rates_;
  Poco::JSON::Object::Ptr document_;
  double answered_ = 0;
};

int once(View& view, const Signals& signals) {
  view.ask();
  if (const auto signal = signals.wait(period)) return 128 + *signal;
  view.ask();  // only two of them tell a rate
  for (const std::string& line : view.drawn(glance::plain_screen())) std::cout << line << '\n';
  return std::cout.flush() ? exit_well : exit_failed;
}

int live(View& view, const Signals& signals) {
  glance::Terminal terminal;
  do {
    const auto screen = terminal.screen();
    Lines lines;
    try {
      view.ask();
      lines = view.drawn(screen);
    } catch (const std::runtime_error& e) {
      lines = view.drawn_away(e.what(), screen);
    }
    if (!terminal.draw(glance::within(std::move(lines), screen.height))) return exit_failed;
  } while (!signals.wait(period));
  return exit_well;
}

}  // namespace

int top(const TopOptions& options) {
  std::optional<ServiceClient> service;
  try {
    service.emplace(options.url, longest_answer);
  } catch (const std::invalid_argument& e) {
    std::cerr << "error: " << e.what() << '\n';
    return exit_usage;
  }
  const Signals signals;
  View view(*service);
  return options.once || !glance::is_terminal() ? once(view, signals) : live(view, signals);
}

}  // namespace weir
