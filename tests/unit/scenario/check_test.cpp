// What is checked against the machine: boot line, affinity, the product of groups and CPUs.
#include "scenario/scenario.hpp"

#include <doctest/doctest.h>

using namespace rq;

namespace {

std::string complaint(const std::string& boot, u32 cpus) {
    Scenario s;
    s.machine.cores = cpus;
    s.boot = boot;
    Diagnostics wrong = check_machine(s);
    return wrong.empty() ? "" : wrong[0].code;
}

}  // namespace

TEST_CASE("check: the boot line names CPUs that exist, and words without effect are said") {
    CHECK(complaint("isolcpus=2,3 nohz_full=2-3", 4).empty());
    CHECK(complaint("isolcpus=domain,managed_irq,2", 4).empty());
    CHECK(complaint("isolcpus=4", 4) == "bad-cpus");
    CHECK(complaint("isolcpus=", 4) == "bad-cpus");
    CHECK(complaint("quiet isolcpu=2", 4).empty());
    Scenario s;
    s.boot = "isolcpus=0 isolcpu=2";
    Diagnostics notices = boot_line_notices(s);
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].message == "the boot line's `isolcpu=2` has no effect here.");
}

TEST_CASE("check: groups times CPUs are bounded") {
    Scenario s;
    s.machine.cores = 1024;
    s.cgroups.resize(128);
    CHECK(check_machine(s).empty());
    s.cgroups.resize(129);
    Diagnostics wrong = check_machine(s);
    REQUIRE_FALSE(wrong.empty());
    CHECK(wrong[0].code == "limit");
}
